import fc from 'fast-check';
import {
  layoutSegments,
  orderSegments,
  sequenceLength,
  type AlignmentPrior,
  type Segment,
  type SequenceLayout,
} from './index';

const text = (...phonemes: number[]): Segment => ({ kind: 'text', role: 'user', phonemes: Int32Array.from(phonemes) });
const speech = (...tokens: number[]): Segment => ({ kind: 'speech', role: 'agent', tokens: Int32Array.from(tokens) });
/** Rows of '1' (seen) and '.' (hidden). */
const drawn = (mask: Float32Array, rows: number) =>
  Array.from({ length: rows }, (_, row) =>
    Array.from(mask.subarray((row * mask.length) / rows, ((row + 1) * mask.length) / rows), (value) =>
      value === 0 ? '1' : '.',
    ).join(''),
  );

const conversation = [text(1, 2), speech(7, 8), text(3), speech(9)];

test('interleaved and causal: as it was said, everyone sees the past', () => {
  const rows = layoutSegments(conversation, { order: 'interleaved', textMask: 'causal' });
  expect([...rows.ids]).toEqual([1, 2, 7, 8, 3, 9]);
  expect([...rows.kind]).toEqual([0, 0, 1, 1, 0, 1]);
  expect([...rows.positions]).toEqual([0, 1, 0, 1, 0, 0]);
  expect([...rows.roles]).toEqual([0, 0, 1, 1, 0, 1]);
  expect(drawn(rows.mask, 6)).toEqual(['1.....', '11....', '111...', '1111..', '11111.', '111111']);
});

test('interleaved and bidirectional: a text sees all of itself, nothing later', () => {
  const rows = layoutSegments(conversation, { order: 'interleaved', textMask: 'bidirectional' });
  expect(drawn(rows.mask, 6)).toEqual(['11....', '11....', '111...', '1111..', '11111.', '111111']);
});

test('an alignment prior: speech sees its own text alone, the less the further from its place', () => {
  // Phonemes 2, 3 and 4 last 2 tokens; the last of a text lasts as long as the silence before the first.
  const alignment = { durations: [0, 1, 2, 2, 2, 9], edgeTokens: 4, freeTokens: 1, decayTokens: 2 };
  const turns = [text(1), speech(7), text(2, 3, 4, 5), speech(8, 9)];
  const row = (index: number, pace?: number) =>
    [...layoutSegments(turns, { order: 'interleaved', textMask: 'causal', alignment, pace }).mask].slice(
      index * 8,
      index * 8 + 8,
    );
  const hidden = Math.fround(-1e9);
  // Text sees all that came before.
  expect(row(5)).toEqual([0, 0, 0, 0, 0, 0, hidden, hidden]);
  // At the average pace the phonemes lie at 4–6, 6–8, 8–10 and 10–14; after token 1 comes what lies around 2.5.
  expect(row(7, 1)).toEqual([hidden, 0, -0.25, -1.25, -2.25, -3.25, 0, 0]);
  // At half of it they lie at 2–3, 3–4, 4–5 and 5–7.
  expect(row(7, 0.5)).toEqual([hidden, 0, 0, 0, -0.25, -0.75, 0, 0]);
  // Two tokens are a seventh of fourteen.
  expect(row(7)).toEqual(row(7, 1 / 7));
});

test('an alignment prior that follows: a reply takes up the pace of the turn before it', () => {
  const prior = { durations: [0, 1, 2, 2, 2, 9], edgeTokens: 4, freeTokens: 1, decayTokens: 2 };
  const following = { offset: Math.log(1.1), slope: 0.5 };
  // Phonemes 2 and 5 are expected to last 4 + 2 + 4 tokens; these 40 are four times that.
  const slow: Segment[] = [text(2, 5), { kind: 'speech', role: 'user', tokens: new Int32Array(40) }];
  const last = (segments: Segment[], alignment: AlignmentPrior, pace?: number) =>
    [...layoutSegments(segments, { order: 'interleaved', textMask: 'causal', alignment, pace }).mask].slice(-10);
  const reply = [text(2, 3, 4, 5), speech(8, 9)];
  expect(last([...slow, ...reply], { ...prior, following }, 1)).toEqual(last([...slow, ...reply], prior, 2.2));
  expect(last([...slow, ...reply], { ...prior, following }, 0.5)).toEqual(last([...slow, ...reply], prior, 1.1));
  // A turn that was only written is passed over; without any speech before it a reply lasts what it lasts on average.
  const written = [...slow, text(1), ...reply];
  expect(last(written, { ...prior, following }, 1)).toEqual(last(written, prior, 2.2));
  expect(last(reply, { ...prior, following }, 1)).toEqual(last(reply, prior, 1));
  // What was said lasts what it lasted.
  expect(last([...slow, ...reply], { ...prior, following })).toEqual(last([...slow, ...reply], prior));
});

