// Generates src/generated/onnx_pb.ts from onnx.proto: `npm run generate`, with `protoc` on the PATH (Debian: protobuf-compiler).
// To update, replace onnx.proto by the file onnx/onnx.proto of github.com/onnx/onnx and run this again.
import { execFileSync } from 'node:child_process';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const here = path.dirname(fileURLToPath(import.meta.url));
const target = path.join(here, '../src/generated');
const plugin = path.join(
  path.dirname(createRequire(import.meta.url).resolve('@bufbuild/protoc-gen-es/package.json')),
  'bin/protoc-gen-es',
);

const LICENCE = `// Generated from onnx.proto of the ONNX project (https://github.com/onnx/onnx) by proto/generate.mjs; do not edit.
// Copyright (c) ONNX Project Contributors. Licensed under the Apache License, Version 2.0: see ../../NOTICE and
// http://www.apache.org/licenses/LICENSE-2.0.
`;

mkdirSync(target, { recursive: true });
execFileSync(
  'protoc',
  [
    `--plugin=protoc-gen-es=${plugin}`,
    `--proto_path=${here}`,
    `--es_out=${target}`,
    '--es_opt=target=ts',
    'onnx.proto',
  ],
  {
    stdio: 'inherit',
  },
);
const file = path.join(target, 'onnx_pb.ts');
writeFileSync(file, LICENCE + readFileSync(file, 'utf8'));
