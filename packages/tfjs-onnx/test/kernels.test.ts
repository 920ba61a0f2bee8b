// Every kernel and every gradient, eagerly and traced, on random inputs.
import * as tf from '@tensorflow/tfjs-core';

import { GRADIENTS } from '../src/gradients/index';
import { registerGradients } from '../src/index';
import { KERNELS } from '../src/kernels/index';
import { BINARY_CASES } from './kernel-cases/binary';
import { CONVOLUTION_CASES } from './kernel-cases/convolution';
import { IMAGE_CASES } from './kernel-cases/image';
import { INDEXING_CASES } from './kernel-cases/indexing';
import { REDUCTION_CASES } from './kernel-cases/reduction';
import { SHAPE_CASES } from './kernel-cases/shape';
import { UNARY_CASES } from './kernel-cases/unary';
import { expectGradientIsSlope, expectTracedEqualsEager, gradientsOf, random } from './support';

const CASES = [
  ...UNARY_CASES,
  ...BINARY_CASES,
  ...REDUCTION_CASES,
  ...SHAPE_CASES,
  ...INDEXING_CASES,
  ...CONVOLUTION_CASES,
  ...IMAGE_CASES,
];

// Which kernels and gradients the cases have reached: each table entry reports when it is called.
const reached = new Set<string>();
for (const [name, kernel] of Object.entries(KERNELS)) {
  (KERNELS as Record<string, typeof kernel>)[name] = (call) => {
    reached.add(name);
    return kernel(call);
  };
}
for (const [name, gradient] of Object.entries(GRADIENTS)) {
  (GRADIENTS as Record<string, typeof gradient>)[name] = {
    ...gradient,
    of: (dy, saved, attributes) => {
      reached.add(`gradient of ${name}`);
      return gradient.of(dy, saved, attributes);
    },
  };
}

beforeAll(async () => {
  tf.enableProdMode();
  await tf.setBackend('cpu');
  registerGradients();
});

test.each(CASES.map((testCase) => [testCase.name, testCase] as const))('%s', async (_name, { fn, inputs, by }) => {
  const tensors = inputs();
  await expectTracedEqualsEager((given) => ({ y: fn(given) }), tensors);
  if (!by) return;
  const weights = random(...fn(tensors).shape);
  expectGradientIsSlope(fn, by, tensors, weights);
  await expectTracedEqualsEager(gradientsOf(fn, by, weights), tensors);
});

test('every kernel and every gradient has a case', () => {
  const all = [...Object.keys(KERNELS), ...Object.keys(GRADIENTS).map((name) => `gradient of ${name}`)];
  expect(all.filter((name) => !reached.has(name))).toEqual([]);
});
