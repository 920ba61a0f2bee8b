// gpt-talker voice import, as a user runs it: weights in upstream's files in, a voice that speaks out.
import { createHash } from 'node:crypto';
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readWavFile } from '@gpt-talker/audio';
import {
  gptContent,
  upstreamFile,
  vitsContent,
  writeMadeUpWeights,
  type MadeUpWeights,
} from '../../../packages/train/test/made-up-weights';
import { runNode, type Outcome } from './run-program';

const root = path.resolve(__dirname, '../../..');
const program = path.join(root, 'apps/serve/dist/cli.js');
const weekend = path.join(root, 'examples/weekend.json');

/** Generous: other work may have the processor. */
jest.setTimeout(600_000);

let home: string;
let weights: MadeUpWeights;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'voice-import-'));
  weights = await writeMadeUpWeights(home);
});
afterAll(() => rm(home, { recursive: true }));

const run = (...args: string[]): Promise<Outcome> => runNode([program, ...args], { cwd: home });
const importVoice = (from: string, out: string, ...more: string[]): Promise<Outcome> =>
  run(
    'voice',
    'import',
    '--from',
    from,
    '--gpt',
    weights.gpt,
    '--vits',
    weights.vits,
    '--hubert',
    weights.hubert,
    '--out',
    out,
    ...more,
  );

/** Speaks with a voice; the digest of what was said. */
async function talk(voice: string, out: string, text = 'That sounds wonderful!', ...more: string[]): Promise<string> {
  const spoken = ['--dialogue', weekend, '--text', text, '--seed', '3'];
  const { code, stderr } = await run('talk', ...spoken, '--voice', voice, '--out', out, ...more);
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  const { samples, sampleRate } = await readWavFile(path.join(home, out));
  expect(sampleRate).toBe(32_000);
  expect(samples.length % 1280).toBe(0);
  expect(samples.length).toBeGreaterThanOrEqual(11 * 1280);
  expect(samples.some((sample) => sample !== 0)).toBe(true);
  return createHash('sha256')
    .update(await readFile(path.join(home, out)))
    .digest('hex');
}

test("GPT-Talker's weights become a voice that reads a conversation and answers, the same with the same seed", async () => {
  const { code, stdout, stderr } = await importVoice('gpt-talker', 'talker', '--license', 'CC0');
  expect({ code, stderr }).toEqual({ code: 0, stderr: '' });
  expect(stdout).toMatch(
    /^Reading .+s1\.ckpt …\nReading .+s2G\.pth …\n[\s\S]+\nWriting talker …\nNote: it is not stated whose speech [^\n]+\ntalker: en, 2 MiB, in [\d.]+ s\n$/,
  );
  const manifest = JSON.parse(await readFile(path.join(home, 'talker/voice.json'), 'utf8')) as Record<string, unknown>;
  expect(manifest).toMatchObject({
    name: 'talker',
    license: 'CC0',
    origin: 'imported from GPT-Talker weights: s1.ckpt, s2G.pth',
    layout: { order: 'interleaved', textMask: 'causal' },
  });
  const first = await talk('talker', 'first.wav');
  expect(await talk('talker', 'second.wav')).toBe(first);
  // The history matters.
  expect(await talk('talker', 'third.wav', undefined, '--history', '0')).not.toBe(first);
});

test("GPT-SoVITS's weights with BERT become a voice that reads its text first, in two languages", async () => {
  const out = await importVoice('gpt-sovits', 'sovits', '--bert', weights.bert, '--name', 'two tongues', '--json');
  expect({ code: out.code, stderr: out.stderr }).toEqual({ code: 0, stderr: '' });
  expect(JSON.parse(out.stdout)).toMatchObject({
    folder: path.join(home, 'sovits'),
    name: 'two tongues',
    languages: ['zh', 'en'],
    notes: [],
  });
  expect((await readdir(path.join(home, 'sovits'))).sort()).toEqual([
    'bert-tokenizer.json', 'bert.onnx', 'decoder.onnx', 'gpt.onnx', 'hubert-statistics.onnx', 'hubert.onnx', 'latent.onnx',
    'quantizer.onnx', 'style.onnx', 'voice.json',
  ]); // prettier-ignore
  const chinese = await talk('sovits', 'chinese.wav', '今天天气真好，我们去公园吧！');
  expect(await talk('sovits', 'mixed.wav', '我用 iPhone 拍。')).not.toBe(chinese);
});

