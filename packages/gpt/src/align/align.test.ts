// Made-up speech: phoneme p sounds as tokens 2p and 2p + 1.
import { findFaults } from './find-faults';
import { PhonemeGuide } from './phoneme-guide';
import { phonemeModel } from './phoneme-model';
import { TokenAligner } from './token-aligner';
import { readEmissions, writeEmissions, type TokenEmissions } from './emissions';

const PHONEMES = 12;
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
const TEXT = Array.from({ length: PHONEMES }, (_, phoneme) => phoneme);
/** Three phonemes each: fewer may be swallowed. */
const WORDS = [0, 3, 6, 9].map((from) => ({ from, to: from + 3 }));
const word = (index: number) => [0, 1, 2].flatMap((at) => sound(3 * index + at));
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

test('at a slower pace phonemes are expected to last as much longer, and may last longer at most', () => {
  const likeliest = (pace: number): number => {
    const durations = phonemeModel(TEXT, emissions, pace).durations(1);
    return durations.indexOf(Math.max(...durations));
  };
  // A log-normal is highest at its median times e^−σ²: 1.95 at a pace of 1.
  expect([0.5, 1, 2, 4].map(likeliest)).toEqual([1, 2, 4, 8]);
  expect(phonemeModel(TEXT, emissions, 3).durations(1).length).toBe(
    3 * (phonemeModel(TEXT, emissions).durations(1).length - 1) + 1,
  );
});

test('what is said as it is written is not suspected', () => {
  expect(faultsOf(said(0, 1, 2, 3))).toEqual([]);
});

test.each([
  ['left out', said(0, 2, 3), [{ kind: 'skipped', word: 1, words: 1 }]],
  ['two left out', said(0, 3), [{ kind: 'skipped', word: 1, words: 2 }]],
  [
    'said twice',
    said(0, 1, 2, 1, 2, 3, 3),
    [
      { kind: 'repeated', word: 1, words: 2 },
      { kind: 'repeated', word: 3, words: 1 },
    ],
  ],
  ['cut', said(0, 1), [{ kind: 'cut', word: 2, words: 2 }]],
])('words that are %s are named', (_, tokens, faults) => {
  expect(faultsOf(tokens)).toMatchObject(faults);
});

test('a word of two phonemes costs more to leave out than a longer one', () => {
  const short = [
    { from: 0, to: 3 },
    { from: 3, to: 5 },
    { from: 5, to: 12 },
  ];
  const tokens = [
    ...SILENCE,
    ...TEXT.filter((phoneme) => phoneme !== 3 && phoneme !== 4).flatMap((phoneme) => sound(phoneme)),
  ];
  const suspected = (swallow: number) =>
    findFaults(tokens, phonemeModel(TEXT, emissions), short, { skip: 1, swallow, repeat: 16, cut: 1 }).faults;
  expect(suspected(0)).toMatchObject([{ kind: 'skipped', word: 1, words: 1 }]);
  expect(suspected(100)).toEqual([]);
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

describe('what is due', () => {
  const END = TOKENS;
  const even = new Float32Array(TOKENS + 1);
  const after = (tokens: readonly number[], logits = even, weight = 1) => {
    const guide = new PhonemeGuide(phonemeModel(TEXT, emissions), TOKENS);
    for (const token of tokens) guide.push(token);
    return guide.apply(logits, weight, END);
  };
  const likeliest = (logits: Float32Array) =>
    logits.subarray(0, TOKENS).indexOf(Math.max(...logits.subarray(0, TOKENS)));
  const mass = (logits: Float32Array) => logits.subarray(0, TOKENS).reduce((sum, value) => sum + Math.exp(value), 0);

  test('a phoneme that has lasted is followed by the next one, and not by another', () => {
    expect(likeliest(after([])) >> 1).toBe(PHONEMES);
    const early = after([...SILENCE, ...sound(0, 1)]);
    expect(likeliest(early) >> 1).toBe(0);
    // The longer it has lasted, the surer.
    const [short, late] = [2, 8].map((tokens) => after([...SILENCE, ...sound(0, tokens)]));
    expect(late[2] - late[0]).toBeGreaterThan(short[2] - short[0]);
    expect(late[2]).toBeGreaterThan(late[10] + 2);
  });

  test('how likely the end is beside all tokens together does not change once all has been said, and before it falls', () => {
    const all = after(said(0, 1, 2, 3), even);
    expect(mass(all)).toBeCloseTo(TOKENS, 3);
    expect(all[END]).toBeCloseTo(0, 1);
    const half = after(said(0, 1), even);
    expect(mass(half)).toBeCloseTo(TOKENS, 3);
    expect(half[END]).toBeLessThan(-4);
    expect(Number.isFinite(half[END])).toBe(true);
  });

  test('a weight of 0 leaves the logits as they are, and half of it counts half', () => {
    const own = Float32Array.from(even, (_, token) => Math.sin(token));
    after([...SILENCE], own, 0).forEach((value, token) => expect(value).toBeCloseTo(own[token], 5));
    const [whole, half] = [1, 0.5].map((weight) => after([...SILENCE], even, weight));
    expect(half[0] - half[1]).toBeCloseTo((whole[0] - whole[1]) / 2, 4);
    expect(half[2 * PHONEMES] - half[8]).toBeCloseTo((whole[2 * PHONEMES] - whole[8]) / 2, 4);
  });

  test('what nobody expects does not stop it', () => {
    const guide = new PhonemeGuide(phonemeModel([], emissions), TOKENS);
    for (let at = 0; at < 400; at++) guide.push(at % TOKENS);
    expect(guide.apply(even, 1, END).every(Number.isFinite)).toBe(true);
  });
});
