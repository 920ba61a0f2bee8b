import { mkdtempSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { CheckpointError, SafetensorsReader, writeSafetensors, type ArrayTensor } from './index';

const folder = mkdtempSync(path.join(tmpdir(), 'safetensors-'));
afterAll(() => rmSync(folder, { recursive: true }));

const tensors = new Map<string, ArrayTensor>([
  ['matrix', { shape: [3, 2], dtype: 'float32', data: Float32Array.of(0, 1, 2, 3, 4, 5) }],
  ['samples', { shape: [5], dtype: 'int16', data: Int32Array.of(-32768, -1, 0, 1, 32767) }],
]);

test('tensors and rows of them are read from their places', async () => {
  const file = path.join(folder, 'a.safetensors');
  writeFileSync(file, writeSafetensors(tensors, { made: 'here' }));
  const reader = await SafetensorsReader.open(file);
  expect(reader.metadata).toEqual({ made: 'here' });
  expect(reader.names().sort()).toEqual(['matrix', 'samples']);
  expect(await reader.read('samples')).toEqual(tensors.get('samples'));
  expect([...(await reader.rows('matrix', 1, 2)).data]).toEqual([2, 3, 4, 5]);
  expect([...(await reader.rows('samples', 3, 2)).data]).toEqual([1, 32767]);
  expect(reader.describe('samples')).toMatchObject({ dtype: 'int16', shape: [5] });
  await expect(reader.rows('samples', 4, 2)).rejects.toThrow('has no rows 4 to 6');
  expect(() => reader.describe('none')).toThrow('there is no tensor none');
  await reader.close();
});

test('missing, foreign and shortened files are refused on opening', async () => {
  const file = path.join(folder, 'b.safetensors');
  await expect(SafetensorsReader.open(file)).rejects.toThrow('ENOENT');
  const bytes = writeSafetensors(tensors);
  for (const length of [0, 7, 8, 9, 40, bytes.length - 1]) {
    writeFileSync(file, bytes);
    truncateSync(file, length);
    await expect(SafetensorsReader.open(file)).rejects.toThrow(CheckpointError);
  }
  writeFileSync(file, 'no safetensors file at all');
  await expect(SafetensorsReader.open(file)).rejects.toThrow('not a safetensors file');
});
