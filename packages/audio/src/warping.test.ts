import { type FeatureSequence, warpingDistance, warpingPath } from './warping';

const sequence = (...values: number[]): FeatureSequence => ({
  data: Float32Array.from(values),
  frames: values.length,
  width: 1,
});

describe('warpingDistance', () => {
  it('is zero for sequences that differ in speed alone', () => {
    expect(warpingDistance(sequence(1, 2, 3), sequence(1, 1, 2, 2, 2, 3))).toBe(0);
  });

  it('is the mean of the distances along the cheapest path', () => {
    // The path goes (0,0) (1,0) (2,1): costs 0, 1 and 0.
    expect(warpingDistance(sequence(0, 1, 5), sequence(0, 5))).toBeCloseTo(1 / 3, 6);
  });

  it('equals a full search over all paths', () => {
    const a = sequence(0.3, 2, -1, 4, 0.5);
    const b = sequence(1, 1.5, -2, 3);
    const search = (i: number, j: number): { cost: number; steps: number } => {
      const own = Math.abs(a.data[i] - b.data[j]);
      if (i === 0 && j === 0) return { cost: own, steps: 1 };
      const before = [
        [i - 1, j - 1],
        [i, j - 1],
        [i - 1, j],
      ].filter(([row, column]) => row >= 0 && column >= 0);
      const best = before.map(([row, column]) => search(row, column)).reduce((x, y) => (y.cost < x.cost ? y : x));
      return { cost: best.cost + own, steps: best.steps + 1 };
    };
    const { cost, steps } = search(4, 3);
    expect(warpingDistance(a, b)).toBeCloseTo(cost / steps, 6);
  });

  it('measures several features by their Euclidean distance', () => {
    const a = { data: Float32Array.of(0, 0), frames: 1, width: 2 };
    const b = { data: Float32Array.of(3, 4), frames: 1, width: 2 };
    expect(warpingDistance(a, b)).toBeCloseTo(5, 6);
  });

  it('refuses empty sequences and differing widths', () => {
    expect(() => warpingDistance(sequence(), sequence(1))).toThrow(/empty/);
    expect(() => warpingDistance(sequence(1), { data: Float32Array.of(1, 2), frames: 1, width: 2 })).toThrow(
      /widths differ/,
    );
  });
});

describe('warpingPath', () => {
  it('aligns what runs faster', () => {
    const path = warpingPath(sequence(0, 1, 2), sequence(0, 0, 1, 1, 2, 2));
    expect(path.map(({ column }) => column)).toEqual([0, 1, 2, 3, 4, 5]);
    expect(path.map(({ row }) => row)).toEqual([0, 0, 1, 1, 2, 2]);
    expect(path.every(({ distance }) => distance === 0)).toBe(true);
  });

  it('is the path whose mean distance warpingDistance gives', () => {
    const [a, b] = [sequence(0, 1, 5), sequence(0, 5)];
    expect(warpingPath(a, b)).toEqual([
      { row: 0, column: 0, distance: 0 },
      { row: 1, column: 0, distance: 1 },
      { row: 2, column: 1, distance: 0 },
    ]);
    const path = warpingPath(sequence(0.3, 2, -1, 4, 0.5), sequence(1, 1.5, -2, 3));
    const mean = path.reduce((sum, { distance }) => sum + distance, 0) / path.length;
    expect(mean).toBeCloseTo(warpingDistance(sequence(0.3, 2, -1, 4, 0.5), sequence(1, 1.5, -2, 3)), 6);
  });

  it('refuses empty sequences', () => {
    expect(() => warpingPath(sequence(), sequence(1))).toThrow(/empty/);
  });
});
