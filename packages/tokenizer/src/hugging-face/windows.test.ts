import fc from 'fast-check';
import { joinWindows, overlappingWindows } from './windows';

test('a short sequence is one window', () => {
  expect(overlappingWindows(10, 10, 4)).toEqual([{ from: 0, to: 10 }]);
});

test('a longer one has evenly spread windows that overlap', () => {
  expect(overlappingWindows(22, 10, 4)).toEqual([
    { from: 0, to: 10 },
    { from: 6, to: 16 },
    { from: 12, to: 22 },
  ]);
});

const sequence = fc
  .record({ length: fc.integer({ min: 4, max: 40 }), total: fc.integer({ min: 1, max: 300 }) })
  .chain(({ length, total }) =>
    fc.record({
      length: fc.constant(length),
      total: fc.constant(total),
      overlap: fc.integer({ min: 0, max: Math.floor(length / 2) }),
    }),
  );

test('windows cover everything, with the overlap that was asked for', () => {
  fc.assert(
    fc.property(sequence, ({ length, total, overlap }) => {
      const windows = overlappingWindows(total, length, overlap);
      expect(windows[0].from).toBe(0);
      expect(windows[windows.length - 1].to).toBe(total);
      windows.slice(1).forEach(({ from, to }, index) => {
        expect(to - from).toBe(length);
        expect(windows[index].to - from).toBeGreaterThanOrEqual(overlap);
      });
    }),
  );
});

test('rows that do not depend on their window come out as they were, faded or not', () => {
  fc.assert(
    fc.property(sequence, fc.boolean(), ({ length, total, overlap }, faded) => {
      const windows = overlappingWindows(total, length, overlap);
      const rows = windows.map(({ from, to }) =>
        Float32Array.from({ length: 2 * (to - from) }, (_, n) => 2 * from + n),
      );
      const joined = joinWindows(windows, rows, 2, faded ? Math.floor(overlap / 2) : 0);
      expect(joined).toHaveLength(2 * total);
      joined.forEach((value, index) => expect(value).toBeCloseTo(index, 3));
    }),
  );
});

test('the edges of a window are given up for its neighbour', () => {
  const windows = overlappingWindows(16, 10, 4); // [0, 10) and [6, 16)
  const rows = windows.map((_, index) => new Float32Array(10).fill(index));
  expect(Array.from(joinWindows(windows, rows, 1, 0))).toEqual([...new Array(8).fill(0), ...new Array(8).fill(1)]);
  expect(Array.from(joinWindows(windows, rows, 1, 2)).slice(6, 10)).toEqual([0, 0.25, 0.75, 1]);
});
