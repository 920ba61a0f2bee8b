#!/usr/bin/env bash
# onnxruntime-node 1.30.0 (npm): what InferenceSession.run does to the thread that calls it.
# Guess: run() returns a promise, so timers and messages go on meanwhile, and two runs that are awaited together overlap.
# Seen: the call returns at once, and then no timer fires until the run is over; two runs are done one after the other. What must go on
# during a training step (signals, making batches) needs a thread of its own, or waits for the step's end.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund --ignore-scripts onnxruntime-node@1.30.0
cat >try.mjs <<'JS'
import ort from 'onnxruntime-node';
// y = x · x · x …, written as protocol buffers by hand.
const varint = (n) => (n > 127 ? [(n & 127) | 128, ...varint(n >> 7)] : [n]);
const bytes = (field, body) => varint(field * 8 + 2).concat(varint(body.length), body);
const text = (field, value) => bytes(field, [...Buffer.from(value)]);
const int = (field, value) => varint(field * 8).concat(varint(value));
const SIZE = 256;
const TIMES = 1000;
const shape = bytes(2, [...bytes(1, int(1, SIZE)), ...bytes(1, int(1, SIZE))]);
const port = (name) => [...text(1, name), ...bytes(2, bytes(1, [...int(1, 1), ...shape]))];
const names = Array.from({ length: TIMES + 1 }, (_, i) => (i === 0 ? 'x' : i === TIMES ? 'y' : `h${i}`));
const nodes = names.slice(1).flatMap((name, i) => bytes(1, [...text(1, names[i]), ...text(1, 'x'), ...text(2, name), ...text(4, 'MatMul')]));
const graph = [...nodes, ...text(2, 'g'), ...bytes(11, port('x')), ...bytes(12, port('y'))];
const session = await ort.InferenceSession.create(Uint8Array.from([...int(1, 8), ...bytes(7, graph), ...bytes(8, int(2, 13))]));
const feeds = { x: new ort.Tensor('float32', new Float32Array(SIZE * SIZE), [SIZE, SIZE]) };
await session.run(feeds);
let ticks = 0;
const timer = setInterval(() => ticks++, 1);
await new Promise((resolve) => setTimeout(resolve, 20));
ticks = 0;
const begun = performance.now();
const running = session.run(feeds);
const returned = performance.now() - begun;
await running;
const one = performance.now() - begun;
const during = ticks;
clearInterval(timer);
const again = performance.now();
await Promise.all([session.run(feeds), session.run(feeds)]);
const two = performance.now() - again;
console.error({ returned, one, during, two });
console.log(JSON.stringify({ returnsAtOnce: returned < one / 4, timersFire: during > 2, overlap: two < 1.3 * one }));
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = '{"returnsAtOnce":true,"timersFire":false,"overlap":false}' ]
