#!/usr/bin/env bash
# @shiguredo/rnnoise-wasm 2025.1.5 (npm) in Node, beside @echogarden/rnnoise-wasm 0.2.0.
# Guess: its package.json says "engines": {"node": ">=20"} and its exports have no condition for browsers, so that Rnnoise.load() works in Node.
# Seen: the import works and load() throws "not compiled for this environment"; the WebAssembly is built for web and worker only. The other
# package loads, and its frames are 480 samples.
set -euo pipefail
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
cd "$folder"
npm init -y >/dev/null
npm install --silent --no-audit --no-fund @shiguredo/rnnoise-wasm@2025.1.5 @echogarden/rnnoise-wasm@0.2.0
cat >try.mjs <<'JS'
import { readFileSync } from 'node:fs';
import { Rnnoise } from '@shiguredo/rnnoise-wasm';
import create from '@echogarden/rnnoise-wasm';
const { engines } = JSON.parse(readFileSync('node_modules/@shiguredo/rnnoise-wasm/package.json', 'utf8'));
const said = await Rnnoise.load().then(() => 'loads', (error) => error.message.slice(0, 36));
console.log(`${engines.node} | ${said} | ${(await create())._rnnoise_get_frame_size()}`);
JS
seen=$(node try.mjs)
echo "$seen"
[ "$seen" = '>=20 | not compiled for this environment (d | 480' ]