test('v2Pro: whose speech it is, is kept and shown; it is checked against its weights, and speaks after several references', async () => {
  const [gpt, vits] = [path.join(home, 's1v3.ckpt'), path.join(home, 'pro.pth')];
  await writeFile(gpt, upstreamFile(gptContent(732)));
  await writeFile(vits, upstreamFile(vitsContent('v2Pro')));
  const parts = ['--gpt', gpt, '--vits', vits, '--speaker-encoder', weights.speaker];
  const consent = ['--speaker', 'nobody', '--right', 'made-up numbers'];
  const imported = await importVoice('gpt-sovits', 'pro', ...parts, ...consent);
  expect({ code: imported.code, stderr: imported.stderr }).toEqual({ code: 0, stderr: '' });

  const info = await run('voice', 'info', 'pro');
  expect(info).toMatchObject({ code: 0, stderr: '' });
  expect(info.stdout).toMatch(/^name: +pro\nmodel: +GPT-SoVITS v2Pro\n/);
  expect(info.stdout).toMatch(/\nspeech of: +nobody\nby right of: +made-up numbers\n$/);

  const from = ['--from', gpt, '--from', vits, '--from', weights.speaker];
  const checked = await run('voice', 'check', 'pro', ...from);
  expect({ code: checked.code, stderr: checked.stderr }).toEqual({ code: 0, stderr: '' });
  for (const graph of ['gpt', 'style', 'latent', 'decoder', 'speaker'])
    expect(checked.stdout).toMatch(new RegExp(`\\n${graph}\\.onnx \\w+: fits, off by `));
  // Other weights of the same shapes.
  const other = vitsContent('v2Pro');
  const name = 'enc_p.proj.bias';
  const tensor = other.weight.get(name)!;
  other.weight.set(name, { ...tensor, data: Float32Array.from(tensor.data, (value) => value + 1) });
  await writeFile(path.join(home, 'other.pth'), upstreamFile(other));
  const wrong = await run('voice', 'check', 'pro', '--from', 'other.pth');
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toMatch(
    /^gpt-talker: pro: latent\.onnx does not compute what the weights say; import the voice again/,
  );

  const examples = path.dirname(weekend);
  const references = [2, 4].flatMap((turn) => ['--reference', path.join(examples, `weekend-${turn}.wav`)]);
  const both = await talk('pro', 'both.wav', 'Hi', ...references);
  expect(await talk('pro', 'one.wav', 'Hi', ...references.slice(0, 2))).not.toBe(both);
  expect(await talk('pro', 'again.wav', 'Hi', ...references)).toBe(both);
});

test('a provider that is not there is refused with its remedy', async () => {
  const talked = await run('talk', '--dialogue', weekend, '--text', 'Hi', '--provider', 'cuda', '--out', 'cuda.wav');
  // On a machine with CUDA it speaks.
  if (talked.code === 0) return;
  expect(talked.code).toBe(2);
  expect(talked.stderr).toMatch(
    /^gpt-talker: execution provider 'cuda' is not available .+ONNXRUNTIME_NODE_INSTALL=cuda12.+\n$/,
  );
});

describe('mistakes are said in one line, and leave nothing behind', () => {
  test.each<[string, string[], RegExp]>([
    ['no command', ['voice'], /\ngpt-talker: no command was given; see gpt-talker voice --help\n$/],
    [
      'nothing to import',
      ['voice', 'import'],
      /^gpt-talker: required option '--from <system>' not specified; see gpt-talker voice import --help\n$/,
    ],
    [
      'an unknown system',
      ['voice', 'import', '--from', 'tacotron'],
      /Allowed choices are gpt-sovits, gpt-talker\.; see gpt-talker voice import --help\n$/,
    ],
  ])('%s', async (_, args, message) => {
    const { code, stdout, stderr } = await run(...args);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toMatch(message);
  });

  test('weights of another version', async () => {
    const file = path.join(home, 'later.pth');
    const bytes = await readFile(weights.vits);
    bytes.write('03');
    await writeFile(file, bytes);
    const { code, stderr } = await importVoice('gpt-sovits', 'later', '--vits', file);
    expect(code).toBe(2);
    expect(stderr).toMatch(
      /later\.pth: is of GPT-SoVITS v3 \(LoRA\), another model .+; give weights of v1, v2, v2Pro .+\n$/,
    );
    expect(await readdir(home)).not.toContain('later');
  });

  test('a folder that is no model, and one that is there already', async () => {
    const missing = await importVoice('gpt-sovits', 'none', '--hubert', path.join(home, 'nowhere'));
    expect(missing).toMatchObject({ code: 2, stderr: expect.stringContaining('nowhere: there is no such folder') });
    const there = await importVoice('gpt-sovits', home);
    expect(there).toMatchObject({ code: 2, stderr: `gpt-talker: ${home}: is there already; choose another --out\n` });
  });
});
