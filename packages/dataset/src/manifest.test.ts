import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { DatasetError, readManifest, splitOf } from './index';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'corpus-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const write = async (...lines: unknown[]): Promise<string> => {
  const file = path.join(folder, 'manifest.jsonl');
  await writeFile(file, lines.map((line) => (typeof line === 'string' ? line : JSON.stringify(line))).join('\n'));
  return file;
};
const all = async <T>(values: AsyncIterable<T>): Promise<T[]> => {
  const list: T[] = [];
  for await (const value of values) list.push(value);
  return list;
};
it('reads dialogues with absolute paths and a split', async () => {
  const file = await write({ id: 'a', turns: [{ role: 'user', text: 'Hi.', audio: 'x/1.wav' }] }, '', {
    id: 'b',
    split: 'validation',
    turns: [{ role: 'agent', text: 'Yes.' }],
  });
  const [first, second] = await all(readManifest(file));
  expect(first.turns[0].audio).toBe(path.join(folder, 'x/1.wav'));
  expect(first.split).toBe(splitOf('a', 0.03));
  expect(second.split).toBe('validation');
});

it.each([
  ['not json', /manifest\.jsonl:1: not JSON/],
  [{ id: 'a', turns: [] }, /manifest\.jsonl:1: turns: /],
  [{ id: 'a', turns: [{ role: 'robot', text: 'x' }] }, /turns\.0\.role/],
])('names file and line of %j', async (line, message) => {
  const file = await write(line);
  await expect(all(readManifest(file))).rejects.toThrow(message);
  await expect(all(readManifest(file))).rejects.toThrow(DatasetError);
});

it('names a manifest that is not there', async () => {
  await expect(all(readManifest(path.join(folder, 'none.jsonl')))).rejects.toThrow(/none\.jsonl: .*check the path/);
});

it('holds out about the share that was asked for', () => {
  const held = Array.from({ length: 4000 }, (_, index) => splitOf(`dialogue ${index}`, 0.1)).filter(
    (split) => split === 'validation',
  ).length;
  expect(held / 4000).toBeGreaterThan(0.08);
  expect(held / 4000).toBeLessThan(0.12);
});
