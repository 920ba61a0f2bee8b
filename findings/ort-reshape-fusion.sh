#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm), CPU provider, a model whose second Reshape follows one that takes its shape from another node. The shape can be told
# when the model is loaded, so both Reshapes could become one.
# Guess: whatever an optimiser makes of two Reshapes in a row, the model loads as it does without optimisers, and says the same.
# Seen: it loads and runs with optimisers off; with the default it does not load ("Attempting to get index by a name which does not exist"), because the
# fusion of Reshapes takes the first one's shape for an initializer. Without the second Reshape, or with ReshapeFusion alone turned off, it loads.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --ignore-scripts --silent onnxruntime-node@1.30.0
cat >run.cjs <<'JS'
const ort = require('onnxruntime-node');
// Just enough of onnx.proto: numbers are varints (wire type 0), texts and messages are bytes (2).
const varint = (n) => (n < 128 ? [n] : [(n % 128) | 128, ...varint(Math.floor(n / 128))]);
const number = (field, n) => [...varint(field * 8), ...varint(n)];
const bytes = (field, value) => {
  const raw = typeof value === 'string' ? [...Buffer.from(value)] : value;
  return [...varint(field * 8 + 2), ...varint(raw.length), ...raw];
};
const value = (name, dims) => {
  const shape = dims.flatMap((size) => bytes(1, number(1, size)));
  return [...bytes(1, name), ...bytes(2, bytes(1, [...number(1, 1), ...bytes(2, shape)]))];
};
const attribute = (name, n) => bytes(5, [...bytes(1, name), ...number(3, n), ...number(20, 2)]);
const node = (op, inputs, output, attributes = []) =>
  bytes(1, [...inputs.flatMap((name) => bytes(1, name)), ...bytes(2, output), ...bytes(3, `make_${output}`), ...bytes(4, op), ...attributes]);
const int64 = (name, n) => bytes(5, [...number(1, 1), ...number(2, 7), ...bytes(8, name), ...bytes(9, [...Buffer.from(BigInt64Array.of(BigInt(n)).buffer)])]);
const model = (twice) => {
  // The shape of x, plus the sum of no element of y: known before anything runs, and no initializer.
  const graph = [
    ...node('Slice', ['y', 'zero', 'zero', 'zero'], 'none'),
    ...node('Cast', ['none'], 'whole', attribute('to', 7)),
    ...node('ReduceSum', ['whole', 'zero'], 'nothing', attribute('keepdims', 0)),
    ...node('Shape', ['x'], 'lengths'),
    ...node('Add', ['lengths', 'nothing'], 'shape'),
    ...node('Reshape', ['x', 'shape'], twice ? 'same' : 'z'),
    ...(twice ? node('Reshape', ['same', 'flat'], 'z') : []),
    ...bytes(2, 'g'),
    ...int64('zero', 0),
    ...int64('flat', -1),
    ...bytes(11, value('x', [2, 3])),
    ...bytes(11, value('y', [4])),
    ...bytes(12, value('z', twice ? [6] : [2, 3])),
  ];
  return Uint8Array.from([...number(1, 8), ...bytes(7, graph), ...bytes(8, [...bytes(1, ''), ...number(2, 17)])]);
};
const tensor = (values, dims) => new ort.Tensor('float32', Float32Array.from(values), dims);
const feeds = { x: tensor([1, 2, 3, 4, 5, 6], [2, 3]), y: tensor([7, 8, 9, 10], [4]) };
const outcome = async (twice, options) => {
  try {
    const session = await ort.InferenceSession.create(model(twice), { logSeverityLevel: 4, ...options });
    const { z } = await session.run(feeds);
    return [...z.data].join(' ');
  } catch (error) {
    return error.message;
  }
};
(async () => {
  const off = await outcome(true, { graphOptimizationLevel: 'disabled' });
  const on = await outcome(true, {});
  const once = await outcome(false, {});
  const without = await outcome(true, { extra: { optimization: { disable_specified_optimizers: 'ReshapeFusion' } } });
  for (const [name, said] of Object.entries({ off, on, once, without })) console.log(`${name}: ${said}`);
  const right = '1 2 3 4 5 6';
  process.exit(off === right && once === right && without === right && /name which does not exist/.test(on) ? 0 : 1);
})();
JS
node run.cjs