test('text-first: all text is one segment, all speech another', () => {
  const rows = layoutSegments(conversation, { order: 'text-first', textMask: 'bidirectional' });
  expect([...rows.ids]).toEqual([1, 2, 3, 7, 8, 9]);
  expect([...rows.kind]).toEqual([0, 0, 0, 1, 1, 1]);
  expect([...rows.positions]).toEqual([0, 1, 2, 0, 1, 2]);
  expect([...rows.roles]).toEqual([0, 0, 0, 1, 1, 1]);
  expect(drawn(rows.mask, 6)).toEqual(['111...', '111...', '111...', '1111..', '11111.', '111111']);
});

test('text-first and causal', () => {
  const rows = layoutSegments(conversation, { order: 'text-first', textMask: 'causal' });
  expect(drawn(rows.mask, 6)).toEqual(['1.....', '11....', '111...', '1111..', '11111.', '111111']);
});

test('what follows a past sees all of it', () => {
  const before = [text(1, 2), speech(3)];
  const rows = layoutSegments([...before, text(4, 5), speech(6)], {
    order: 'interleaved',
    textMask: 'bidirectional',
    from: 3,
  });
  expect([...rows.positions]).toEqual([0, 1, 0]);
  expect(drawn(rows.mask, 3)).toEqual(['11111.', '11111.', '111111']);
});

test('a text-first sequence has no past to follow', () => {
  expect(() => layoutSegments([text(1, 2)], { order: 'text-first', textMask: 'causal', from: 1 })).toThrow(
    'cannot be continued',
  );
});

test('nothing, and empty segments, take no room', () => {
  const empty = layoutSegments([], { order: 'interleaved', textMask: 'causal' });
  expect([empty.ids.length, empty.mask.length]).toEqual([0, 0]);
  const rows = layoutSegments([speech(), text(1), text()], { order: 'text-first', textMask: 'causal' });
  expect([...rows.ids]).toEqual([1]);
  expect([...rows.mask]).toEqual([0]);
});

const ids = fc.array(fc.nat(20), { maxLength: 4 });
const segments = fc.array(
  fc.oneof(
    ids.map((list) => text(...list)),
    ids.map((list) => speech(...list)),
  ),
  { maxLength: 6 },
);

test('laid out at once, or in two stretches, a sequence is the same', () => {
  const alignment = {
    durations: Array.from({ length: 21 }, (_, id) => id % 4),
    edgeTokens: 1,
    freeTokens: 1,
    decayTokens: 4,
  };
  fc.assert(
    fc.property(
      segments,
      fc.nat(24),
      fc.constantFrom<SequenceLayout['textMask']>('causal', 'bidirectional'),
      fc.constantFrom(undefined, alignment),
      fc.constantFrom(undefined, 0.8),
      (list, from, textMask, prior, pace) => {
        const options = { order: 'interleaved', textMask, alignment: prior, pace } as const;
        const whole = layoutSegments(list, options);
        const rest = layoutSegments(list, { ...options, from });
        for (const name of ['ids', 'kind', 'positions', 'roles'] as const)
          expect(rest[name]).toEqual(whole[name].slice(from));
        expect(rest.mask).toEqual(whole.mask.slice(from * sequenceLength(list)));
      },
    ),
  );
});

test('ordering loses nothing, and every position sees itself and never later speech', () => {
  fc.assert(
    fc.property(segments, fc.constantFrom<SequenceLayout['order']>('interleaved', 'text-first'), (list, order) => {
      expect(new Set(orderSegments(list, order))).toEqual(new Set(list));
      const { mask, kind } = layoutSegments(list, { order, textMask: 'bidirectional' });
      const length = sequenceLength(list);
      for (let row = 0; row < length; row++) {
        expect(mask[row * length + row]).toBe(0);
        for (let column = row + 1; column < length; column++)
          if (kind[column] === 1) expect(mask[row * length + column]).toBe(-1e9);
      }
    }),
  );
});
