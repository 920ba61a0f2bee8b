import { spansOf } from './spans';

test('Chinese and other words are told apart, marks stay with what is before them', () => {
  const words = ['我', '用', 'iPhone', '拍', '的', ',', 'nice', '!'];
  const word2ph = [2, 2, 4, 2, 2, 1, 3, 1];
  expect(spansOf({ words, word2ph })).toEqual([
    { language: 'zh', text: '我用', word2ph: [2, 2] },
    { language: 'en', text: 'iPhone', word2ph: [0, 0, 0, 0, 0, 4] },
    { language: 'zh', text: '拍的,', word2ph: [2, 2, 1] },
    { language: 'en', text: 'nice!', word2ph: [0, 0, 0, 3, 1] },
  ]);
});

test('a word of several characters shares its phonemes among them', () => {
  expect(spansOf({ words: ['今天', '花儿'], word2ph: [4, 3] })).toEqual([
    { language: 'zh', text: '今天花儿', word2ph: [2, 2, 1, 2] },
  ]);
});

test('a mark at the beginning belongs to no Chinese text', () => {
  expect(spansOf({ words: ['.', '好'], word2ph: [1, 2] }).map(({ language }) => language)).toEqual(['en', 'zh']);
});
