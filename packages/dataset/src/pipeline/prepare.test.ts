import { execFileSync } from 'node:child_process';
import { chmod, mkdtemp, readFile, readdir, readlink, rm, utimes, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';
import { folderSnapshot, loudnessTools, featureTools, tone, writeFiles } from '../../test/corpora';
import {
  DatasetError,
  openPrepared,
  prepare,
  readTurnAudio,
  readTurnFeatures,
  readTurnSsl,
  reportText,
  requireSplit,
  withPrepared,
  type PrepareOptions,
  type PreparedTurn,
  type PrepareReport,
  type Progress,
} from '../index';

let folder: string;
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'prepare-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

const at = (...names: string[]) => path.join(folder, ...names);
const run = (options: Partial<PrepareOptions> = {}): Promise<PrepareReport> =>
  prepare({ corpus: at('corpus'), format: 'dailytalk', output: at('out'), speech: loudnessTools, ...options });

/** Two good turns; tests add what is to go wrong. */
const good = {
  'corpus/0/0_0_d0.wav': tone(1),
  'corpus/0/0_0_d0.txt': 'Hello there, how are you?',
  'corpus/0/1_1_d0.wav': tone(1.5, { hertz: 300 }),
  'corpus/0/1_1_d0.txt': 'Very well, thank you.',
};

const skippedBy = (report: PrepareReport): Record<string, string[]> =>
  Object.fromEntries(
    report.steps.flatMap(({ skipped }) => Object.entries(skipped).map(([reason, { names }]) => [reason, names])),
  );

it('makes dialogues of phonemes, tokens and 32 kHz sound', async () => {
  writeFiles(folder, good);
  const report = await run();
  expect(report).toMatchObject({ dialogues: 1, turns: 2, seconds: 2.5, languages: { en: 2 } });
  const corpus = await openPrepared(at('out'));
  expect([corpus.format, corpus.size]).toEqual(['compact', 1]);
  const { id, turns } = await corpus.dialogue(0);
  expect(id).toBe('d0');
  expect(turns.map(({ role, speaker, name }) => [role, speaker, name])).toEqual([
    ['user', '0', '0_0_d0.wav'],
    ['agent', '1', '1_1_d0.wav'],
  ]);
  expect(turns[0].tokens).toHaveLength(25);
  expect(turns[0].normalized).toBe('Hello there, how are you?');
  expect(turns[0].wordLengths!.reduce((sum, length) => sum + length, 0)).toBe(turns[0].phonemes.length);
  const audio = await readTurnAudio(turns[1]);
  expect([audio.samples.length, audio.sampleRate]).toEqual([48_000, 32_000]);
  // 0.475·x/max|x| + 0.5·x of a tone at 0.3
  expect(Math.max(...audio.samples)).toBeCloseTo(0.475 + 0.15, 2);
  expect(await readTurnFeatures(turns[0])).toBeUndefined();
  const [kept, other] =
    report.splits.train.dialogues === 1 ? (['train', 'validation'] as const) : (['validation', 'train'] as const);
  expect(corpus.entry(0)).toEqual({ id: 'd0', split: kept });
  expect(await corpus.turns(0, 1, 2)).toEqual([turns[1]]);
  expect((await corpus.outline(0)).map(({ tokens, sound }) => [tokens, sound])).toEqual([
    [25, true],
    [turns[1].tokens.length, true],
  ]);
  expect(() => requireSplit(corpus, kept)).not.toThrow();
  expect(() => requireSplit(corpus, other)).toThrow(`out: no ${other} dialogue`);
  await corpus.close();
});

it('keeps SSL features, and takes tokens from them', async () => {
  writeFiles(folder, good);
  await run({ speech: featureTools });
  const corpus = await openPrepared(at('out'));
  const { turns } = await corpus.dialogue(0);
  const features = (await readTurnSsl(turns[0]))!;
  expect([features.rows, features.width]).toEqual([50, 3]);
  expect([...features.data.subarray(0, 4)]).toEqual([0, 0.25, 0.5, 0.75]);
  expect(turns[0].tokens.slice(0, 4)).toEqual([0, 1, 3, 4]);
  await corpus.close();
});

it('leaves recordings in place when told so', async () => {
  writeFiles(folder, good);
  await run({ sound: null });
  const [turn] = await withPrepared(at('out'), (corpus) => corpus.turns(0, 0, 1));
  expect(turn.audio).toBe(at('corpus/0/0_0_d0.wav'));
  expect((await readTurnAudio(turn)).sampleRate).toBe(16_000);
});

it('reads dialogues of many chunks at once as one by one, and leaves no file open', async () => {
  const files = Array.from({ length: 40 }, (_, dialogue) => `corpus/${dialogue}/0_0_d${dialogue}`);
  for (const [index, file] of files.entries())
    writeFiles(folder, { [`${file}.wav`]: tone(0.8 + index / 100), [`${file}.txt`]: 'Nice to see you again.' });
  await run();
  await withPrepared(at('out'), async (corpus) => {
    const description = JSON.parse(await readFile(at('out', 'corpus.json'), 'utf8')) as { chunks: unknown[] };
    expect(description.chunks.length).toBeGreaterThan(5);
    const oneByOne: PreparedTurn[] = [];
    for (let index = 0; index < corpus.size; index++) oneByOne.push(...(await corpus.turns(index, 0, 1)));
    expect(new Set(oneByOne.map(({ tokens }) => tokens.length)).size).toBeGreaterThan(5);
    const atOnce = await Promise.all(oneByOne.map((_, index) => corpus.turns(index, 0, 1)));
    expect(atOnce.flat()).toEqual(oneByOne);
    // Shards with sound are too large to be read whole: they are open while they are read.
    const pending = corpus.dialogue(corpus.size - 1);
    await corpus.close();
    expect((await pending).turns).toEqual([oneByOne.at(-1)]);
  });
  expect(await openFiles(at('out'))).toEqual([]);
});

/** Files under a folder that this process has open; none where the system does not say. */
async function openFiles(under: string): Promise<string[]> {
  const names = await readdir('/proc/self/fd').catch(() => []);
  const targets = await Promise.all(names.map((name) => readlink(path.join('/proc/self/fd', name)).catch(() => '')));
  return targets.filter((target) => target.startsWith(under));
}

it('names every turn that it leaves out, with the reason, and keeps the rest', async () => {
  const samples = new Float32Array(8000);
  const withNaN = writeWav({ samples, sampleRate: 16_000 }, { bitDepth: 'float32' });
  new DataView(withNaN.buffer, withNaN.byteOffset).setFloat32(withNaN.length - 4, NaN, true);
  const stereo = Uint8Array.from(writeWav(tone(1)));
  new DataView(stereo.buffer).setUint16(22, 2, true); // two channels of half the length
  new DataView(stereo.buffer).setUint16(32, 4, true);
  const turn = (number: number) => `corpus/1/${number}_${number % 2}_d1`;
  writeFiles(folder, {
    ...good,
    [`${turn(0)}.wav`]: writeWav(tone(1)).subarray(0, 20_000), // truncated
    [`${turn(1)}.wav`]: tone(1, { level: 0 }),
    [`${turn(2)}.wav`]: withNaN,
    [`${turn(3)}.wav`]: new Uint8Array(0),
    [`${turn(4)}.wav`]: tone(1), // no text
    [`${turn(5)}.wav`]: tone(1), // nothing speakable
    [`${turn(5)}.txt`]: '☂',
    [`${turn(6)}.txt`]: 'No recording.',
    [`${turn(7)}.wav`]: 'this is no wav file',
    [`${turn(8)}.wav`]: stereo,
    [`${turn(9)}.wav`]: tone(1, { sampleRate: 8000 }),
    [`${turn(10)}.wav`]: tone(1, { level: 1.5 }), // clipped
    'corpus/1/notes.wav': tone(1),
    ...Object.fromEntries([0, 1, 2, 3, 7, 8, 9, 10].map((n) => [`${turn(n)}.txt`, 'Some words are said here.'])),
    'corpus/1/10_1_d1.wav': tone(1), // the number of turn 10 again
    'corpus/1/10_1_d1.txt': 'Said twice.',
  });
  const report = await run();
  expect(skippedBy(report)).toEqual({
    'with a truncated recording': ['0_0_d1.wav'],
    'with a silent recording': ['1_1_d1.wav'],
    'with NaN or infinity in the recording': ['2_0_d1.wav'],
    'with an empty recording': ['3_1_d1.wav'],
    'without text': ['4_0_d1.wav'],
    'without speakable text': ['5_1_d1.wav'],
    'without audio': ['1/6_0_d1.txt'],
    'with the number of an earlier turn': ['10_1_d1.wav'],
    'not named {turn}_{speaker}_d{dialogue}': ['1/notes.wav'],
    [(await hasFfmpeg()) ? 'with unreadable audio (decoder-failed)' : 'that need ffmpeg, which is not installed']: [
      '7_1_d1.wav',
    ],
  });
  expect(Object.fromEntries(Object.entries(report.notes).map(([note, { names }]) => [note, names]))).toMatchObject({
    clipped: ['10_0_d1.wav'],
    'recorded below 16 kHz': ['9_1_d1.wav'],
    'gap in the turn numbers before it': ['7_1_d1.wav'],
  });
  const corpus = await openPrepared(at('out'));
  const kept = await Promise.all(Array.from({ length: corpus.size }, (_, index) => corpus.dialogue(index)));
  expect(kept.map(({ id, turns }) => [id, turns.map(({ name }) => name)])).toEqual([
    ['d0', ['0_0_d0.wav', '1_1_d0.wav']],
    ['d1+8', ['8_0_d1.wav', '9_1_d1.wav', '10_0_d1.wav']],
  ]);
  expect(kept[1].turns[0].seconds).toBe(0.5);
  await corpus.close();
  expect(reportText(report)).toContain('1 with a silent recording: 1_1_d1.wav');
  expect(JSON.parse(await readFile(at('out/report.json'), 'utf8'))).toEqual(report);
});

async function hasFfmpeg(): Promise<boolean> {
  const { spawnSync } = await import('node:child_process');
  return spawnSync('ffmpeg', ['-version']).status === 0;
}

it('keeps as history what does not pass the filters of training', async () => {
  writeFiles(folder, {
    ...good,
    'corpus/2/0_0_d2.wav': tone(8), // one word in eight seconds
    'corpus/2/0_0_d2.txt': 'Yes.',
    'corpus/2/1_1_d2.wav': tone(0.5), // too short for ConVITS
    'corpus/2/1_1_d2.txt': 'It is short.',
  });
  const report = await run({ filters: { historyTurns: 0 } });
  expect(report.stages.gpt).toMatchObject({
    targets: 3,
    excluded: { 'under 3 phonemes a second': { names: ['0_0_d2.wav'] } },
  });
  expect(report.stages.vits).toMatchObject({ targets: 3, excluded: { 'not over 0.6 s': { names: ['1_1_d2.wav'] } } });
  const corpus = await openPrepared(at('out'));
  expect((await corpus.dialogue(1)).turns.map(({ excludedFrom }) => excludedFrom)).toEqual([['gpt'], ['vits']]);
  await corpus.close();
});

it('says which reason took everything, in the error and in the report', async () => {
  writeFiles(folder, {
    'corpus/0_0_d0.wav': tone(1, { level: 0 }),
    'corpus/0_0_d0.txt': 'Silence.',
    'corpus/1_1_d0.wav': tone(1, { level: 0 }),
    'corpus/1_1_d0.txt': 'More silence.',
  });
  const failure = await run().catch((error: DatasetError) => error);
  expect(failure).toBeInstanceOf(DatasetError);
  expect(failure).toMatchObject({ code: 'empty' });
  expect((failure as DatasetError).message).toContain('of 2: 2 with a silent recording (step audio)');
  expect(await readFile(at('out/report.txt'), 'utf8')).toContain('0_0_d0.wav, 1_1_d0.wav');
  await expect(openPrepared(at('out'))).rejects.toThrow('prepare the corpus first');
});

it('recognises finished work by content, not by time, and redoes only what changed', async () => {
  writeFiles(folder, good);
  const recognised = async (options: Partial<PrepareOptions> = {}) => {
    const last: Record<string, number> = {};
    await run({ ...options, onProgress: (progress: Progress) => (last[progress.step] = progress.recognised) });
    return last;
  };
  expect(await recognised()).toEqual({ manifest: 0, text: 0, audio: 0, tokens: 0, index: 0 });
  const first = await folderSnapshot(at('out'));
  await utimes(at('corpus/0/0_0_d0.wav'), 1, 1);
  expect(await recognised()).toMatchObject({ manifest: 2, text: 2, audio: 2, tokens: 2 });
  expect(await folderSnapshot(at('out'))).toEqual(first);
  await writeFile(at('corpus/0/0_0_d0.txt'), 'Another text.');
  expect(await recognised()).toMatchObject({ text: 0, audio: 2, tokens: 2 });
  writeFiles(folder, { 'corpus/0/0_0_d0.wav': tone(1.1) });
  expect(await recognised()).toMatchObject({ text: 2, audio: 0, tokens: 0 });
  expect(await recognised({ speech: { ...loudnessTools, fingerprint: 'loudness 2' } })).toMatchObject({
    text: 2,
    audio: 2,
    tokens: 0,
  });
  // Nothing of the earlier runs is left.
  expect((await readdir(at('out/4-tokens'))).length).toBe(1);
});

it('redoes a damaged shard, and removes what an interrupted write left', async () => {
  writeFiles(folder, good);
  await run();
  const whole = await folderSnapshot(at('out'));
  const [name] = await readdir(at('out/3-audio'));
  await writeFile(at('out/3-audio', name), (await readFile(at('out/3-audio', name))).subarray(0, 5000));
  await writeFile(at('out/3-audio/half.safetensors.123-4.partial'), 'half');
  await run();
  expect(await folderSnapshot(at('out'))).toEqual(whole);
});

it('refuses a named pipe or a folder where a recording is named, at once', async () => {
  writeFiles(folder, good);
  const lines = (audio: string) =>
    JSON.stringify({ id: 'd', turns: [{ role: 'user', speaker: 'a', text: 'Hello there.', audio }] });
  await writeFile(at('m.jsonl'), lines('corpus'));
  const refused = () => expect(run({ corpus: at('m.jsonl'), format: 'manifest' })).rejects;
  await refused().toThrow(/corpus: is a folder where a recording is named/);
  if (process.platform === 'win32') return;
  execFileSync('mkfifo', [at('pipe.wav')]);
  await writeFile(at('m.jsonl'), lines('pipe.wav'));
  await refused().toThrow(/pipe\.wav: is a named pipe where a recording is named/);
});

it('stops when told to, and goes on later', async () => {
  writeFiles(folder, good);
  const stop = new AbortController();
  const stopped = run({ signal: stop.signal, onProgress: ({ step }) => step === 'text' && stop.abort() });
  await expect(stopped).rejects.toMatchObject({ code: 'cancelled' });
  await run();
  const resumed = await folderSnapshot(at('out'));
  await run({ output: at('other') });
  expect(await folderSnapshot(at('other'))).toEqual(resumed);
});

it('refuses outputs that cannot be written, and options that make no sense', async () => {
  writeFiles(folder, { ...good, file: 'in the way' });
  await expect(run({ output: at('file') })).rejects.toMatchObject({ code: 'output' });
  await expect(run({ output: at('file', 'inside') })).rejects.toThrow('a file stands where a folder is needed');
  await expect(run({ workers: -1 })).rejects.toMatchObject({ code: 'option' });
  await expect(run({ validationShare: 2 })).rejects.toThrow('validationShare is 2');
  await expect(run({ sound: { sampleRate: 10.5, level: 'as-is' } })).rejects.toThrow('sampleRate is 10.5');
  await expect(run({ speech: { kind: 'spectral', codebook: at('none') } })).rejects.toThrow('cannot be read (ENOENT)');
  await expect(run({ corpus: at('nowhere') })).rejects.toThrow('cannot be opened (ENOENT)');
});

const asRoot = process.getuid?.() === 0;
(asRoot ? it.skip : it)(
  `names a folder without permission${asRoot ? ' (root may write everywhere)' : ''}`,
  async () => {
    writeFiles(folder, { ...good, 'locked/x': '' });
    await chmod(at('locked'), 0o500);
    await expect(run({ output: at('locked', 'out') })).rejects.toThrow('no permission to write it');
  },
);

it('holds out whole dialogues by the hash of their id, and never none of several', async () => {
  const dialogue = (id: number) => ({
    [`corpus/${id}/0_0_d${id}.wav`]: tone(0.3),
    [`corpus/${id}/0_0_d${id}.txt`]: 'One.',
    [`corpus/${id}/1_1_d${id}.wav`]: tone(0.3, { level: id === 1 ? 0 : 0.3 }), // cuts dialogue 1
    [`corpus/${id}/1_1_d${id}.txt`]: 'Two.',
    [`corpus/${id}/2_0_d${id}.wav`]: tone(0.3),
    [`corpus/${id}/2_0_d${id}.txt`]: 'Three.',
  });
  for (let id = 0; id < 4; id++) writeFiles(folder, dialogue(id));
  const splits = async (validationShare: number) => {
    const { splits: totals } = await run({ validationShare });
    const corpus = await openPrepared(at('out'));
    const entries = Array.from({ length: corpus.size }, (_, index) => corpus.entry(index));
    await corpus.close();
    expect(totals.validation.dialogues).toBe(entries.filter(({ split }) => split === 'validation').length);
    return Object.fromEntries(entries.map(({ id, split }) => [id, split]));
  };
  const most = await splits(0.9);
  expect(most['d1']).toBe(most['d1+2']);
  expect(Object.values(most)).toContain('validation');
  const least = Object.entries(await splits(1e-9)).filter(([, split]) => split === 'validation');
  expect(new Set(least.map(([id]) => id.split('+')[0])).size).toBe(1);
  for (const [id] of least) expect(most[id]).toBe('validation');
  expect(Object.values(await splits(0))).not.toContain('validation');
});

it('leaves out texts in a language that nothing here reads, and says which', async () => {
  writeFiles(folder, good);
  await expect(run({ language: 'sv' })).rejects.toThrow("2 in a language that cannot be read ('sv') (step text)");
});
