import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeAtomically, writeStreamAtomically } from './atomic';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'atomic-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

it('replaces a file, and makes the folders above a new one', async () => {
  const file = path.join(folder, 'run', 'deep', 'log.jsonl');
  await writeAtomically(file, 'first');
  await writeAtomically(file, Buffer.from('second'), { flush: false });
  expect(await readFile(file, 'utf8')).toBe('second');
  expect(await readdir(path.dirname(file))).toEqual(['log.jsonl']);
});

it('leaves the old file where the new one cannot be finished', async () => {
  const file = path.join(folder, 'checkpoint');
  await writeAtomically(file, 'old');
  const broken = writeStreamAtomically(file, async (write) => {
    await write('half of the n');
    throw new Error('killed');
  });
  await expect(broken).rejects.toThrow('killed');
  expect(await readFile(file, 'utf8')).toBe('old');
  expect(await readdir(folder)).toEqual(['checkpoint']);
});

it('says what to do where something stands in the way', async () => {
  await writeFile(path.join(folder, 'taken'), '');
  await expect(writeAtomically(path.join(folder, 'taken', 'file'), 'x')).rejects.toMatchObject({
    code: 'output',
    message: expect.stringMatching(
      /taken\/file: a file stands where a folder is needed; choose another output/,
    ) as string,
  });
});
