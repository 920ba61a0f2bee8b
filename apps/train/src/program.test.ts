// Bad arguments and bad files end with one line on the standard error and exit code 2.
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { describeDuration, describeEntry, LiveLine } from './live-line';
import { reportFailure } from './failure';
import { createProgram } from './program';

const CONFIGS = path.resolve(__dirname, '../../../configs');
let folder: string;
beforeAll(async () => (folder = await mkdtemp(path.join(os.tmpdir(), 'train-cli-'))));
afterAll(() => rm(folder, { recursive: true, force: true }));

async function run(...args: string[]): Promise<{ code: typeof process.exitCode; stdout: string; stderr: string }> {
  const printed = { stdout: '', stderr: '' };
  const spies = (['stdout', 'stderr'] as const).map((stream) =>
    jest.spyOn(process[stream], 'write').mockImplementation((text) => {
      printed[stream] += String(text);
      return true;
    }),
  );
  const before = process.exitCode;
  process.exitCode = 0;
  try {
    await createProgram().parseAsync(args, { from: 'user' }).catch(reportFailure);
    return { code: process.exitCode, ...printed };
  } finally {
    process.exitCode = before;
    for (const spy of spies) spy.mockRestore();
  }
}

const gpt = (config: string, ...more: string[]) => [
  ...['gpt', '--config', config, '--data', '/nowhere/none', '--out', path.join(os.tmpdir(), 'train-cli-run'), ...more],
];
const TINY = path.join(CONFIGS, 's1-tiny.yaml');
const encoder = ['encoder', '--config', 'voice-small', '--out', '/nowhere/codes'];

test.each([
  ['an unknown command', ['trian'], /unknown command 'trian'/],
  ['a missing option', ['gpt', '--config', TINY], /required option '--data <path>' not specified/],
  ['an unknown option', gpt(TINY, '--resum'), /unknown option '--resum'.*--resume/],
  ['a number that is none', gpt(TINY, '--threads', 'two'), /--threads.*whole number/],
  ['an unknown engine', gpt(TINY, '--engine', 'torch'), /--engine.*onnx, tfjs, tfjs-node-gpu/],
  ['an unknown provider', gpt(TINY, '--provider', 'tpu'), /--provider.*cpu, webgpu, cuda/],
  ['a configuration that is not there', gpt('/none.yaml'), /none\.yaml: cannot be read \(ENOENT\)/],
  [
    'a configuration that nobody has',
    gpt('voice-smal'),
    /--config voice-smal: no such file.*s1-tiny.*voice-small, voice-tiny;/,
  ],
  [
    'a corpus without its format',
    [...encoder, '--corpus', 'x'],
    /--format is missing: dailytalk, ncssd, list, manifest/,
  ],
  ['no corpus at all', encoder, /--corpus is missing/],
  ['two corpora', [...encoder, '--corpus', 'x', '--manifest', 'y'], /--manifest and --corpus name two corpora/],
  ['data that is not there', gpt(TINY), /none: cannot be opened/],
  ['the other stage', gpt(path.join(CONFIGS, 's2-tiny.json')), /configures stage 'vits'.*gpt-talker-train vits/],
  ['nothing to evaluate', ['evaluate', '--data', 'x', '--out', 'y'], /give --gpt and --config/],
  ['half a model to evaluate', ['evaluate', '--data', 'x', '--out', 'y', '--gpt', 'z'], /belong together/],
  [
    'a voice for upstream',
    ['export-upstream', '--config', path.join(CONFIGS, 'voice-tiny.yaml'), '--checkpoint', 'x', '--out', 'y'],
    /no model for/,
  ],
])('%s', async (_, args, message) => {
  const { code, stderr, stdout } = await run(...args);
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^gpt-talker-train: [^\n]+\n$/);
  expect(stdout).toBe('');
  expect(code).toBe(2);
});

test('a misspelt key is named, with the key that was meant', async () => {
  const file = path.join(folder, 'bad.yaml');
  await writeFile(file, 'train: { sede: 1 }\noptimizer: {}\ndata: {}\nmodel: {}\n');
  const { code, stderr } = await run(...gpt(file));
  expect(stderr).toBe(`gpt-talker-train: ${file}: unknown key 'train.sede'; did you mean 'seed'?\n`);
  expect(code).toBe(2);
});

test('help is no failure', async () => {
  const { code, stdout } = await run('vits', '--help');
  expect(stdout).toContain('--init-discriminators <file>');
  expect(code).toBe(0);
});

test('says its version', async () => {
  const { code, stdout } = await run('--version');
  expect(stdout).toMatch(/^\d+\.\d+\.\d+\n$/);
  expect(code).toBe(0);
});

const entry = {
  ...{
    step: 120,
    totalSteps: 4000,
    seconds: 60,
    kind: 'train' as const,
    learningRate: 0.00012,
    metrics: { loss: 1.23456, top1: 0.5 },
  },
  ...{ speed: { perSecond: 341.2, unit: 'tokens' }, remainingSeconds: 3900 },
};

test('the live line says where training is, how fast, and how long it still takes', () => {
  expect(describeEntry(entry)).toBe(
    'step 120/4000  loss 1.235  lr 1.20e-4  341 tokens/s  1 h 05 min left  top1 0.5000',
  );
  expect([describeDuration(42), describeDuration(600)]).toEqual(['42 s', '10 min']);
});

test('on a terminal the line is written over, and what stays stays', () => {
  const written: string[] = [];
  const line = new LiveLine({ isTTY: true, columns: 30, write: (text) => written.push(text) });
  line.show(entry);
  line.show({ ...entry, kind: 'validation' });
  line.say('saved');
  expect(written[0]).toBe('\r\u001b[Kstep 120/4000  loss 1.235  lr');
  expect(written[1]).toMatch(/^\r\u001b\[Kvalidation .*\n$/);
  expect(written.slice(2)).toEqual(['saved\n']);
  const plain: string[] = [];
  new LiveLine({ write: (text) => plain.push(text) }).show(entry);
  expect(plain).toEqual([`${describeEntry(entry)}\n`]);
});

test('configurations that come with the program are listed and printed', async () => {
  const { stdout } = await run('config');
  expect(stdout.trim().split('\n')).toEqual(['s1-tiny', 's1longer', 's2', 's2-tiny', 'voice-small', 'voice-tiny']);
  expect((await run('config', 'voice-small')).stdout).toContain('\nname: small\n');
});
