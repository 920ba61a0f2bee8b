import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import * as path from 'node:path';
import { CheckpointError, readTorch, writeTorch, type ArrayTensor } from './index';

const value = {
  weight: new Map<string, ArrayTensor>([
    ['a.weight', { shape: [2, 3], dtype: 'float32', data: Float32Array.of(0, 1, 2, 3, 4, 5.5) }],
    ['half', { shape: [2], dtype: 'float16', data: Float32Array.of(0.5, -3) }],
    ['brain', { shape: [1], dtype: 'bfloat16', data: Float32Array.of(1.5) }],
    ['count', { shape: [], dtype: 'int64', data: Int32Array.of(-7) }],
    ['flags', { shape: [2], dtype: 'bool', data: Uint8Array.of(1, 0) }],
  ]),
  config: {
    text: 'π',
    whole: 300,
    large: 2 ** 40,
    negative: -1,
    part: 0.1,
    list: [true, false, null, 'x'],
    nested: { empty: {} },
  },
  info: 'epoch 3',
};

test('what is written is read again', () => {
  const file = readTorch(writeTorch(value));
  expect(file.value).toEqual({ ...value, weight: Object.fromEntries(value.weight) });
});

test('equal values give equal bytes', () => {
  expect(Buffer.compare(writeTorch(value), writeTorch(value))).toBe(0);
});

test('numbers keep their value', () => {
  const numbers = [0, -0, 2 ** 31 - 1, -(2 ** 31), 2 ** 31, 2 ** 53, 1e300, NaN, -Infinity];
  expect(readTorch(writeTorch(numbers)).value).toEqual(numbers);
});

test('what torch cannot take is refused', () => {
  const codeOf = (bad: unknown) => {
    try {
      writeTorch(bad as never);
    } catch (error) {
      return error instanceof CheckpointError ? error.code : error;
    }
    return undefined;
  };
  expect(codeOf({ run: () => 0 })).toBe('unsupported');
  expect(codeOf(new Date())).toBe('unsupported');
  expect(codeOf(undefined)).toBe('unsupported');
  expect(codeOf(2n ** 64n)).toBe('unsupported');
  expect(codeOf({ shape: [2], dtype: 'float32', data: Float32Array.of(1) })).toBe('unsupported');
  expect(codeOf({ shape: [1], dtype: 'uint32', data: Int32Array.of(1) })).toBe('unsupported');
});

// PyTorch's own reader, in the mode that executes nothing.
const PYTHON = ['python3', '/usr/bin/python3'].find((python) => {
  try {
    execFileSync(python, ['-c', 'import importlib.util, sys; sys.exit(importlib.util.find_spec("torch") is None)'], {
      stdio: 'ignore',
    });
    return true;
  } catch {
    return false;
  }
});
const torchTest = PYTHON ? test : test.skip;

/** Loads files in one Python process: for each [weights as [type, shape, values], config, info]. */
function loadInPython(files: { bytes: Uint8Array; weightsOnly: boolean }[]): unknown[] {
  const folder = mkdtempSync(path.join(tmpdir(), 'torch-writer-'));
  try {
    files.forEach(({ bytes }, index) => writeFileSync(path.join(folder, `${index}.pth`), bytes));
    const script = `import json, sys, torch
results = []
for index, weights_only in enumerate(json.loads(sys.argv[2])):
    file = torch.load(f'{sys.argv[1]}/{index}.pth', weights_only=weights_only)
    weight = {k: [str(t.dtype), list(t.shape), t.tolist()] for k, t in file['weight'].items()}
    results.append([weight, file['config'], file['info']])
print(json.dumps(results))`;
    const modes = JSON.stringify(files.map(({ weightsOnly }) => weightsOnly));
    return JSON.parse(execFileSync(PYTHON!, ['-c', script, folder, modes], { encoding: 'utf8' })) as unknown[];
  } finally {
    rmSync(folder, { recursive: true });
  }
}

torchTest(`torch.load accepts it${PYTHON ? '' : ' (skipped: no PyTorch here)'}`, () => {
  const weight = {
    'a.weight': [
      'torch.float32',
      [2, 3],
      [
        [0, 1, 2],
        [3, 4, 5.5],
      ],
    ],
    half: ['torch.float16', [2], [0.5, -3]],
    brain: ['torch.bfloat16', [1], [1.5]],
    count: ['torch.int64', [], -7],
    flags: ['torch.bool', [2], [true, false]],
  };
  // PyTorch 1.13, the first with the mode that executes nothing, knows no floats outside tensors then; 2.0 does.
  const { part: _, large: __, ...config } = value.config;
  const loaded = loadInPython([
    { bytes: writeTorch(value), weightsOnly: false },
    { bytes: writeTorch({ ...value, config }), weightsOnly: true },
  ]);
  expect(loaded).toEqual([
    [weight, value.config, value.info],
    [weight, config, value.info],
  ]);
});
