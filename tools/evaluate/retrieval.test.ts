import { retrieve } from './retrieval';

const distance = (a: number, b: number): number => Math.abs(a - b);

describe('retrieve', () => {
  it('counts the queries whose own reference is the nearest and lists the others', () => {
    const result = retrieve([1, 2.9, 3], [1, 2, 3], distance);
    expect(result).toMatchObject({ correct: 2, total: 3 });
    expect(result.share).toBeCloseTo(2 / 3);
    expect(result.misses).toHaveLength(1);
    expect(result.misses[0]).toMatchObject({ index: 1, nearest: 2 });
    expect(result.misses[0].ownDistance).toBeCloseTo(0.9);
    expect(result.misses[0].nearestDistance).toBeCloseTo(0.1);
  });

  it('refuses lists that do not match', () => {
    expect(() => retrieve([1], [1, 2], distance)).toThrow(/1 queries for 2 references/);
    expect(() => retrieve([], [], distance)).toThrow(RangeError);
  });
});
