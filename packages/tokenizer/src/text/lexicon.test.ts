import { explain, phonemize } from './phonemize';
import { parseLexicon } from './lexicon';

const said = (text: string, lexicon?: string) =>
  phonemize(text, { lexicon: lexicon === undefined ? undefined : parseLexicon(lexicon) }).phonemes.join(' ');

test('a lexicon overrides the dictionary, heteronyms and the possessive', () => {
  const lexicon = 'gif JH IH1 F # soft\n\n# comment\nTomato\tT AH0 M AA1 T OW0\nread R EH1 D\n';
  expect(said('GIF', lexicon)).toBe('JH IH1 F');
  expect(said("a tomato's", lexicon)).toBe('AH0 T AH0 M AA1 T OW0 Z');
  expect(said('to read', lexicon)).toBe('T UW1 R EH1 D');
  expect(said('to read')).toBe('T UW1 R IY1 D');
});

test('a wrong line is named', () => {
  expect(() => parseLexicon('good G UH1 D\nbad QQ', 'mine.txt')).toThrow(
    "mine.txt, line 2: 'bad QQ' is no word and its reading",
  );
});

test('markup gives a reading for one place', () => {
  expect(said('the [lead](L EH1 D) pipe')).toBe('DH AH0 L EH1 D P AY1 P');
  expect(said('[Siobhan](sh ih v ao1 n) left')).toBe('SH IH0 V AO1 N L EH1 F T');
  const explanation = explain('[lead](L EH1 D)');
  expect(explanation.pieces).toEqual([
    {
      source: 'lead',
      start: 0,
      end: 15,
      rule: 'markup',
      words: [{ text: 'lead', kind: 'word', phonemes: ['L', 'EH1', 'D'], source: 'markup' }],
    },
  ]);
});

test('a link is no markup: its text is read and a warning says so', () => {
  const { normalized, warnings } = phonemize('see [here](nowhere special) now');
  expect(normalized).toBe('see, here, nowhere special, now');
  expect(warnings[0]).toContain("'[here](nowhere special)' is not taken as markup");
});
