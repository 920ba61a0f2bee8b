// float16 on the wire: numbers that float16 holds come back as they were, others nearly, small ones are not lost, and what is no number is
// told to all.
import { asRanks } from '../../test/local-ranks';
import { fromFloat16, toFloat16 } from './float16';
import { BucketWire } from './wire';

const roundTrip = (values: number[], scale = 1): number[] => {
  const halves = new Uint16Array(values.length);
  toFloat16(Float32Array.from(values), scale, halves);
  const back = new Float32Array(values.length);
  fromFloat16(halves, scale, back);
  return [...back];
};

test('float16 rounds to the nearest', () => {
  const exact = [0, 1, -1, 0.5, 65504, -65504, 2 ** -14, 2 ** -24, 1023 * 2 ** -24, 1 + 1 / 1024];
  expect(roundTrip(exact)).toEqual(exact);
  expect(roundTrip([1 + 3 / 4096, 1 + 1 / 4096, 2 ** -26, 1e6, Infinity, NaN])).toEqual([
    ...[1 + 1 / 1024, 1, 0, Infinity, Infinity, NaN],
  ]);
  for (let exponent = -14; exponent < 15; exponent++) {
    const value = 2 ** exponent * 1.2345;
    expect(Math.abs(roundTrip([value])[0] / value - 1)).toBeLessThan(2 ** -11);
  }
});

test.each(['float32', 'float16'] as const)('sums of three ranks (%s)', async (wire) => {
  const sums = await asRanks(3, async ({ communicator, rank }) => {
    const bucket = Float32Array.from({ length: 12 }, (_, i) => (rank + 1) * (i - 6) * 1e-9);
    await new BucketWire(communicator, bucket.length, wire).sum(bucket);
    return [...bucket];
  });
  sums[0].forEach((sum, i) => expect(Math.abs(sum - 6 * (i - 6) * 1e-9)).toBeLessThan(4e-11));
  expect(sums[1]).toEqual(sums[0]);
  expect(sums[2]).toEqual(sums[0]);
});

test('more than is on its way at once', async () => {
  const length = 2 * (2 ** 20 + 4);
  const sums = await asRanks(2, async ({ communicator, rank }) => {
    const bucket = new Float32Array(length).map((_, i) => (rank === 0 ? i : 1));
    await new BucketWire(communicator, length, 'float32').sum(bucket);
    return bucket.every((sum, i) => sum === i + 1);
  });
  expect(sums).toEqual([true, true]);
});

test('no number anywhere is none everywhere', async () => {
  const sums = await asRanks(2, async ({ communicator, rank }) => {
    const bucket = Float32Array.of(1, rank === 1 ? NaN : 1);
    await new BucketWire(communicator, 2, 'float16').sum(bucket);
    return [...bucket];
  });
  expect(sums).toEqual([
    [NaN, NaN],
    [NaN, NaN],
  ]);
});
