import { PieceJoiner } from './piece-joiner';

const RATE = 1000;
const tone = (length: number, quietBefore = 0, quietAfter = 0) => ({
  samples: Float32Array.from({ length }, (_, at) => (at < quietBefore || at >= length - quietAfter ? 0.001 : 0.5)),
  sampleRate: RATE,
});
const usual = { factor: 1, extraSeconds: 0 };
const whole = { first: true, last: true, longer: usual };

test('a piece begins and ends softly, and keeps its length', () => {
  const { samples } = new PieceJoiner(RATE, 0.25).join(tone(100), whole);
  expect(samples).toHaveLength(100);
  expect([...samples.slice(0, 5)].map((value) => value.toFixed(3))).toEqual([
    '0.063',
    '0.188',
    '0.313',
    '0.438',
    '0.500',
  ]);
  expect([...samples.slice(-4)].reverse()).toEqual([...samples.slice(0, 4)]);
});

test('chunks of one piece are joined as they are', () => {
  const joiner = new PieceJoiner(RATE, 0.25);
  joiner.join(tone(100), { ...whole, last: false });
  expect(joiner.join(tone(100), { ...whole, first: false, last: false })).toEqual(tone(100));
});

test.each([
  ['without silence of its own', 0, 0, 1, 250],
  ['with some', 60, 40, 1, 150],
  ['with enough', 200, 100, 1, 0],
  ['and twice that between paragraphs', 60, 40, 2, 400],
])('between two pieces there is a pause, %s', (_, after, before, longer, inserted) => {
  const joiner = new PieceJoiner(RATE, 0.25);
  joiner.join(tone(400, 0, after), whole);
  const { samples } = joiner.join(tone(400, before), { ...whole, longer: { factor: longer, extraSeconds: 0 } });
  expect(samples).toHaveLength(400 + inserted);
  expect(samples.subarray(0, inserted).every((value) => value === 0)).toBe(true);
});

test('silence is counted through chunks', () => {
  const joiner = new PieceJoiner(RATE, 0.25);
  joiner.join(tone(400, 0, 50), { ...whole, last: false });
  joiner.join(tone(100, 100), { ...whole, first: false });
  expect(joiner.join(tone(400), whole).samples).toHaveLength(400 + 100);
});

test('a pause that the text asks for is silence of its own, at the beginning too', () => {
  const joiner = new PieceJoiner(RATE, 0.25);
  const asked = { ...whole, longer: { factor: 1, extraSeconds: 0.5 } };
  expect(joiner.join(tone(400), asked).samples).toHaveLength(900);
  expect(joiner.join(tone(400), asked).samples).toHaveLength(900);
});
