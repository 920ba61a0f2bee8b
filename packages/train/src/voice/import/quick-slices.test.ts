import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { withQuickSlices } from './quick-slices';

const cases: [string, () => tf.Tensor][] = [
  ['the middle of every row', () => tf.slice(tf.reshape(tf.range(0, 24), [2, 3, 4]), [0, 1, 1], [2, 2, 2])],
  ['one tap of a kernel', () => tf.slice(tf.reshape(tf.range(0, 24), [2, 4, 3]), [0, 0, 2], [-1, -1, 1])],
  ['whole numbers', () => tf.slice(tf.reshape(tf.range(0, 6, 1, 'int32'), [2, 3]), [0, 1], [2, 2])],
  ['what lies together', () => tf.slice(tf.range(0, 9), [2], [3])],
  ['nothing', () => tf.slice(tf.zeros([2, 3]), [0, 1], [2, 0])],
  ['a slice of a slice', () => tf.slice(tf.slice(tf.reshape(tf.range(0, 24), [4, 6]), [1, 0], [2, 6]), [0, 2], [2, 3])],
];

test.each(cases)('%s: as the backend gives it', async (_, sliced) => {
  await tf.setBackend('cpu');
  const [usual, quick] = [sliced(), withQuickSlices(sliced)];
  expect([quick.shape, quick.dtype, [...quick.dataSync()]]).toEqual([usual.shape, usual.dtype, [...usual.dataSync()]]);
});

test('afterwards, and after a failure, the backend is as it was', async () => {
  await tf.setBackend('cpu');
  const kernel = () => tf.getKernel('Slice', 'cpu').kernelFunc;
  const usual = kernel();
  withQuickSlices(() => expect(kernel()).not.toBe(usual));
  expect(kernel()).toBe(usual);
  expect(() => withQuickSlices(() => tf.slice(tf.zeros([2, 3]), [0, 2], [2, 2]))).toThrow();
  expect(kernel()).toBe(usual);
});
