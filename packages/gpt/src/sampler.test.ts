// Sampling against distributions worked out by hand.
import fc from 'fast-check';
import { seededRandom } from './random';
import { checkSampling, nextTokenDistribution, sampleToken, type SamplingOptions } from './sampler';

const END = 4;
const plain: SamplingOptions = {
  topK: 0,
  topP: 1,
  temperature: 1,
  repetitionPenalty: 1,
  minimumTokens: 0,
  stutterTokens: 0,
};
// Probabilities 0.4, 0.2, 0.1, 0.1, 0.2 (the end).
const logits = Float32Array.from([0.4, 0.2, 0.1, 0.1, 0.2], Math.log);

function probabilitiesOf(options: Partial<SamplingOptions>, previous: number[] = [], of = logits): Map<number, number> {
  const { tokens, probabilities } = nextTokenDistribution(of, previous, { ...plain, ...options }, END);
  return new Map(tokens.map((token, place) => [token, probabilities[place]]));
}

function expectDistribution(actual: Map<number, number>, expected: Record<number, number>): void {
  expect([...actual.keys()].sort()).toEqual(Object.keys(expected).map(Number).sort());
  for (const [token, probability] of Object.entries(expected))
    expect(actual.get(Number(token))).toBeCloseTo(probability, 6);
}

test('without options the distribution is the softmax, likeliest first and ties by id', () => {
  const { tokens } = nextTokenDistribution(logits, [], plain, END);
  expect(tokens).toEqual([0, 1, 4, 2, 3]);
  expectDistribution(probabilitiesOf({}), { 0: 0.4, 1: 0.2, 2: 0.1, 3: 0.1, 4: 0.2 });
});

test('top-k keeps the k likeliest', () => {
  expectDistribution(probabilitiesOf({ topK: 2 }), { 0: 0.4 / 0.6, 1: 0.2 / 0.6 });
  expectDistribution(probabilitiesOf({ topK: 99 }), { 0: 0.4, 1: 0.2, 2: 0.1, 3: 0.1, 4: 0.2 });
});

test('top-p keeps the fewest that reach p, at least one', () => {
  expectDistribution(probabilitiesOf({ topP: 0.7 }), { 0: 0.5, 1: 0.25, 4: 0.25 });
  expectDistribution(probabilitiesOf({ topP: 0.5 }), { 0: 2 / 3, 1: 1 / 3 });
  expectDistribution(probabilitiesOf({ topP: 0.001 }), { 0: 1 });
});

test('temperature divides the logits', () => {
  // Square roots of the probabilities, then normalised.
  const roots = [0.4, 0.2, 0.1, 0.1, 0.2].map(Math.sqrt);
  const total = roots.reduce((sum, root) => sum + root);
  expectDistribution(
    probabilitiesOf({ temperature: 2 }),
    Object.fromEntries(roots.map((root, token) => [token, root / total])),
  );
  expectDistribution(probabilitiesOf({ temperature: 0 }), { 0: 1 });
});

test('the nucleus is taken after temperature and top-k', () => {
  // Squares 16 : 4 : 4 (of 0.1-units), the two likeliest 0.8 and 0.2.
  expectDistribution(probabilitiesOf({ temperature: 0.5, topK: 2, topP: 0.79 }), { 0: 1 });
  expectDistribution(probabilitiesOf({ temperature: 0.5, topK: 2, topP: 0.81 }), { 0: 0.8, 1: 0.2 });
});

test('the repetition penalty divides positive and multiplies negative logits, once for each token of this reply', () => {
  const mixed = Float32Array.of(2, -1, 0, 1, -Infinity);
  const expected = [1, -2, 0, 1].map(Math.exp);
  const total = expected.reduce((sum, weight) => sum + weight);
  const actual = probabilitiesOf({ repetitionPenalty: 2 }, [0, 0, 1], mixed);
  expectDistribution(actual, Object.fromEntries(expected.map((weight, token) => [token, weight / total])));
});

test('the end is impossible until the reply has its minimum of tokens', () => {
  expect(probabilitiesOf({ minimumTokens: 2 }, [1]).has(END)).toBe(false);
  expect(probabilitiesOf({ minimumTokens: 2 }, [1, 2]).has(END)).toBe(true);
});

