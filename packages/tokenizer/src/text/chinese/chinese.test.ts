import { createHash } from 'node:crypto';
import fs from 'node:fs';
import path from 'node:path';
import fc from 'fast-check';
import { TextError } from '../errors';
import { parseLexicon } from '../lexicon';
import { type Explanation, explain, phonemize } from '../phonemize';
import { isSymbol } from '../symbols';
import { OPENCPOP, parsePinyin, spellSymbols, syllableSymbols } from './syllables';

const pinyin = ({ pieces }: Explanation) =>
  pieces
    .flatMap((piece) => piece.words)
    .map((word) => spellSymbols(word.phonemes[0], word.phonemes[1] ?? '') ?? word.phonemes.join(' '))
    .join(' ');
const read = (text: string) => pinyin(explain(text, { language: 'zh' }));

describe('syllables', () => {
  const lines = [...OPENCPOP].map(([spelling, symbols]) => `${spelling}\t${symbols.join(' ')}`).sort();

  test('are the 429 of opencpop-strict, with its symbols', () => {
    expect(lines).toHaveLength(429);
    expect(createHash('sha256').update(lines.join('\n')).digest('hex')).toBe(
      '02c99f358e3e307d21bf8b685ee907b57771edb2661665d33a3f7bf06e09e085',
    );
  });

  const listed = path.resolve(__dirname, '../../../../../../shared/fixtures/text/opencpop-strict.txt');
  (fs.existsSync(listed) ? test : test.skip)('line for line (skipped where ../shared/fixtures is missing)', () => {
    expect(fs.readFileSync(listed, 'utf8').trim().split(/\r?\n/).sort()).toEqual(lines);
  });

  test('all are reachable, in every tone, and have symbols', () => {
    for (const [spelling, [initial, final]] of OPENCPOP) {
      for (const tone of [1, 2, 3, 4, 5]) {
        const { phonemes } = phonemize(`[字](${spelling}${tone})`, { language: 'zh' });
        expect(phonemes).toEqual([initial, `${final}${tone}`]);
        expect(phonemes.every(isSymbol)).toBe(true);
      }
    }
  });

  test('are read in every way that people write them', () => {
    for (const [reading, symbols] of [
      ['hang2', 'h ang2'],
      ['háng', 'h ang2'],
      ['HANG2', 'h ang2'],
      ['nü3', 'n v3'],
      ['nv3', 'n v3'],
      ['nu:3', 'n v3'],
      ['nǚ', 'n v3'],
      ['de5', 'd e5'],
      ['de0', 'd e5'],
      ['er2', 'EE er2'],
      ['huar1', 'h ua1 EE er5'],
      ['ng4', 'EE en4'],
    ]) {
      expect([reading, parsePinyin(reading)?.flatMap(syllableSymbols).join(' ')]).toEqual([reading, symbols]);
    }
    for (const reading of ['hang', 'hang6', 'hxng2', 'hang22', '', 'hàng2', 'L EH1 D'])
      expect([reading, parsePinyin(reading)]).toEqual([reading, undefined]);
  });
});

test('every one of the common characters has phonemes or is reported', () => {
  let unread = 0;
  const block: string[] = [];
  for (let code = 0x4e00; code <= 0x9fff; code++) block.push(String.fromCharCode(code));
  for (let at = 0; at < block.length; at += 64) {
    const characters = block.slice(at, at + 64);
    const { words, word2ph, phonemes, warnings } = phonemize(`好，${characters.join('，')}`, { language: 'zh' });
    const said = words.filter((word) => word !== ',').length - 1;
    const reported = [...(warnings.join(' ').match(/U\+/g) ?? [])].length;
    expect(said + reported).toBe(characters.length);
    expect(word2ph.reduce((sum, count) => sum + count, 0)).toBe(phonemes.length);
    expect(phonemes).not.toContain('UNK');
    unread += reported;
  }
  // The rest are characters of Korean and Japanese make and the newest additions to the block.
  expect(block.length - unread).toBeGreaterThan(20_800);
});

describe('overrides', () => {
  test('markup is final, in pinyin or ARPAbet, and its tones count for the neighbours', () => {
    expect(read('[行长](hang2 zhang3)来了')).toBe('hang2 zhang3 lai2 le5');
    expect(read('他[长](zhang3)得高')).toBe('ta1 zhang3 de5 gao1');
    expect(read('不[好](hao4)')).toBe('bu2 hao4');
    expect(read('[你](ni3)好')).toBe('ni3 hao3');
    expect(phonemize('用[GPT](ji4 pi4 ti4)写').phonemes.join(' ')).toBe('y ong4 j i4 p i4 t i4 x ie3');
    expect(phonemize('[恤](T IY1)').phonemes.join(' ')).toBe('T IY1');
    expect(phonemize('[儿](er1)').phonemes.join(' ')).toBe('EE er1');
    expect(phonemize('[err](ER1)').phonemes.join(' ')).toBe('ER1');
  });

  test('a link is no markup, and says so', () => {
    const { warnings, normalized } = phonemize('看[这里](网址)吧');
    expect(warnings[0]).toContain('is not taken as markup');
    expect(normalized).toContain('看');
  });

  test('a lexicon goes before every dictionary, and its words follow tone sandhi', () => {
    const lexicon = parseLexicon('单田芳 shan4 tian2 fang1\n老李 lao3 li3\nT恤 T IY1 xu4\n重 chong2');
    const said = (text: string) => pinyin(explain(text, { language: 'zh', lexicon }));
    expect(said('单田芳说书')).toBe('shan4 tian2 fang1 shuo1 shu1');
    expect(said('老李')).toBe('lao2 li3');
    expect(said('买T恤')).toBe('mai3 T IY1 x v4');
    expect(said('很重')).toBe('hen3 chong2');
    const { pieces } = explain('单田芳', { lexicon });
    expect(pieces.map(({ source, rule }) => [source, rule])).toEqual([['单田芳', 'lexicon']]);
    expect(pieces[0].words[0].source).toBe('lexicon');
  });
});

