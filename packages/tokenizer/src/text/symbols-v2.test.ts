import fs from 'node:fs';
import path from 'node:path';
import { SYMBOLS } from './symbols';
import { SYMBOLS_V2, symbolId } from './symbols-v2';

test('the table is the 732 symbols that weights from v2 on embed, in their order', () => {
  const file = path.resolve(__dirname, '../../test/fixtures/symbols-v2.txt');
  expect(SYMBOLS_V2).toEqual(fs.readFileSync(file, 'utf8').trimEnd().split('\n'));
  expect(SYMBOLS_V2).toHaveLength(732);
});

test('v1 is its beginning, so English and Chinese have the same ids', () => {
  expect(SYMBOLS_V2.slice(0, SYMBOLS.length)).toEqual(SYMBOLS);
  expect(symbolId('AA0')).toBe(SYMBOLS.indexOf('AA0'));
  expect(symbolId('nothing')).toBeUndefined();
});
