import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registerGradients } from '@gpt-talker/tfjs-onnx';
import { detached, positions, reflectPad, repeatTime } from './tensors';

tf.enableProdMode();
registerGradients();

test('reflection padding repeats what lies inside the edge, and passes its gradient on', () => {
  const x = tf.tensor2d([[1, 2, 3, 4]]);
  expect([...reflectPad(x, 2, 1).dataSync()]).toEqual([3, 2, 1, 2, 3, 4, 3]);
  // Samples that appear twice count twice.
  expect([
    ...tf
      .grad((y) => tf.sum(reflectPad(y, 2, 1)))(x)
      .dataSync(),
  ]).toEqual([1, 2, 3, 1]);
  expect(reflectPad(x, 0, 0)).toBe(x);
});

test('time steps are repeated beside each other', () => {
  expect([
    ...repeatTime(
      tf.tensor3d([
        [
          [1, 2],
          [3, 4],
        ],
      ]),
      2,
    ).dataSync(),
  ]).toEqual([1, 1, 2, 2, 3, 3, 4, 4]);
});

test('positions count from zero', () => {
  expect([...positions(4).dataSync()]).toEqual([0, 1, 2, 3]);
});

test('nothing flows through a detached tensor', () => {
  const gradient = tf.grad((x) => tf.sum(tf.mul(x, detached(x))))(tf.tensor1d([2, 3]));
  expect([...gradient.dataSync()]).toEqual([2, 3]);
});
