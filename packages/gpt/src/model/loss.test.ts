// Masked cross-entropy against numbers worked out by hand.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registerGradients } from '@gpt-talker/tfjs-onnx';
import { maskedCrossEntropy } from './loss';

registerGradients();

tf.enableProdMode();

const scalar = (value: tf.Scalar) => value.dataSync()[0];
const logits = tf.tensor3d(
  [Math.log(0.5), Math.log(0.25), Math.log(0.125), Math.log(0.125), 4, 3, 2, 1, 0, 0, 0, 0],
  [1, 3, 4],
);

test('the mean is over positions with weight', () => {
  const targets = tf.tensor2d([[1, 3, 0]], [1, 3], 'int32');
  const first = maskedCrossEntropy(logits, targets, tf.tensor2d([[1, 0, 0]]));
  expect(scalar(first.loss)).toBeCloseTo(Math.log(4), 5);
  const both = maskedCrossEntropy(logits, targets, tf.tensor2d([[1, 0, 1]]));
  expect(scalar(both.loss)).toBeCloseTo((Math.log(4) + Math.log(4)) / 2, 5);
  expect(scalar(both.targets)).toBe(2);
});

test('accuracy counts targets among the likeliest one and three', () => {
  const weights = tf.tensor2d([[1, 1, 0]]);
  const at = (first: number, second: number) =>
    maskedCrossEntropy(logits, tf.tensor2d([[first, second, 0]], [1, 3], 'int32'), weights);
  expect([scalar(at(0, 0).top1), scalar(at(0, 1).top1), scalar(at(1, 1).top1)]).toEqual([1, 0.5, 0]);
  expect([scalar(at(1, 2).top3), scalar(at(1, 3).top3)]).toEqual([1, 0.5]);
});

test('its gradient is probability minus target, nothing where there is no weight', () => {
  const targets = tf.tensor2d([[1, 0, 0]], [1, 3], 'int32');
  const gradient = tf
    .grad((x) => maskedCrossEntropy(x as tf.Tensor3D, targets, tf.tensor2d([[1, 0, 0]])).loss)(logits)
    .dataSync();
  [0.5, 0.25 - 1, 0.125, 0.125].forEach((expected, index) => expect(gradient[index]).toBeCloseTo(expected, 5));
  expect([...gradient.slice(4)].every((value) => value === 0)).toBe(true);
});

test('a batch without targets has no loss', () => {
  const none = maskedCrossEntropy(logits, tf.zeros([1, 3], 'int32'), tf.zeros([1, 3]));
  expect(scalar(none.loss)).toBe(0);
});
