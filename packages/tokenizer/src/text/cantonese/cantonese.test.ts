import { phonemize } from '../phonemize';
import { SYMBOLS_V2 } from '../symbols-v2';
import { cantoneseSymbols } from './syllables';

const read = (text: string) => phonemize(text, { language: 'yue' });

test.each([
  ['佢個鋤頭太短啦。', 'keoi5 go3 co4 tau2 taai3 dyun2 laa1', '.'],
  ['我哋聽日去銀行攞錢', 'ngo5 dei6 ting1 jat6 heoi3 ngan4 hong4 lo2 cin2', ''],
  ['一个人行路', 'jat1 go3 jan4 haang4 lou6', ''],
  ['香港大学', 'hoeng1 gong2 daai6 hok6', ''],
])('%s: characters in their context, traditional or simplified', (text, jyutping, mark) => {
  const symbols = jyutping.split(' ').flatMap((syllable) => [...cantoneseSymbols(syllable)!]);
  expect(read(text).phonemes).toEqual([...symbols, ...mark]);
});

test('numbers are Chinese ones, foreign words English, marks marks', () => {
  expect(read('5個').phonemes.slice(0, 2)).toEqual(['Yng', 'Yg5']);
  expect(read('我 love 你!').phonemes).toEqual(['Yng', 'Yo5', 'L', 'AH1', 'V', 'Yn', 'Yei5', '!']);
});

test('every phoneme is one of v2, its id its place', () => {
  const { phonemes, ids, word2ph } = read('哎呀，唔該晒！');
  expect([...ids].map((id) => SYMBOLS_V2[id])).toEqual(phonemes);
  expect(word2ph.reduce((sum, count) => sum + count, 0)).toBe(phonemes.length);
});

test('a syllable without an initial is taken apart as upstream does', () => {
  expect(cantoneseSymbols('m4')).toEqual(['Ym', 'Ym4']);
  expect(cantoneseSymbols('ng5')).toEqual(['Yng', 'Yg5']);
  expect(cantoneseSymbols('aa3')).toEqual(['Yaa', 'Ya3']);
  expect(cantoneseSymbols('xyz')).toBeUndefined();
});

test('Japanese and Korean are refused in one line, never read wrongly', () => {
  for (const language of ['ja', 'ko'])
    expect(() => phonemize('こんにちは', { language: language as 'yue' })).toThrow(
      /no kept npm library.*use one of en, zh, yue, auto$/,
    );
});
