// Made-up speech: phoneme p sounds as tokens 2p and 2p + 1.
import { findFaults } from './find-faults';
import { phonemeModel } from './phoneme-model';
import { TokenAligner } from './token-aligner';
import { readEmissions, writeEmissions, type TokenEmissions } from './emissions';

const PHONEMES = 8;
const TOKENS = 2 * (PHONEMES + 1);

/** Row r has its own two tokens; the last row is the silence. */
const emissions: TokenEmissions = {
  tokens: TOKENS,
  rowOf: Int32Array.from({ length: PHONEMES + 1 }, (_, id) => (id < PHONEMES ? id : -1)),
  rows: PHONEMES + 1,
  logProbabilities: Float32Array.from({ length: (PHONEMES + 1) * TOKENS }, (_, index) =>
    Math.log(Math.floor((index % TOKENS) / 2) === Math.floor(index / TOKENS) ? 0.46 : 0.005),
  ),
  durations: Array.from({ length: PHONEMES + 1 }, () => ({ mean: Math.log(2.5), deviation: 0.5 })),
};
const SILENCE = [2 * PHONEMES, 2 * PHONEMES + 1];
const sound = (phoneme: number, tokens = 3) => Array.from({ length: tokens }, (_, at) => 2 * phoneme + (at % 2));
const TEXT = [0, 1, 2, 3, 4, 5, 6, 7];
const WORDS = [0, 2, 4, 6].map((from) => ({ from, to: from + 2 }));
const word = (index: number) => [...sound(2 * index), ...sound(2 * index + 1)];
const said = (...words: number[]) => [...SILENCE, ...words.flatMap(word)];
const faultsOf = (tokens: number[]) => findFaults(tokens, phonemeModel(TEXT, emissions), WORDS).faults;

test('phonemes are found where they sound, while tokens come and when they are all there', () => {
  const aligner = new TokenAligner(phonemeModel(TEXT, emissions));
  const tokens = said(0, 1, 2, 3);
  tokens.slice(0, 14).forEach((token) => aligner.push(token));
  expect(aligner.align(false).slice(1, 4)).toMatchObject([
    { begin: 2, end: 5 },
    { begin: 5, end: 8 },
    { begin: 8, end: 11 },
  ]);
  tokens.slice(14).forEach((token) => aligner.push(token));
  const aligned = aligner.align(true);
  expect(aligned).toHaveLength(PHONEMES + 1);
  aligned.slice(1).forEach(({ begin, end }, index) => expect([begin, end]).toEqual([2 + 3 * index, 5 + 3 * index]));
});

test('what is said as it is written is not suspected', () => {
  expect(faultsOf(said(0, 1, 2, 3))).toEqual([]);
});

test.each([
  ['left out', said(0, 2, 3), [{ kind: 'skipped', word: 1, words: 1 }]],
  ['two left out', said(0, 3), [{ kind: 'skipped', word: 1, words: 2 }]],
  ['said twice', said(0, 1, 2, 1, 2, 3, 3), [{ kind: 'repeated' }]],
  ['cut', said(0, 1), [{ kind: 'cut', word: 2, words: 2 }]],
])('words that are %s are named', (_, tokens, faults) => {
  expect(faultsOf(tokens)).toMatchObject(faults);
});

test('what is learnt is kept in a file, and anything else is refused', () => {
  const bytes = writeEmissions(emissions);
  const read = readEmissions(bytes, PHONEMES + 1, TOKENS);
  expect(read.rowOf).toEqual(emissions.rowOf);
  read.logProbabilities.forEach((value, at) => expect(value).toBeCloseTo(emissions.logProbabilities[at], 1));
  expect(() => readEmissions(bytes, PHONEMES, TOKENS)).toThrow('row_of_phoneme');
  expect(() => readEmissions(bytes, PHONEMES + 1, TOKENS + 1)).toThrow('log_probabilities');
  expect(() => readEmissions(Uint8Array.of(1, 2, 3), 1, 1)).toThrow('export the voice again');
});
