import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Random } from '@gpt-talker/nn';
import { randomTensor } from '../../test/tiny';
import { startCodebook, updateCodebook } from './codebook-training';

tf.enableProdMode();

/** Points around three centres, twelve each. */
const CENTRES = [
  [0, 0],
  [10, 0],
  [0, 10],
];
const points = tf.add(
  tf.tensor2d(Array.from({ length: 36 }, (_, index) => CENTRES[index % 3])),
  randomTensor([36, 2], new Random(1), 0.1),
);

test('k-means finds the clusters', () => {
  const { embed, embedAverage, clusterSize } = startCodebook(points, tf.tensor1d([0, 1, 2], 'int32'), {
    iterations: 5,
  });
  expect([...clusterSize.dataSync()]).toEqual([12, 12, 12]);
  embed.dataSync().forEach((value, index) => expect(value).toBeCloseTo(CENTRES.flat()[index], 0));
  expect([...tf.div(embedAverage, 12).dataSync()].map((value) => value.toFixed(4))).toEqual(
    [...embed.dataSync()].map((value) => value.toFixed(4)),
  );
});

test('k-means leaves a code where it is that no vector chose', () => {
  const two = tf.tensor2d([
    [0, 0],
    [0, 0],
    [4, 4],
  ]);
  const { embed } = startCodebook(two, tf.tensor1d([0, 1, 2], 'int32'), { iterations: 3 });
  expect([...embed.dataSync()]).toEqual([0, 0, 0, 0, 4, 4]);
});

const state = () => ({
  embed: tf.tensor2d([
    [1, 1],
    [5, 5],
    [9, 9],
  ]),
  embedAverage: tf.tensor2d([
    [4, 4],
    [20, 20],
    [0.9, 0.9],
  ]),
  clusterSize: tf.tensor1d([4, 4, 0.1]),
});
const vectors = tf.tensor2d([
  [2, 0],
  [2, 0],
  [6, 6],
]);
const codes = tf.tensor1d([0, 0, 1], 'int32');

test('codes drift towards the vectors that chose them', () => {
  const next = updateCodebook(state(), vectors, codes, { decay: 0.5 });
  const [x, y, other] = next.embed.dataSync();
  expect(x).toBeGreaterThan(1);
  expect(y).toBeLessThan(1);
  expect(other).toBeGreaterThan(5);
  expect([...next.clusterSize.dataSync()].map((value) => value.toFixed(3))).toEqual(['3.000', '2.500', '0.050']);
});

test('a code that nobody chooses is set on the named vector, and stays there', () => {
  const revive = { threshold: 2, rows: tf.tensor1d([0, 0, 2], 'int32') };
  const next = updateCodebook(state(), vectors, codes, { decay: 0.99, revive });
  expect([...next.embed.dataSync()].slice(4).map((value) => value.toFixed(2))).toEqual(['6.00', '6.00']);
  expect([...next.embed.dataSync()].slice(0, 2)).toEqual(
    [...updateCodebook(state(), vectors, codes, { decay: 0.99 }).embed.dataSync()]
      .slice(0, 2)
      .map((value) => expect.closeTo(value, 2)),
  );
  const later = updateCodebook(next, vectors, codes, { decay: 0.99 });
  expect([...later.embed.dataSync()].slice(4).map((value) => value.toFixed(2))).toEqual(['6.00', '6.00']);
});
