// What is learnt from a packed conversation, position by position.
import type { Segment } from '@gpt-talker/context';
import { packSequences, type PackOptions } from './batch';

const END = 9;
const text = (...phonemes: number[]): Segment => ({ kind: 'text', role: 'user', phonemes: Int32Array.from(phonemes) });
const speech = (...tokens: number[]): Segment => ({ kind: 'speech', role: 'agent', tokens: Int32Array.from(tokens) });
const options: PackOptions = {
  order: 'interleaved',
  textMask: 'causal',
  endOfSpeech: END,
  targets: 'every-turn',
  featureWidth: 0,
};
const NONE = -1;

function targetsOf(sequences: Segment[][], overrides: Partial<PackOptions> = {}): number[][] {
  const { targets, weights, ids } = packSequences(sequences, { ...options, ...overrides });
  const [batch, length] = ids.dims;
  return Array.from({ length: batch }, (_, row) =>
    Array.from({ length }, (_, position) => {
      const index = row * length + position;
      return weights.data[index] === 1 ? Number(targets.data[index]) : NONE;
    }),
  );
}

test('every token is predicted by the position before it, the end by the last token', () => {
  const sequence = [text(1, 2), speech(3, 4), text(5), speech(6)];
  expect(targetsOf([sequence])).toEqual([[NONE, 3, 4, END, 6, END]]);
  expect(targetsOf([sequence], { targets: 'last-turn' })).toEqual([[NONE, NONE, NONE, NONE, 6, END]]);
});

test('text first, speech is one run that ends once', () => {
  const sequence = [text(1, 2), speech(3, 4), text(5), speech(6)];
  const packed = packSequences([sequence], { ...options, order: 'text-first' });
  expect([...packed.ids.data]).toEqual([1, 2, 5, 3, 4, 6]);
  expect([...packed.positions.data]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...packed.kind.data]).toEqual([0, 0, 0, 1, 1, 1]);
  expect(targetsOf([sequence], { order: 'text-first' })).toEqual([[NONE, NONE, 3, 4, 6, END]]);
  expect(targetsOf([sequence], { order: 'text-first', targets: 'last-turn' })).toEqual([
    [NONE, NONE, NONE, NONE, 6, END],
  ]);
});

test('a turn without audio, an empty reply and a text at the end have no tokens to learn', () => {
  expect(targetsOf([[text(1), text(2, 3), speech(4), text(5)]])).toEqual([[NONE, NONE, 4, END, NONE]]);
  expect(targetsOf([[text(1, 2), speech()]])).toEqual([[NONE, END]]);
});

test('speech at the beginning is learnt from its second token on', () => {
  expect(targetsOf([[speech(1, 2)]])).toEqual([[2, END]]);
});

test('shorter sequences are padded, and padding is neither a target nor seen', () => {
  const sequences = [
    [text(1, 2), speech(3)],
    [text(4), speech(5)],
  ];
  expect(targetsOf(sequences)).toEqual([
    [NONE, 3, END],
    [5, END, NONE],
  ]);
  const packed = packSequences(sequences, { ...options, textMask: 'bidirectional' });
  expect(packed.mask.dims).toEqual([2, 1, 3, 3]);
  const sees = Array.from(packed.mask.data as Float32Array, (value) => (value === 0 ? 1 : 0));
  expect(sees.slice(0, 9)).toEqual([1, 1, 0, 1, 1, 0, 1, 1, 1]); // the two text positions see each other
  expect(sees.slice(9)).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 0]); // nothing sees the third column, padding
});

test('a batch can be padded to given sizes, but not cut', () => {
  const packed = packSequences([[text(1), speech(2)]], { ...options, length: 4 });
  expect(packed.ids.dims).toEqual([1, 4]);
  expect(packed.mask.dims).toEqual([4, 4]);
  expect([...packed.weights.data]).toEqual([1, 1, 0, 0]);
  expect(() => packSequences([[text(1), speech(2)]], { ...options, length: 1 })).toThrow(
    'a sequence has 2 positions, but the batch is packed to 1',
  );
});

test('one causal mask serves all sequences', () => {
  const { mask } = packSequences(
    [
      [text(1), speech(2)],
      [text(1), speech(2, 3)],
    ],
    options,
  );
  expect(mask.dims).toEqual([3, 3]);
  expect(Array.from(mask.data as Float32Array, (value) => (value === 0 ? 1 : 0))).toEqual([1, 0, 0, 1, 1, 0, 1, 1, 1]);
});

test('positions restart in every segment and roles follow the speakers', () => {
  const packed = packSequences([[text(1, 2), speech(3, 4, 5)]], options);
  expect([...packed.positions.data]).toEqual([0, 1, 0, 1, 2]);
  expect([...packed.roles.data]).toEqual([0, 0, 1, 1, 1]);
});

test('an alignment prior gives every sequence a mask of its own', () => {
  const alignment = { durations: [0, 1, 1], edgeTokens: 1, freeTokens: 0, decayTokens: 1 };
  const sequences = [
    [text(1, 2), speech(3, 4)],
    [text(1), speech(2)],
  ];
  const { mask } = packSequences(sequences, { ...options, alignment });
  expect(mask.dims).toEqual([2, 1, 4, 4]);
  // Silence and two phonemes in two tokens: the phonemes end at 4/3 and 2, half-way through the token after the second is 2.5.
  const last = Array.from(mask.data.slice(12, 16), Number);
  [4 / 3 - 2.5, 2 - 2.5, 0, 0].forEach((expected, column) => expect(last[column]).toBeCloseTo(expected, 5));
});

test('text features go to their rows; segments without features and speech have zeros', () => {
  const withFeatures: Segment = {
    kind: 'text',
    role: 'user',
    phonemes: Int32Array.of(1, 2),
    features: Float32Array.of(1, 2, 3, 4),
  };
  const { features } = packSequences([[text(7), withFeatures, speech(3)]], { ...options, featureWidth: 2 });
  expect(features?.dims).toEqual([1, 4, 2]);
  expect([...features!.data]).toEqual([0, 0, 1, 2, 3, 4, 0, 0]);
});

test('nothing to learn, and features of another width, are errors', () => {
  expect(() => packSequences([], options)).toThrow('at least one sequence');
  expect(() => packSequences([[text(1)]], options)).toThrow('sequence 0 of the batch has no speech to learn');
  const wrong: Segment = { kind: 'text', role: 'user', phonemes: Int32Array.of(1), features: new Float32Array(3) };
  expect(() => packSequences([[wrong, speech(1)]], { ...options, featureWidth: 2 })).toThrow(
    'a text of 1 phonemes came with 3 feature values, not 1 × 2',
  );
});
