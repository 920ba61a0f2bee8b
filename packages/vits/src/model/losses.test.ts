import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { alignmentLoss } from './losses';

// Two heads, two frames, three phonemes: [1, 2, 2, 3].
const attention = tf.tensor([
  [
    [
      [0.8, 0.1, 0.1],
      [0.2, 0.6, 0.2],
    ],
    [
      [0.4, 0.3, 0.3],
      [0.2, 0.6, 0.2],
    ],
  ],
]);

test('attention is compared with where the phonemes sound, by all heads together', () => {
  const alignment = tf.tensor([
    [
      [1, 0, 0],
      [0, 1, 0],
    ],
  ]);
  // The denominator counts one frame more, so that a batch without any known alignment has a loss.
  const expected = -(Math.log(0.6) + Math.log(0.6)) / 3;
  expect(alignmentLoss(attention, alignment).dataSync()[0]).toBeCloseTo(expected, 4);
});

test('frames of which nothing is known count for nothing', () => {
  const one = tf.tensor([
    [
      [1, 0, 0],
      [0, 0, 0],
    ],
  ]);
  expect(alignmentLoss(attention, one).dataSync()[0]).toBeCloseTo(-Math.log(0.6) / 2, 4);
  expect(alignmentLoss(attention, tf.zeros([1, 2, 3])).dataSync()[0]).toBeCloseTo(0, 6);
});
