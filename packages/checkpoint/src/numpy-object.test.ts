import { execFileSync, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CheckpointError, readNumpyObject, writeNumpyObject } from './index';

const value = {
  semantic: Array.from({ length: 2500 }, (_, index) => (index * 37) % 1025),
  phoneme: [3],
  empty: [],
  large: [0, 255, 256, 65535, 65536, -1, 0.5],
  text: '你好',
  nested: { flag: true, nothing: null },
};

test('what is written is read again', () => {
  expect(JSON.stringify(readNumpyObject(writeNumpyObject(value)))).toBe(JSON.stringify(value));
});

test('a shortened or altered file is a CheckpointError, nothing else', () => {
  const bytes = writeNumpyObject({ semantic: [1, 2, 300], phoneme: [] });
  for (let length = 0; length < bytes.length; length++)
    expect(() => readNumpyObject(bytes.subarray(0, length))).toThrow(CheckpointError);
  for (let at = 0; at < bytes.length; at++) {
    const altered = Uint8Array.from(bytes);
    altered[at] ^= 0x15;
    try {
      readNumpyObject(altered);
    } catch (error) {
      expect(error).toBeInstanceOf(CheckpointError);
    }
  }
});

const hasNumpy = spawnSync('python3', ['-c', 'import numpy']).status === 0;
(hasNumpy ? test : test.skip)(
  `NumPy reads it, and what NumPy writes is read${hasNumpy ? '' : ' (python3 with numpy is not here)'}`,
  () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'npy-'));
    try {
      const file = path.join(folder, 'object.npy');
      writeFileSync(file, writeNumpyObject(value));
      const program = `
import json, sys, numpy
value = numpy.load(sys.argv[1], allow_pickle=True).item()
print(json.dumps(value, ensure_ascii=True))
numpy.save(sys.argv[1], value)
`;
      const read: unknown = JSON.parse(
        execFileSync('python3', ['-W', 'ignore', '-c', program, file], { encoding: 'utf8' }),
      );
      expect(read).toEqual(value);
      const again = execFileSync('cat', [file]);
      expect(JSON.stringify(readNumpyObject(again))).toBe(JSON.stringify(value));
    } finally {
      rmSync(folder, { recursive: true });
    }
  },
);
