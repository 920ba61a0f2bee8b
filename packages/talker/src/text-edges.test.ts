import { phonemize } from '@gpt-talker/tokenizer';
import { withEdges } from './text-edges';

const edges = (text: string, leading?: string) => {
  const { phonemes, words, word2ph } = withEdges(phonemize(text), text, { leading, knows: (mark) => mark !== '…' });
  expect(word2ph.reduce((sum, count) => sum + count, 0)).toBe(phonemes.length);
  expect(words).toHaveLength(word2ph.length);
  return phonemes.join(' ');
};

test('every text is closed, once', () => {
  expect(edges('Hi')).toBe('HH AY1 .');
  expect(edges('Hi!')).toBe('HH AY1 !');
  expect(edges('What a day')).toMatch(/ \.$/);
});

test('short texts get a mark before them where the voice wants one', () => {
  expect(edges('Hi', '.')).toBe('. HH AY1 .');
  expect(edges('Hi, how are you today?', '.')).toMatch(/^\. HH AY1 ,/); // its first stretch is short
  expect(edges('What a wonderful day', '.')).toMatch(/^W /);
  expect(edges('你好', '.')).toMatch(/^\. n i/);
});

test('a mark that the voice does not know is left out', () => {
  expect(edges('Hi.', '…')).toBe('HH AY1 .');
});
