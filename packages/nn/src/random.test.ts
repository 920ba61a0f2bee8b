import * as fc from 'fast-check';
import {
  biasUniform,
  constant,
  fans,
  kaimingUniform,
  normal,
  ones,
  Random,
  uniform,
  xavierUniform,
  zeros,
  type Initializer,
} from './index';

test('the algorithm is xoshiro128**', () => {
  // First outputs of the published C code from the state 1, 2, 3, 4.
  const random = new Random([1, 2, 3, 4]);
  expect([random.bits(), random.bits(), random.bits()]).toEqual([11520, 0, 5927040]);
});

test('a saved state continues the sequence', () => {
  const random = new Random(42);
  random.uniforms(5);
  const copy = new Random(random.state);
  expect(copy.uniforms(5)).toEqual(random.uniforms(5));
  expect(new Random(42).uniforms(5)).not.toEqual(new Random(43).uniforms(5));
});

test('many uniform numbers are those that come one by one', () => {
  const [many, single] = [new Random(7), new Random(7)];
  expect([...many.uniforms(1000)]).toEqual(Array.from({ length: 1000 }, () => single.uniform()));
  expect(many.state).toEqual(single.state);
});

test('draws stay in their ranges', () => {
  fc.assert(
    fc.property(fc.integer(), fc.integer({ min: 1, max: 1000 }), (seed, limit) => {
      const random = new Random(seed);
      const single = random.uniforms(1)[0];
      const whole = random.integer(limit);
      return single >= 0 && single < 1 && Number.isInteger(whole) && whole >= 0 && whole < limit;
    }),
  );
});

describe('initialisers', () => {
  const shape = [200, 50, 2];
  const statistics = (initializer: Initializer) => {
    const values = initializer(shape, new Random(5));
    const mean = values.reduce((sum, value) => sum + value, 0) / values.length;
    const deviation = Math.sqrt(values.reduce((sum, value) => sum + (value - mean) ** 2, 0) / values.length);
    const bound = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    return { mean, deviation, bound };
  };

  test('constants', () => {
    expect([...zeros([2], new Random(0)), ...ones([2], new Random(0)), ...constant(3)([1], new Random(0))]).toEqual([
      0, 0, 1, 1, 3,
    ]);
  });

  test.each([
    // PyTorch's formulas: fan-in 100, fan-out 400.
    ['kaimingUniform', kaimingUniform(), 0.1],
    ['biasUniform', biasUniform(shape), 0.1],
    ['xavierUniform', xavierUniform(), Math.sqrt(6 / 500)],
    ['uniform', uniform(-2, 2), 2],
  ])('%s fills its range evenly', (_, initializer, expected) => {
    const { mean, deviation, bound } = statistics(initializer);
    expect(bound).toBeLessThanOrEqual(expected);
    expect(bound / expected).toBeGreaterThan(0.99);
    expect(deviation / expected).toBeCloseTo(1 / Math.sqrt(3), 1);
    expect(Math.abs(mean) / expected).toBeLessThan(0.02);
  });

  test('normal has the deviation and mean asked for', () => {
    const { mean, deviation } = statistics(normal(0.5, 3));
    expect(mean).toBeCloseTo(3, 1);
    expect(deviation).toBeCloseTo(0.5, 1);
  });

  test('fans count inputs on axis 1 and need two axes', () => {
    expect(fans([8, 4, 3])).toEqual({ fanIn: 12, fanOut: 24 });
    expect(() => fans([8])).toThrow(RangeError);
  });
});
