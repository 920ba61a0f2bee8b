// The generator: repeatable, different for every seed, even.
import { seededRandom } from './random';

const draws = (seed: number, count = 4) => Array.from({ length: count }, seededRandom(seed));

test('a seed always gives the same numbers', () => {
  expect(draws(1)).toEqual(draws(1));
});

test('other seeds give other numbers, also beyond 32 bits and below zero', () => {
  const firsts = [0, 1, 2, -1, 2 ** 32, 2 ** 32 + 1, 2 ** 53 - 1].map((seed) => draws(seed).join());
  expect(new Set(firsts).size).toBe(firsts.length);
});

test('numbers are even over [0, 1)', () => {
  const bins = new Array(10).fill(0);
  for (const value of draws(3, 50_000)) bins[Math.floor(value * 10)]++;
  for (const count of bins) expect(Math.abs(count - 5000)).toBeLessThan(300); // 4.5 standard deviations
});
