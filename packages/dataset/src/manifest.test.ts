import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeWavFile } from '@gpt-talker/audio';
import type { SpeechEncoder } from '@gpt-talker/tokenizer';
import { DatasetError, prepare, readManifest, readPrepared, splitOf } from './index';

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
/** One token a tenth of a second; says nothing of the sound. */
const encoder: SpeechEncoder = {
  vocabulary: 4,
  encode: async ({ samples }) => new Int32Array(Math.max(1, Math.floor(samples.length / 1600))),
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

describe('prepare', () => {
  const sound = async (name: string, seconds = 0.5) =>
    writeWavFile(path.join(folder, name), {
      samples: new Float32Array(16_000 * seconds).fill(0.1),
      sampleRate: 16_000,
    });

  it('keeps what it can, cuts dialogues where it cannot, and says why', async () => {
    await Promise.all([sound('0.wav'), sound('2.wav'), sound('3.wav'), sound('long.wav', 3)]);
    await writeFile(path.join(folder, 'broken.wav'), 'RIFF');
    const turns = [
      { role: 'user', text: 'Hello there.', audio: '0.wav' },
      { role: 'agent', text: 'Broken.', audio: 'broken.wav' },
      { role: 'user', text: 'Good morning.', audio: '2.wav' },
      { role: 'agent', text: '☂', audio: '3.wav' },
      { role: 'user', text: 'Too long.', audio: 'long.wav' },
      { role: 'agent', text: 'Never said.' },
    ];
    const output = path.join(folder, 'prepared.jsonl');
    const report = await prepare({
      manifest: await write({ id: 'd', split: 'train', turns }),
      output,
      encoder,
      maximumSeconds: 2,
    });
    expect(report).toMatchObject({ dialogues: 2, turns: 2, seconds: 1 });
    expect(Object.keys(report.skipped).sort()).toEqual([
      'over 2 s',
      'with unreadable audio',
      'without audio',
      'without speakable text',
    ]);
    const prepared = await readPrepared(output, 'train');
    expect(prepared.map(({ id }) => id)).toEqual(['d', 'd+2']);
    expect(prepared[0].turns[0]).toMatchObject({
      role: 'user',
      speaker: 'user',
      tokens: [0, 0, 0, 0, 0],
      seconds: 0.5,
    });
    expect(prepared[0].turns[0].phonemes.length).toBeGreaterThan(4);
    await expect(readPrepared(output, 'validation')).rejects.toThrow('no validation dialogue');
  });

  it('says which reasons took everything, and leaves no file', async () => {
    const output = path.join(folder, 'prepared.jsonl');
    const manifest = await write({ id: 'd', turns: [{ role: 'agent', text: 'Never said.' }] });
    await expect(prepare({ manifest, output, encoder })).rejects.toThrow('no usable turn (1 without audio)');
    await expect(readPrepared(output, 'train')).rejects.toThrow(DatasetError);
  });
});
