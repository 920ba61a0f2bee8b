// docs/train-your-voice.md, command by command, with a handful of steps: from recordings to a wav. From DailyTalk's five dialogues where they
// are there, else from made-up tones in their layout.
import { execFile } from 'node:child_process';
import { existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readWav, writeWav } from '@gpt-talker/audio';

jest.setTimeout(900_000); // on a busy machine; half a minute on an idle one

const ROOT = path.resolve(__dirname, '../../..');
const PROGRAMS: Record<string, string> = {
  'gpt-talker-train': path.join(ROOT, 'apps/train/dist/cli.js'),
  'gpt-talker': path.join(ROOT, 'apps/serve/dist/cli.js'),
};
const DAILYTALK = path.resolve(ROOT, '../shared/data/dailytalk-sample/raw');
const TURN = '1_0_d0';

let folder: string;
let recordings: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'your-voice-'));
  recordings = existsSync(DAILYTALK) ? DAILYTALK : hummedCorpus(path.join(folder, 'recordings'));
});
afterAll(() => rm(folder, { recursive: true, force: true }));

/** Five dialogues of two voices that hum a tune of their own. */
function hummedCorpus(directory: string): string {
  const rate = 16_000;
  for (let dialogue = 0; dialogue < 5; dialogue++) {
    mkdirSync(path.join(directory, String(dialogue)), { recursive: true });
    for (let turn = 0; turn < 5; turn++) {
      let phase = 0;
      const samples = Float32Array.from({ length: 2 * rate }, (_, n) => {
        phase += (2 * Math.PI * (turn % 2 ? 110 : 200) * (1 + 0.3 * Math.sin(n / (3000 + 200 * dialogue)))) / rate;
        return 0.2 * (Math.sin(phase) + Math.sin((3 + dialogue) * phase) * Math.sin(n / 2500));
      });
      const stem = path.join(directory, String(dialogue), `${turn}_${turn % 2}_d${dialogue}`);
      writeFileSync(`${stem}.wav`, writeWav({ samples, sampleRate: rate }));
      writeFileSync(`${stem}.txt`, 'What a lovely day it is, I would say.');
    }
  }
  return directory;
}

/** The document's commands, as they stand there: program and arguments. */
function commands(): string[][] {
  const document = readFileSync(path.join(ROOT, 'docs/train-your-voice.md'), 'utf8');
  return [...document.matchAll(/^ {5,}(gpt-talker\S* .*)$/gm)].map(([, line]) =>
    [...line.matchAll(/"([^"]*)"|(\S+)/g)].map(([, quoted, plain]) => quoted ?? plain),
  );
}

async function run([program, ...given]: string[]) {
  const sample = path.join(recordings, '0', TURN);
  const args = given.map((argument) =>
    argument
      .replace(/^recordings$/, recordings)
      .replace('recording.wav=What is said in it.', `${sample}.wav=${readFileSync(`${sample}.txt`, 'utf8').trim()}`),
  );
  const steps = ['gpt', 'vits'].includes(args[0]) ? ['--steps', '3', '--log-every', '1'] : [];
  return promisify(execFile)(process.execPath, [PROGRAMS[program], ...args, ...steps], { cwd: folder });
}

const lossesOf = (out: string): number[] =>
  readFileSync(path.join(folder, out, 'log.jsonl'), 'utf8')
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line))
    .filter(({ kind }) => kind === 'train')
    .map(({ metrics }) => metrics.loss);

test('the page leads from recordings to a wav', async () => {
  const listed = commands();
  expect(listed.map(([program, command]) => `${program} ${command}`)).toEqual([
    ...['encoder', 'prepare', 'gpt', 'vits', 'export'].map((command) => `gpt-talker-train ${command}`),
    'gpt-talker talk',
  ]);
  for (const command of listed) await run(command);
  const { samples, sampleRate } = readWav(readFileSync(path.join(folder, 'reply.wav')));
  expect(sampleRate).toBe(16_000);
  expect(samples.length).toBeGreaterThan(sampleRate / 4);
  expect(samples.every(Number.isFinite)).toBe(true);
  expect(readdirSync(path.join(folder, 'voice'))).toEqual(expect.arrayContaining(['voice.json', 'gpt.onnx']));

  // Batches that a thread made ahead, as they were here, are those that are made between steps.
  const [program, command, ...args] = listed.find(([, name]) => name === 'gpt')!;
  const apart = args.map((argument, index) => (args[index - 1] === '--out' ? `${argument}-apart` : argument));
  await run([program, command, ...apart, '--prefetch', '0']);
  expect(lossesOf('gpt-apart')).toEqual(lossesOf('gpt'));
});

test('another corpus in another format: codes are learnt from lists and manifests, too', async () => {
  const sample = path.join(recordings, '0', TURN);
  const text = readFileSync(`${sample}.txt`, 'utf8').trim();
  writeFileSync(path.join(folder, 'slicer_opt.list'), `${sample}.wav|someone|EN|${text}\n`);
  const turn = { role: 'agent', speaker: 'someone', text, audio: `${sample}.wav` };
  writeFileSync(path.join(folder, 'manifest.jsonl'), `${JSON.stringify({ id: 'a', split: 'train', turns: [turn] })}\n`);
  mkdirSync(path.join(folder, 'ncssd/0'), { recursive: true });
  writeFileSync(path.join(folder, `ncssd/0/${TURN}.wav`), readFileSync(`${sample}.wav`));
  writeFileSync(path.join(folder, `ncssd/0/${TURN}.lab`), text);
  const config = readFileSync(path.join(ROOT, 'configs/voice-small.yaml'), 'utf8')
    .replace(/codes: \d+/, 'codes: 8')
    .replace(/registers: \d+/, 'registers: 1');
  writeFileSync(path.join(folder, 'few.yaml'), config);
  for (const [format, corpus] of [
    ['list', 'slicer_opt.list'],
    ['manifest', 'manifest.jsonl'],
    ['ncssd', 'ncssd'],
  ]) {
    const out = `${format}.safetensors`;
    await run([
      'gpt-talker-train',
      'encoder',
      '--config',
      'few.yaml',
      '--corpus',
      corpus,
      '--format',
      format,
      '--out',
      out,
    ]);
    expect(existsSync(path.join(folder, out))).toBe(true);
  }
});
