#!/usr/bin/env bash
# onnxruntime-common 1.30.0 (npm; what onnxruntime-node and onnxruntime-web share): a float16 tensor in Node 20.19.5 and in 24.11.1.
# Guess: a tensor made of a Uint16Array with the bits of a half keeps that array, and `data` gives bits back on every Node.
# Seen: so it is in Node 20; where Float16Array exists, `data` is a Float16Array over the same memory. The same program reads 15360 in one
# and 1 in the other, and code that converts bits by itself converts twice.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund onnxruntime-common@1.30.0 node-20@npm:node@20.19.5 node-24@npm:node@24.11.1
cat >try.cjs <<'JS'
const { Tensor } = require('onnxruntime-common');
const { data } = new Tensor('float16', new Uint16Array([0x3c00]), [1]);
console.log(process.version.split('.')[0], data.constructor.name, data[0]);
JS
seen=$(for major in 20 24; do node_modules/node-$major/bin/node try.cjs; done)
echo "$seen"
[ "$seen" = 'v20 Uint16Array 15360
v24 Float16Array 1' ]