test('a stretch does not follow itself', () => {
  const stutterTokens = 3;
  const possible = (previous: number[], token: number) => probabilitiesOf({ stutterTokens }, previous).has(token);
  expect(possible([0, 1, 2, 0, 1], 2)).toBe(false);
  expect(possible([3, 0, 1, 2, 3, 0, 1, 2, 3, 0], 1)).toBe(false);
  expect(probabilitiesOf({ stutterTokens: 0 }, [0, 1, 2, 0, 1]).has(2)).toBe(true);
  // Something came between, the stretch is shorter, or it is a long sound of two kinds of tokens.
  expect(possible([0, 1, 2, 3, 0, 1], 2)).toBe(true);
  expect(possible([0, 1, 0], 1)).toBe(true);
  expect(possible([0, 0, 1, 0, 0], 1)).toBe(true);
  expect(probabilitiesOf({ stutterTokens: 4 }, [0, 1, 2, 0, 1]).has(2)).toBe(true);
});

test('a likeliest end ends the reply whatever would have been drawn', () => {
  const ending = Float32Array.of(1, 1, 1, 1, 1.01);
  expect(sampleToken(ending, [], plain, END, () => 0.999)).toBe(END);
  expect(sampleToken(ending, [], { ...plain, minimumTokens: 1 }, END, () => 0.999)).toBe(3);
});

test('a draw picks the token whose share of [0, 1) it falls into', () => {
  const draw = (value: number) => sampleToken(logits, [], plain, END, () => value);
  // 0 has 0.4, then 1 and the end 0.2 each, then 2 and 3 0.1 each.
  expect([0, 0.39, 0.41, 0.59, 0.61, 0.79, 0.81, 0.91, 0.999999].map(draw)).toEqual([0, 0, 1, 1, END, END, 2, 3, 3]);
});

test('draws follow the distribution', () => {
  const random = seededRandom(7);
  const counts = [0, 0, 0, 0, 0];
  for (let draw = 0; draw < 20_000; draw++) counts[sampleToken(logits, [], plain, END, random)]++;
  [0.4, 0.2, 0.1, 0.1, 0.2].forEach((share, token) => expect(counts[token] / 20_000).toBeCloseTo(share, 1.7));
});

test('probabilities sum to one and no token outside the options is drawn', () => {
  const anyLogits = fc.float32Array({ minLength: 5, maxLength: 40, noNaN: true, min: -30, max: 30 });
  const options = fc.record({
    topK: fc.nat(9),
    topP: fc.double({ min: 0.01, max: 1, noNaN: true }),
    temperature: fc.double({ min: 0, max: 3, noNaN: true }),
  });
  fc.assert(
    fc.property(anyLogits, options, fc.array(fc.nat(4)), (values, drawn, previous) => {
      const settings = { ...plain, ...drawn, repetitionPenalty: 1.35 };
      const { tokens, probabilities } = nextTokenDistribution(values, previous, settings, END);
      expect(tokens.length).toBeLessThanOrEqual(drawn.topK || values.length);
      expect(probabilities.reduce((sum, probability) => sum + probability, 0)).toBeCloseTo(1, 9);
      expect(probabilities.every((probability, place) => place === 0 || probability <= probabilities[place - 1])).toBe(
        true,
      );
    }),
  );
});

test('options outside their range are refused by name', () => {
  expect(() => checkSampling(plain)).not.toThrow();
  expect(() => checkSampling({ ...plain, topK: 1.5 })).toThrow(
    'sampling option topK is 1.5; give a whole number of at least 0 (0 = all)',
  );
  expect(() => checkSampling({ ...plain, topP: 0 })).toThrow('topP is 0');
  expect(() => checkSampling({ ...plain, temperature: -1 })).toThrow('temperature is -1');
  expect(() => checkSampling({ ...plain, repetitionPenalty: NaN })).toThrow('repetitionPenalty is NaN');
  expect(() => checkSampling({ ...plain, minimumTokens: -1 })).toThrow('minimumTokens is -1');
  expect(() => checkSampling({ ...plain, stutterTokens: 0.5 })).toThrow('stutterTokens is 0.5');
});

test('logits without a number are an error, not silence', () => {
  expect(() => nextTokenDistribution(new Float32Array(5).fill(NaN), [], plain, END)).toThrow('no usable logit');
});
