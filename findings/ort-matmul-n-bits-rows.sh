#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm) on its CPU provider: com.microsoft.MatMulNBits with 8 bits and accuracy level 4.
# Guess: activations are rounded row by row and block by block, so a row's product is the same alone and among seven others; which block size is
# chosen changes how exact the product is, not that.
# Seen (x86-64 with AVX-512 VNNI): with blocks of 32 the row is equal to the bit. With blocks of 128 half of the numbers differ in their last
# digits: one row and several are added up in another order. A server that batches requests and promises that the same seed gives the same output must not
# batch on such weights.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --silent onnxruntime-node@1.30.0
cat >run.cjs <<'JS'
const assert = require('node:assert');
const ort = require('onnxruntime-node');
// Just enough of onnx.proto: numbers are varints (wire type 0), texts and messages are bytes (2).
const varint = (n) => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
const number = (field, n) => [...varint(field * 8), ...varint(n)];
const bytes = (field, value) => {
  const raw = typeof value === 'string' ? [...Buffer.from(value)] : [...value];
  return [...varint(field * 8 + 2), ...varint(raw.length)].concat(raw);
};
const port = (name, dims) => {
  const shape = dims.flatMap((size) => bytes(1, typeof size === 'number' ? number(1, size) : bytes(2, size)));
  return [...bytes(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))];
};
const attribute = (name, n) => bytes(5, [...bytes(1, name), ...number(20, 2), ...number(3, n)]);
const tensor = (name, type, dims, raw) =>
  bytes(5, [...dims.flatMap((size) => number(1, size)), ...number(2, type), ...bytes(8, name), ...bytes(9, raw)]);

const [INPUTS, OUTPUTS, ROWS] = [512, 64, 8];
let state = 1;
const random = () => (state = (Math.imul(state, 1664525) + 1013904223) | 0) >>> 24;
const model = (block) => {
  const blocks = INPUTS / block;
  const weights = Uint8Array.from({ length: OUTPUTS * INPUTS }, random);
  const scales = new Uint8Array(Float32Array.from({ length: OUTPUTS * blocks }, () => 0.001 + random() / 1e5).buffer);
  const node = [
    ...['x', 'w', 's'].flatMap((name) => bytes(1, name)),
    ...bytes(2, 'y'),
    ...bytes(4, 'MatMulNBits'),
    ...Object.entries({ K: INPUTS, N: OUTPUTS, bits: 8, block_size: block, accuracy_level: 4 }).flatMap(([name, n]) =>
      attribute(name, n),
    ),
    ...bytes(7, 'com.microsoft'),
  ];
  const graph = [
    ...bytes(1, node),
    ...bytes(2, 'g'),
    ...tensor('w', 2, [OUTPUTS, blocks, block], weights),
    ...tensor('s', 1, [OUTPUTS * blocks], scales),
    ...bytes(11, port('x', ['rows', INPUTS])),
    ...bytes(12, port('y', ['rows', OUTPUTS])),
  ];
  const sets = [['', 17], ['com.microsoft', 1]].flatMap(([domain, n]) => bytes(8, [...bytes(1, domain), ...number(2, n)]));
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...sets]);
};
const x = Float32Array.from({ length: ROWS * INPUTS }, () => random() / 128 - 1);
const unequal = async (block) => {
  const session = await ort.InferenceSession.create(model(block), { intraOpNumThreads: 1 });
  const product = async (rows, data) => (await session.run({ x: new ort.Tensor('float32', data, [rows, INPUTS]) })).y.data;
  const together = await product(ROWS, x);
  let [count, worst] = [0, 0];
  for (let row = 0; row < ROWS; row++) {
    const alone = await product(1, x.slice(row * INPUTS, (row + 1) * INPUTS));
    alone.forEach((value, column) => {
      const difference = Math.abs(value - together[row * OUTPUTS + column]);
      if (difference > 0) count++;
      worst = Math.max(worst, difference);
    });
  }
  return { count, worst };
};
(async () => {
  for (const block of [32, 128]) {
    const { count, worst } = await unequal(block);
    console.log(`blocks of ${block}: ${count} of ${ROWS * OUTPUTS} numbers differ, by ${worst.toExponential(1)} at most`);
    if (block === 32) assert.equal(count, 0);
    else assert.ok(count > 0 && worst < 1e-3);
  }
})();
JS
node run.cjs
