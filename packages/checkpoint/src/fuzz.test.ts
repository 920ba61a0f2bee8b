// Whatever happens to a file on its way, reading it gives a value or a CheckpointError, in little time and little memory.
import * as fc from 'fast-check';
import { readFileSync } from 'node:fs';
import * as path from 'node:path';
import { assemble, floats, tensor, text, torchLegacy, torchZip } from '../test/pickle-assembler';
import {
  CheckpointError,
  isArrayTensor,
  isDict,
  readCheckpoint,
  writeSafetensors,
  writeTorch,
  type ArrayTensor,
} from './index';

const RUNS = 200;

const weights: Record<string, ArrayTensor> = {
  a: { shape: [2, 3], dtype: 'float16', data: Float32Array.of(1, 2, 3, 4, 5, 6) },
  b: { shape: [2], dtype: 'int64', data: Int32Array.of(1, 2) },
};
const legacyBody = assemble(
  '}(',
  text('weight'),
  tensor({ length: 2, shape: [2], strides: [1] }),
  text('config'),
  'cutils\nHParams\n)\x81}',
  text('a'),
  'K\x01sbu',
);
const files: Record<string, Uint8Array> = {
  safetensors: writeSafetensors(new Map(Object.entries(weights)), { note: 'x' }),
  'torch zip of our own': writeTorch({ weight: weights, config: { model: { width: 64, rate: 0.5 } }, info: 'x' }),
  'torch zip': readFileSync(path.resolve(__dirname, '../test/fixtures/path-config.ckpt')),
  'torch legacy': torchLegacy(legacyBody, { '0': { length: 2, bytes: floats(1, 2) } }),
};

/** How many bytes a value's tensors hold. */
function heldBytes(value: unknown): number {
  if (isArrayTensor(value)) return value.data.byteLength;
  const children = Array.isArray(value) ? value : isDict(value) ? Object.values(value) : [];
  return children.reduce<number>((sum, child) => sum + heldBytes(child), 0);
}

/** Reads what may be damaged. */
function attempt(bytes: Uint8Array): void {
  try {
    const { value } = readCheckpoint(bytes, 'file');
    expect(heldBytes(value)).toBeLessThanOrEqual(16 * bytes.length + (1 << 20));
  } catch (error) {
    // Anything else, such as a TypeError or RangeError, fails the test.
    if (!(error instanceof CheckpointError)) throw error;
    expect(error.message).toMatch(/^file: [^\n]+$/);
  }
}

describe.each(Object.entries(files))('%s', (_, original) => {
  test('is readable as it is', () => {
    expect(isDict(readCheckpoint(original).value)).toBe(true);
  });

  test('truncated anywhere is an error', () => {
    fc.assert(
      fc.property(fc.nat(original.length - 1), (length) => {
        expect(() => readCheckpoint(original.subarray(0, length))).toThrow(CheckpointError);
      }),
      { numRuns: RUNS },
    );
  });

  test('with changed bytes', () => {
    const change = fc.tuple(fc.nat(original.length - 1), fc.integer({ min: 0, max: 255 }));
    fc.assert(
      fc.property(fc.array(change, { minLength: 1, maxLength: 6 }), (changes) => {
        const bytes = Uint8Array.from(original);
        for (const [place, value] of changes) bytes[place] = value;
        attempt(bytes);
      }),
      { numRuns: RUNS },
    );
  });

  test('with a piece moved or left out', () => {
    const place = fc.nat(original.length);
    fc.assert(
      fc.property(place, place, place, (from, to, target) => {
        const piece = original.subarray(Math.min(from, to), Math.max(from, to));
        attempt(Buffer.concat([original.subarray(0, target), piece, original.subarray(target)]));
        attempt(Buffer.concat([original.subarray(0, Math.min(from, to)), original.subarray(Math.max(from, to))]));
      }),
      { numRuns: RUNS },
    );
  });
});

// A random pickle is nearly always broken at once; one of valid opcodes goes much further.
const OPCODES = 'N\x88\x89K\x01(ttle)]}\x85\x86\x87aesud0122h\x00h\x01q\x00q\x01\x94RRb\x81Q.'.match(/[\s\S]/g)!;
const SNIPPETS = [
  'ccollections\nOrderedDict\n',
  'cutils\nHParams\n',
  'cpathlib\nPosixPath\n',
  'ctorch\nSize\n',
  'ctorch\ndevice\n',
  'ctorch\nFloatStorage\n',
  'ctorch._utils\n_rebuild_tensor_v2\n',
  'ctorch._utils\n_rebuild_parameter\n',
  'cnumpy\ndtype\n',
  'cnumpy.core.multiarray\nscalar\n',
  'c_codecs\nencode\n',
  'cbuiltins\nset\n',
  '\x8c\x07storage',
  '\x8c\x010',
  '\x8c\x02f4',
];

test('pickles of valid opcodes in any order', () => {
  const body = fc.array(fc.constantFrom(...OPCODES, ...SNIPPETS), { maxLength: 40 });
  fc.assert(
    fc.property(body, (parts) => {
      attempt(torchZip(assemble(...parts), { '0': floats(1, 2) }));
      attempt(torchLegacy(assemble(...parts), { '0': { length: 2, bytes: floats(1, 2) } }));
    }),
    { numRuns: 5 * RUNS },
  );
});

test('arbitrary bytes', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => attempt(bytes)),
    { numRuns: RUNS },
  );
});
