// One of everything that a checkpoint may hold, as PyTorch 1.13 writes it (fixtures/make-torch-files.py).
import * as path from 'node:path';
import { readCheckpointFile, stateDict } from '../src';

const array = (shape: number[], dtype: string, data: object) => ({ shape, dtype, data });

test.each([
  ['torch-1.13.pth', 'torch-zip'],
  ['torch-1.13.legacy.pth', 'torch-legacy'],
])('%s', async (name, format) => {
  const file = await readCheckpointFile(path.resolve(__dirname, 'fixtures', name));
  expect(file.format).toBe(format);
  expect(file.value).toMatchObject({
    optimizer: {
      state: { '0': { step: array([], 'float32', Float32Array.of(1)), exp_avg: { shape: [2, 3] } } },
      param_groups: [{ lr: 1e-4, betas: [0.8, 0.99], foreach: null, params: [0, 1] }],
    },
    transposed: array([4, 3], 'float32', Float32Array.of(0, 4, 8, 1, 5, 9, 2, 6, 10, 3, 7, 11)),
    slice: array([2, 2], 'float32', Float32Array.of(4, 6, 8, 10)),
    expanded: array([3, 4], 'float32', new Float32Array(12).fill(1)),
    empty: array([0, 3], 'float32', new Float32Array()),
    bfloat16: array([2], 'bfloat16', Float32Array.of(1.5, -2)),
    float64: array([1], 'float64', Float32Array.of(0.5)),
    int8: array([2], 'int8', Int32Array.of(1, -2)),
    int64: array([2], 'int64', Int32Array.of(1, -2)),
    bool: array([2], 'bool', Uint8Array.of(1, 0)),
    size: [1, 2],
    device: 'cpu',
    dtype: 'float16',
    path: '/a/b',
    nested: [1, [2, { x: null }], [3], { a: 1 }],
    integers: [2n ** 70n, -(2 ** 40)],
    numpy: [1.5, 2.5, 7],
    bytes: new Uint8Array([97, 98, 99]),
    text: 'πü',
  });
  const model = stateDict(file, 'model');
  expect([...model.keys()]).toEqual(['weight', 'bias']);
  // The parameter shares its storage with the state dict.
  expect(file.value).toMatchObject({ parameter: { data: model.get('bias')!.data } });
});
