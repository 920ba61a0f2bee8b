import fc from 'fast-check';
import { TextError } from './errors';
import { explain, phonemize, type TextLanguage } from './phonemize';
import { SYMBOLS } from './symbols';

const said = (text: string) => phonemize(text).phonemes.join(' ');

test('a sentence as upstream writes it: no symbol for spaces, punctuation in place', () => {
  expect(said('Well, how does it look?')).toBe('W EH1 L , HH AW1 D AH1 Z IH1 T L UH1 K ?');
  expect(said('Bye-bye. Visit us again soon!')).toBe('B AY1 - B AY1 . V IH1 Z AH0 T AH1 S AH0 G EH1 N S UW1 N !');
});

test('ids, words and word2ph belong together', () => {
  const { phonemes, ids, words, word2ph, normalized } = phonemize('I have 21 cats, really.');
  expect(normalized).toBe('I have twenty one cats, really.');
  expect(words).toEqual(['I', 'have', 'twenty', 'one', 'cats', ',', 'really', '.']);
  expect(word2ph.reduce((sum, count) => sum + count, 0)).toBe(phonemes.length);
  expect([...ids].map((id) => SYMBOLS[id])).toEqual(phonemes);
});

test('one mark of a run stays, the strongest; none comes before the first word', () => {
  expect(said('What?! No...')).toBe('W AH1 T ? N OW1 .');
  expect(said('... (yes), “no”; go:')).toBe('Y EH1 S , N OW1 , G OW1 ,');
});

test('characters without a reading are left out and listed', () => {
  const { normalized, warnings } = phonemize('Hi 😀 there \u0007 京', { language: 'en' });
  expect(normalized).toBe('Hi there');
  expect(warnings).toEqual(["no reading for '😀' (U+1F600), U+0007, '京' (U+4EAC): left out"]);
});

test('text without words is a documented error', () => {
  const code = (text: string, language?: string) => {
    try {
      phonemize(text, { language: language as TextLanguage });
    } catch (error) {
      return error instanceof TextError ? error.code : error;
    }
    return 'none';
  };
  expect(code('')).toBe('empty');
  expect(code(' \n\t ')).toBe('empty');
  expect(code('?!')).toBe('unspeakable');
  expect(code('😀')).toBe('unspeakable');
  expect(code('hello', 'xx')).toBe('option');
});

test('explain says for each piece its place, its rule and who gave each reading', () => {
  const text = 'Dr. Li paid $3, unfriended!';
  const { pieces } = explain(text);
  for (const { source, start, end } of pieces) expect(text.slice(start, end)).toBe(source);
  expect(
    pieces.map(({ source, rule, words }) => [source, rule, words.map((word) => `${word.text}: ${word.source}`)]),
  ).toEqual([
    ['Dr.', 'abbreviation', ['doctor: dictionary']],
    ['Li', 'word', ['Li: dictionary']],
    ['paid', 'word', ['paid: dictionary']],
    ['$3', 'money', ['three: dictionary', 'dollars: dictionary']],
    [',', 'punctuation', [',: mark']],
    ['unfriended', 'word', ['unfriended: ending -ed']],
    ['!', 'punctuation', ['!: mark']],
  ]);
});

test('offsets count in the input, whatever was cleaned before', () => {
  const text = '😀 “café” ½ 日 ok';
  for (const { source, start, end } of explain(text).pieces) expect(text.slice(start, end)).toBe(source);
});

test('whatever the string, the result is whole or a TextError is thrown', () => {
  const token = fc.constantFrom(
    '$',
    '5',
    '.',
    ',',
    ' ',
    "'",
    's',
    'A',
    'I',
    '-',
    '/',
    ':',
    '%',
    '1995',
    'Jan',
    'pm',
    '@',
    '#',
    'www.',
    'U.S.',
    'St.',
    '[a](B)',
    '½',
    '°',
    '\n',
    'XIV',
    'IV',
    '²',
    '+',
    '¥',
    '"',
    '(',
    'th',
    'read',
  );
  const texts = fc.oneof(
    fc.string({ unit: 'binary', maxLength: 24 }),
    fc.string({ unit: 'grapheme', maxLength: 24 }),
    fc.string({ unit: 'grapheme-ascii', maxLength: 40 }),
    fc.array(token, { maxLength: 16 }).map((tokens) => tokens.join('')),
  );
  fc.assert(
    fc.property(texts, (text) => {
      let result;
      try {
        result = explain(text);
      } catch (error) {
        if (error instanceof TextError) return;
        throw error;
      }
      if (result.word2ph.reduce((sum, count) => sum + count, 0) !== result.phonemes.length)
        throw new Error('word2ph does not sum');
      if (result.ids.length !== result.phonemes.length || result.words.length !== result.word2ph.length)
        throw new Error('lengths differ');
      for (const { source, start, end } of result.pieces)
        if (text.slice(start, end) !== source && !text.slice(start, end).includes(source))
          throw new Error('places are wrong');
    }),
    { numRuns: 10_000 },
  );
});

test.each([
  ['letters', 'a'.repeat(4_000)],
  ['capitals', `a${'A'.repeat(4_000)}1`],
  ['digits', '1'.repeat(4_000)],
  ['points', '1.'.repeat(2_000)],
  ['hyphenated digits', '1-'.repeat(2_000)],
  ['initials', 'a.'.repeat(2_000)],
  ['marks', '!?'.repeat(4_000) + 'a'],
  ['brackets', '(['.repeat(2_000) + 'a'],
  ['apostrophes', "a'".repeat(2_000)],
  ['slashes', 'a/'.repeat(2_000)],
  ['ats', 'a@'.repeat(2_000)],
  ['spaces', ' '.repeat(4_000) + 'a'],
])('%s without end are read in no time', (_, text) => {
  const before = process.cpuUsage();
  phonemize(text);
  const { user } = process.cpuUsage(before);
  expect(user / 1000).toBeLessThan(2000);
});
