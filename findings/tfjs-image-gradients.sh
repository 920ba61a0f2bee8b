#!/usr/bin/env bash
# TensorFlow.js 4.22 (union package, CPU backend): three gradients of pictures are not the slope of the forward pass, and one op forgets a batch.
# Guess: gradients of the union package are those of its forward kernels. Seen:
#  - resizeBilinear of a picture that is not square: the gradient comes back with height and width exchanged, and tf.grad refuses it
#  - avgPool with 'same' padding: forward divides by the elements in a window, backward by the window's size (a border pixel's slope is off)
#  - resizeNearestNeighbor of a batch: the gradient of the second picture is read from the first one's gradient
#  - image.transform of a batch: every picture but the first stays filled
# Expected: the slope of the forward pass; the same result for each picture. Source: dist/kernels of @tensorflow/tfjs-backend-cpu.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @tensorflow/tfjs@4.22.0
cat >case.cjs <<'JS'
const tf = require('@tensorflow/tfjs');
const assert = require('node:assert');
(async () => {
  await tf.setBackend('cpu');
  const seen = [];
  const bilinear = tf.grad((x) => tf.sum(tf.image.resizeBilinear(x, [4, 6])));
  try {
    bilinear(tf.ones([1, 2, 3, 1]));
    seen.push('bilinear: fine');
  } catch (error) {
    seen.push(`bilinear: ${/shape '[\d,]+', which does not match the shape of the input '[\d,]+'/.exec(error.message)?.[0]}`);
  }
  const mean = (x) => tf.sum(tf.avgPool(x, 2, 1, 'same'));
  const slope = tf.grad(mean)(tf.zeros([1, 2, 2, 1])).dataSync()[3];
  const step = tf.tensor4d([0, 0, 0, 1], [1, 2, 2, 1]);
  seen.push(`avgPool: gradient ${slope.toFixed(4)}, measured ${mean(step).dataSync()[0].toFixed(4)}`);
  const weights = tf.tensor4d([1, 1, 1, 1, 5, 5, 5, 5], [2, 2, 2, 1]);
  const nearest = tf.grad((x) => tf.sum(tf.mul(tf.image.resizeNearestNeighbor(x, [2, 2]), weights)));
  seen.push(`nearest: ${nearest(tf.zeros([2, 1, 1, 1])).dataSync().join(' ')}, expected 4 20`);
  const identity = tf.tensor2d([[1, 0, 0, 0, 1, 0, 0, 0]]);
  seen.push(`transform: ${tf.image.transform(tf.ones([2, 1, 2, 1]), identity).dataSync().join(' ')}, expected 1 1 1 1`);
  console.log(seen.join('\n'));
  assert.deepStrictEqual(seen, [
    "bilinear: shape '1,3,2,1', which does not match the shape of the input '1,2,3,1'",
    'avgPool: gradient 1.0000, measured 2.2500',
    'nearest: 4 8, expected 4 20',
    'transform: 1 1 0 0, expected 1 1 1 1',
  ]);
})();
JS
node case.cjs
