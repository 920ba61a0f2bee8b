// The measures on cases whose errors can be told by hand.
import { detectionError, diarizationError, timeErrors, wordEdits, wordsOf, type SpokenSpan } from './collection-errors';

const span = (startSeconds: number, endSeconds: number, speaker: string): SpokenSpan => ({
  startSeconds,
  endSeconds,
  speaker,
});
const reference = [span(1, 5, 'ann'), span(6, 10, 'ben')];
const all = [0, 12] as const;

test('what is right under other names has no error', () => {
  const errors = timeErrors(reference, [span(1.1, 4.9, '7'), span(6, 10.2, '3')], all);
  expect(detectionError(errors)).toBe(0);
  expect(diarizationError(errors)).toBe(0);
  // A quarter of a second on either side of four borders does not count.
  expect(errors.speech).toBeCloseTo(7, 5);
});

test('speech that is missed, made up, or another’s, in seconds of what counts', () => {
  const missed = timeErrors(reference, [span(1, 5, 'x')], all);
  expect([missed.missed, missed.falseAlarm, missed.confused].map((s) => Math.round(s * 100))).toEqual([350, 0, 0]);
  const extra = timeErrors(reference, [...reference, span(10, 12, 'y')], all);
  expect(Math.round(100 * extra.falseAlarm)).toBe(175);
  const one = timeErrors(reference, [span(1, 5, 'x'), span(6, 10, 'x')], all);
  expect([one.missed, one.confused].map((s) => Math.round(s * 100))).toEqual([0, 350]);
  expect(diarizationError(one)).toBeCloseTo(0.5, 5);
  // Of one who is split in two, the smaller part is confused.
  const split = timeErrors(reference, [span(1, 4, 'x'), span(4, 5, 'y'), span(6, 10, 'z')], all);
  expect(Math.round(100 * split.confused)).toBe(75);
});

test('words', () => {
  expect(wordsOf("It’s — 5 o'clock, isn't it?")).toEqual(['it', 's', '5', "o'clock", "isn't", 'it']);
  expect(wordEdits(wordsOf('the cat sat'), wordsOf('The cat sat.'))).toBe(0);
  expect(wordEdits(wordsOf('the cat sat'), wordsOf('a cat has sat'))).toBe(2);
  expect(wordEdits(wordsOf('the cat sat'), [])).toBe(3);
});