test('explain says for each piece its place, its rule and who gave each reading', () => {
  const text = '你好，花¥3买T恤';
  const { pieces } = explain(text);
  for (const { source, start, end } of pieces) expect(text.slice(start, end)).toBe(source);
  expect(
    pieces.map(({ source, rule, words }) => [source, rule, words.map((word) => `${word.text}: ${word.source}`)]),
  ).toEqual([
    ['你好', 'word', ['你: pinyin-pro; third tone before third tone', '好: pinyin-pro']],
    ['，', 'punctuation', [',: mark']],
    ['花', 'word', ['花: pinyin-pro']],
    ['¥3', 'money', ['三: pinyin-pro', '元: pinyin-pro']],
    ['买', 'word', ['买: pinyin-pro']],
    ['T', 'letter', ['T: letter name']],
    ['恤', 'word', ['恤: pinyin-pro']],
  ]);
});

test('words are single characters, so that features of characters find their phonemes', () => {
  const { words, word2ph, normalized } = phonemize('我有3只猫。');
  expect(words.join('')).toBe('我有三只猫.');
  expect(normalized).toBe('我有三只猫.');
  expect(word2ph).toEqual([2, 2, 2, 2, 2, 1]);
});

test('emoji and foreign scripts are left out and listed', () => {
  const { normalized, warnings } = phonemize('好😀のな');
  expect(normalized).toBe('好');
  expect(warnings).toEqual(["no reading for '😀' (U+1F600), 'の' (U+306E), 'な' (U+306A): left out"]);
});

describe('whatever the string, the result is whole or a TextError is thrown', () => {
  const token = fc.constantFrom(
    ...'一不儿的得地着了过个三九百万点第年月日号:：-—～/%℃¥$.,，。！？“”（）「」《》[]()'.split(''),
    '你好',
    '展览馆',
    '2023',
    '13812345678',
    '3.14',
    '1/2',
    'iPhone',
    'GPT-4',
    'A',
    'www.a.com',
    ' ',
    '\n',
    '10kg',
    '繁體',
    '頭髮',
    '[长](zhang3)',
    '[a](B)',
    '①',
    'Ⅲ',
    '½',
    '²',
    '𠮷',
    '﨑',
    '⼀',
  );
  const texts = fc.oneof(
    fc.array(token, { maxLength: 16 }).map((tokens) => tokens.join('')),
    fc.array(fc.integer({ min: 0x4e00, max: 0x9fff }), { maxLength: 12 }).map((codes) => String.fromCharCode(...codes)),
    fc.string({ unit: 'binary', maxLength: 24 }),
    fc
      .tuple(fc.string({ unit: 'grapheme', maxLength: 12 }), fc.array(token, { maxLength: 6 }))
      .map(([text, tokens]) => text + tokens.join('')),
  );
  test('10,000 strings of Chinese, mixed and any other kind', () => {
    fc.assert(
      fc.property(texts, fc.constantFrom('zh' as const, 'auto' as const), (text, language) => {
        let result;
        try {
          result = explain(text, { language });
        } catch (error) {
          if (error instanceof TextError) return;
          throw error;
        }
        if (result.word2ph.reduce((sum, count) => sum + count, 0) !== result.phonemes.length)
          throw new Error('word2ph does not sum');
        if (result.ids.length !== result.phonemes.length || result.words.length !== result.word2ph.length)
          throw new Error('lengths differ');
        let before = 0;
        for (const { source, start, end } of result.pieces) {
          if (start < before || end > text.length) throw new Error('places are out of order');
          before = start;
          if (text.slice(start, end) !== source && !text.slice(start, end).includes(source))
            throw new Error('places are wrong');
        }
      }),
      { numRuns: 10_000 },
    );
  });
});

test.each([
  ['characters', '好'.repeat(8_000)],
  ['third tones', '我'.repeat(8_000)],
  ['数 and 一', '一'.repeat(8_000)],
  ['negations', '不'.repeat(8_000)],
  ['digits', '字' + '1'.repeat(4_000)],
  ['times', '字' + '1:'.repeat(2_000)],
  ['dashes', '字' + '-'.repeat(4_000)],
  ['letters', '字a'.repeat(3_000)],
  ['words', `字${' a'.repeat(3_000)}`],
  ['brackets', '字' + '([（'.repeat(2_000)],
  ['slashes', '字' + '1/'.repeat(2_000)],
  ['ats', '字' + 'a@'.repeat(2_000)],
  ['traditional', '體'.repeat(8_000)],
])('%s without end are read in no time', (_, text) => {
  const before = process.cpuUsage();
  phonemize(text, { language: 'zh' });
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(3000);
});
