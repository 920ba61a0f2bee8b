import fs from 'node:fs';
import path from 'node:path';
import { ARPABET, SYMBOLS, isSymbol, symbolIds } from './symbols';

const FIXTURE = path.resolve(__dirname, '../../test/fixtures/symbols.txt');
const PINYIN = path.resolve(__dirname, '../../../../../shared/fixtures/text/opencpop-strict.txt');

test('the table is the 322 symbols that pretrained weights embed, in their order', () => {
  const expected = fs.readFileSync(FIXTURE, 'utf8').trimEnd().split('\n');
  expect(SYMBOLS).toEqual(expected);
  expect(SYMBOLS).toHaveLength(322);
});

test('ids are places in the table', () => {
  expect([...symbolIds(['!', '_', '…'])]).toEqual([0, SYMBOLS.indexOf('_'), 321]);
  expect(() => symbolIds(['QQ'])).toThrow("'QQ' is not one of the 322 phoneme symbols");
});

test('ARPAbet has 24 consonants and 15 vowels in three stresses, all of them symbols', () => {
  expect(ARPABET).toHaveLength(69);
  expect(ARPABET.every(isSymbol)).toBe(true);
});

(fs.existsSync(PINYIN) ? test : test.skip)(
  'every initial and final of the pinyin table is a symbol (needs ../shared)',
  () => {
    for (const line of fs.readFileSync(PINYIN, 'utf8').trim().split('\n')) {
      const [initial, final] = line.split('\t')[1].split(' ');
      expect(isSymbol(initial)).toBe(true);
      for (const tone of [1, 2, 3, 4, 5]) expect(isSymbol(`${final}${tone}`)).toBe(true);
    }
  },
);
