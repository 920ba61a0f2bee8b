import * as fc from 'fast-check';

import { evaluatePolynomial, formatPolynomial, LengthFitter } from './fit';
import { planSizes } from './sizes';

const symbols = ['B', 'T'];
const points = planSizes(symbols, {});
const fitter = new LengthFitter(symbols, points);
const at = (rule: (sizes: { B: number; T: number }) => number): number[] =>
  points.map((sizes) => rule(sizes as { B: number; T: number }));

test.each<[string, (sizes: { B: number; T: number }) => number]>([
  ['T', ({ T }) => T],
  ['B*T', ({ B, T }) => B * T],
  ['2*T - 1', ({ T }) => 2 * T - 1],
  ['2*T*T - T', ({ T }) => 2 * T * T - T],
  ['8*B + T + 3', ({ B, T }) => 8 * B + T + 3],
  ['(T)/2', ({ T }) => T / 2],
  ['(T + 1)/2', ({ T }) => Math.floor((T + 1) / 2)],
])('finds %s', (text, rule) => {
  const found = fitter.polynomial(at(rule));
  expect(found && formatPolynomial(found)).toBe(text);
});

test('finds every polynomial of two terms, and nothing in noise', () => {
  const coefficient = fc.integer({ min: -64, max: 64 });
  fc.assert(
    fc.property(coefficient, coefficient, coefficient, (a, b, c) => {
      const values = at(({ B, T }) => a * T + b * B * T + c);
      fc.pre(values.some((value) => value !== values[0]));
      const found = fitter.polynomial(values)!;
      points.forEach((sizes, i) => expect(evaluatePolynomial(found, sizes)).toBe(values[i]));
      expect(evaluatePolynomial(found, { B: 5, T: 7 })).toBe(a * 7 + b * 35 + c);
    }),
    { numRuns: 100 },
  );
  expect(fitter.polynomial(at(({ B, T }) => Math.round(1000 * Math.sin(B * T))))).toBeUndefined();
});

test('finds powers of lengths behind floats', () => {
  const found = fitter.powerLaw(at(({ B, T }) => Math.fround(0.3 / (B * Math.sqrt(T)))))!;
  expect(found.powers).toEqual({ B: -1, T: -0.5 });
  expect(found.coefficient).toBeCloseTo(0.3, 5);
  expect(fitter.powerLaw(at(({ T }) => 1 + 1 / T))).toBeUndefined();
});

test('sizes are distinct at every point, and keep to the options', () => {
  for (const sizes of planSizes(['A', 'B', 'C', 'D'], {})) expect(new Set(Object.values(sizes)).size).toBe(4);
  for (const { T } of planSizes(['T'], { T: { multipleOf: 6, minimum: 50, maximum: 120 } })) {
    expect([T % 6, T >= 50, T <= 120]).toEqual([0, true, true]);
  }
});
