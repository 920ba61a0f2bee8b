import { countWordErrors, wordErrorRate, wordsOf } from './word-errors';

test('words are what recognisers write', () => {
  expect(wordsOf("I'm afraid, the shop’s CLOSED!")).toEqual(["i'm", 'afraid', 'the', "shop's", 'closed']);
  expect(wordsOf(" – 'quoted' well-known ... ")).toEqual(['quoted', 'well', 'known']);
  expect(wordsOf('')).toEqual([]);
});

test.each([
  ['the same', 'the cat sat down', 'The cat sat down.', [0, 0, 0]],
  ['another word', 'the cat sat down', 'the hat sat down', [1, 0, 0]],
  ['a word too few', 'the cat sat down', 'the cat down', [0, 1, 0]],
  ['a word too many', 'the cat sat down', 'the cat sat right down', [0, 0, 1]],
  ['nothing', 'the cat sat down', '', [0, 4, 0]],
  ['one word taken for two', 'the catalog', 'the cattle log', [1, 0, 1]],
  [
    'all at once: as many substitutions as possible',
    'one two three four five',
    'two tree four four five six',
    [3, 0, 1],
  ],
])('%s', (_, said, heard, [substitutions, deletions, insertions]) => {
  expect(countWordErrors(said, heard)).toEqual({
    substitutions,
    deletions,
    insertions,
    words: wordsOf(said).length,
  });
});

test('the rate is of all words together, not a mean over sentences', () => {
  const rate = wordErrorRate(
    ['no', 'this is a longer sentence of nine whole words'],
    ['oh', 'this is a longer sentence of nine whole words'],
  );
  expect(rate).toMatchObject({ substitutions: 1, words: 10, rate: 0.1 });
});

test('sentences without a counterpart, and none at all, are refused', () => {
  expect(() => wordErrorRate(['one'], [])).toThrow(/1 sentences were said, 0 heard/);
  expect(() => wordErrorRate(['?'], ['one'])).toThrow(/nothing was said/);
});
