// Weights in upstream's files become a voice that opens, encodes and speaks; what does not fit is refused by name.
import { mkdtemp, readFile, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import { Gpt } from '@gpt-talker/gpt';
import { SessionHost } from '@gpt-talker/runtime';
import { openVoice } from '@gpt-talker/voice';
import { BertFeatures, HubertEncoder, SpeakerEncoder } from '@gpt-talker/tokenizer';
import { FeatureQuantizer, Vits, meanStyle, type Style } from '@gpt-talker/vits';
import { type ArrayTensor, writeTorch } from '@gpt-talker/checkpoint';
import {
  BERT_WIDTH,
  CODES,
  gptContent,
  upstreamFile,
  vitsContent,
  writeMadeUpWeights,
  type MadeUpWeights,
  type UpstreamContent,
} from '../../../test/made-up-weights';
import { importVoice, type ImportVoiceOptions } from '.';
import { readStageOne } from './stage-one';
import { readStageTwo } from './stage-two';

// Generous: other work may have the processor.
jest.setTimeout(300_000);

let home: string;
let weights: MadeUpWeights;
let output: string;

beforeAll(async () => {
  home = await mkdtemp(path.join(tmpdir(), 'import-'));
  weights = await writeMadeUpWeights(home);
});
afterAll(() => rm(home, { recursive: true }));
beforeEach(() => {
  output = path.join(home, 'voice');
});
afterEach(() => rm(output, { recursive: true, force: true }));

const options = (change: Partial<ImportVoiceOptions> = {}): ImportVoiceOptions => ({
  family: 'gpt-sovits',
  gptCheckpoint: weights.gpt,
  vitsCheckpoint: weights.vits,
  hubertFolder: weights.hubert,
  bertFolder: weights.bert,
  name: 'imported',
  license: 'as the weights say',
  output,
  ...change,
});

const tone = { samples: Float32Array.from({ length: 32_000 }, (_, n) => 0.3 * Math.sin(n / 20)), sampleRate: 32_000 };

test('the voice opens, and each of its graphs does its part', async () => {
  const steps: string[] = [];
  const { manifest, notes } = await importVoice(options({ onProgress: (step) => steps.push(step) }));
  expect(notes).toEqual([]);
  expect(manifest).toMatchObject({
    languages: ['zh', 'en'],
    sampleRate: 32_000,
    hopSamples: 640,
    text: { features: 'bert', featureWidth: BERT_WIDTH },
    layout: { order: 'text-first', textMask: 'bidirectional', roles: false },
    semantic: { vocabulary: CODES + 1, endOfSpeech: CODES },
    encoder: { kind: 'hubert', normalize: false, tailSeconds: 0.6 },
  });
  expect(Object.keys(manifest.files).sort()).toEqual([
    'bert', 'bert-tokenizer', 'decoder', 'gpt', 'hubert', 'hubert-statistics', 'latent', 'quantizer', 'style',
  ]); // prettier-ignore
  expect(steps).toContain('exporting hubert.onnx');

  const voice = await openVoice(output);
  const host = await SessionHost.start({ intraOpThreads: 1 });
  try {
    const quantizer = await FeatureQuantizer.load(host, voice.path('quantizer'), CODES);
    const ear = await HubertEncoder.load(host, {
      graph: voice.path('hubert'),
      statistics: voice.path('hubert-statistics'),
      quantizer,
    });
    const heard = await ear.encode(tone);
    expect(heard).toHaveLength(24);
    expect(heard.every((token) => token >= 0 && token < CODES)).toBe(true);

    const eye = await BertFeatures.load(host, {
      graph: voice.path('bert'),
      tokenizer: voice.path('bert-tokenizer'),
      maximumPositions: voice.manifest.text.bert!.maximumPositions,
    });
    const phonemes = Int32Array.of(100, 200, 110, 210, 3);
    const features = await eye.features([{ language: 'zh', text: '今天，', word2ph: [2, 2, 1] }]);
    expect(features).toHaveLength(5 * BERT_WIDTH);

    const gpt = await Gpt.load(host, voice);
    const tokens: number[] = [];
    const segments = [
      { kind: 'text' as const, role: 'user' as const, phonemes },
      { kind: 'speech' as const, role: 'user' as const, tokens: heard },
      { kind: 'text' as const, role: 'agent' as const, phonemes, features },
    ];
    for await (const token of gpt.generate(segments, { seed: 1, maximumTokens: 20 })) tokens.push(token);
    expect(tokens.length).toBeGreaterThanOrEqual(11);

    const vits = await Vits.load(host, voice);
    const style = await vits.style(tone);
    const speech = await vits.synthesize({ tokens: Int32Array.from(tokens), phonemes, style, seed: 1 });
    expect(speech).toMatchObject({ sampleRate: 32_000 });
    expect(speech.samples).toHaveLength(tokens.length * 1280);
    expect(speech.samples.some((sample) => sample !== 0)).toBe(true);
  } finally {
    await host.dispose();
  }
});

test('weights of GPT-Talker are read turn by turn; without BERT, in English; references come along', async () => {
  const file = path.join(home, 'agent.wav');
  await writeFile(file, 'RIFF');
  const references = [{ file, text: 'Hi.' }];
  const { manifest } = await importVoice(
    options({ family: 'gpt-talker', bertFolder: undefined, weights: 'int8', references }),
  );
  expect(manifest.layout).toMatchObject({ order: 'interleaved', textMask: 'causal', historyTurns: 2 });
  expect(manifest.sampling.topK).toBe(7);
  expect(manifest.encoder).toMatchObject({ tailSeconds: 0 });
  expect(manifest).toMatchObject({ languages: ['en'], text: { features: 'none', featureWidth: 0 } });
  expect(manifest.references).toEqual([{ speaker: 'agent', text: 'Hi.', file: 'reference-0' }]);
  const voice = await openVoice(output);
  expect(await readFile(voice.path('reference-0'), 'utf8')).toBe('RIFF');
  const missing = options({ references: [{ file: `${file}x` }] });
  await expect(importVoice(missing)).rejects.toMatchObject({ code: 'option' });
});

describe.each(['v2', 'v2Pro', 'v2ProPlus'] as const)('%s', (version) => {
  test.each([undefined, '01', '05', '06'])('is told by its shapes, whatever its first two bytes (%s)', async (tag) => {
    const content = vitsContent(version);
    // As saved from DistributedDataParallel and torch.compile.
    const wrapped = new Map([...content.weight].map(([name, tensor]) => [`module._orig_mod.${name}`, tensor]));
    const bytes = upstreamFile({ ...content, weight: wrapped });
    if (tag !== undefined) bytes.set(Buffer.from(tag));
    const file = path.join(home, `${version}-${tag}.pth`);
    await writeFile(file, bytes);
    const found = await readStageTwo(file);
    expect(found).toMatchObject({ version, unexpected: [] });
    expect(found.symbols).toHaveLength(732);
    found.store.dispose();
  });

  test('becomes a voice that encodes, knows its speaker and speaks', async () => {
    const gptCheckpoint = path.join(home, 's1v3.ckpt');
    const vitsCheckpoint = path.join(home, `${version}.pth`);
    await writeFile(gptCheckpoint, upstreamFile(gptContent(732)));
    await writeFile(vitsCheckpoint, upstreamFile(vitsContent(version)));
    const consent = { speaker: 'nobody', right: 'made-up numbers' };
    const given = { gptCheckpoint, vitsCheckpoint, speakerEncoder: weights.speaker, consent };
    const { manifest, notes } = await importVoice(options(given));
    expect(notes).toEqual([]);
    const model = `GPT-SoVITS ${version}`;
    expect(manifest).toMatchObject({ model, consent, languages: ['zh', 'en', 'yue'], text: { shortTextMark: '.' } });
    expect(manifest.symbols).toHaveLength(732);
    // Only versions that read it have the speaker encoder in their folder.
    expect('speaker' in manifest.files).toBe(version !== 'v2');
    const voice = await openVoice(output);
    const host = await SessionHost.start({ intraOpThreads: 1 });
    try {
      const vits = await Vits.load(host, voice);
      const low = { ...tone, samples: tone.samples.map((sample, n) => sample * Math.sin(n / 900)) };
      const styles: Style[] = [];
      for (const heard of [tone, low]) {
        const speaker =
          manifest.speaker &&
          (await (await SpeakerEncoder.load(host, { graph: voice.path(manifest.speaker.file) })).embed(heard));
        expect(speaker?.length).toBe(manifest.speaker?.width);
        styles.push(await vits.style(heard, { speaker }));
        // What the voice does not need, or needs and does not get, is refused.
        const wrong = speaker ? undefined : new Float32Array(3);
        await expect(vits.style(heard, { speaker: wrong })).rejects.toMatchObject({ code: 'input' });
      }
      const speech = { tokens: Int32Array.from([1, 2, 3, 4]), phonemes: Int32Array.of(100, 700, 731), seed: 1 };
      const one = await vits.synthesize({ ...speech, style: styles[0] });
      const two = await vits.synthesize({ ...speech, style: meanStyle(styles) });
      expect(one.samples).toHaveLength(4 * 1280);
      expect(two.samples).not.toEqual(one.samples);
      expect(two.samples.every(Number.isFinite)).toBe(true);
    } finally {
      await host.dispose();
    }
  });
});

test('without features the first stage computes what it would with features of zeros', async () => {
  const length = 4;
  const inputs = {
    ids: tf.tensor2d([5, 60, 300, 7], [1, length], 'int32'),
    kind: tf.tensor2d([0, 0, 0, 1], [1, length]),
    positions: tf.tensor2d([0, 1, 2, 0], [1, length], 'int32'),
    mask: tf.zeros([length, length]),
    features: tf.zeros<tf.Rank.R3>([1, length, BERT_WIDTH]),
  };
  const [withFeatures, without] = [true, false].map((features) => readStageOne(weights.gpt, { features }));
  const expected = (await withFeatures).model.forward(inputs).dataSync();
  const actual = (await without).model.forward(inputs).dataSync();
  expect((await without).config.featureWidth).toBe(0);
  actual.forEach((logit, index) => expect(logit).toBeCloseTo(expected[index], 5));
});

describe('refused', () => {
  const written = async (content: UpstreamContent, name: string, tag?: string): Promise<string> => {
    const file = path.join(home, name);
    const bytes = upstreamFile(content);
    if (tag !== undefined) bytes.set(Buffer.from(tag));
    await writeFile(file, bytes);
    return file;
  };
  const refused = async (change: Partial<ImportVoiceOptions>, code: string, message: string) => {
    const error = (await importVoice(options(change)).catch((reason: unknown) => reason)) as Error;
    expect(error).toMatchObject({ code });
    expect(error.message).toContain(message);
    expect(error.message).not.toContain('\n');
    expect((await readdir(home)).filter((name) => name.startsWith('voice'))).toEqual([]);
  };
  const empty = (...shape: number[]): ArrayTensor => ({
    shape,
    dtype: 'float16',
    data: new Float32Array(shape.reduce((product, length) => product * length, 1)),
  });

  test('first stages with missing weights or unknown configurations', async () => {
    const lacking = gptContent();
    lacking.weight.delete('model.h.layers.1.norm2.bias');
    await refused(
      { gptCheckpoint: await written(lacking, 'lacking.ckpt') },
      'weights',
      'lacking.ckpt: the weights lack model.h.layers.1.norm2.bias; give a whole checkpoint',
    );
    const shaped = gptContent();
    shaped.config.model.hidden_dim = shaped.config.model.embedding_dim = 32;
    await refused(
      { gptCheckpoint: await written(shaped, 'shaped.ckpt') },
      'weights',
      'has shape [16,8], the model needs [32,8]',
    );
    const unknown = gptContent();
    delete unknown.config.model.n_layer;
    await refused(
      { gptCheckpoint: await written(unknown, 'unknown.ckpt') },
      'config',
      'unknown.ckpt: config.model.n_layer: ',
    );
    const ended = gptContent();
    ended.config.model.EOS = 3;
    await refused(
      { gptCheckpoint: await written(ended, 'ended.ckpt') },
      'config',
      'EOS 3 is not the last of 17 tokens',
    );
  });

  test.each<[string, (content: UpstreamContent) => void, string | undefined]>([
    ['v3 or v4', ({ weight }) => weight.set('cfm.estimator.x', empty(2)), undefined],
    ['v4', ({ weight, config }) => (weight.set('cfm.estimator.x', empty(2)), (config.model.version = 'v4')), undefined],
    ['v3', ({ weight }) => weight.set('cfm.estimator.x', empty(2)), '02'],
    ['v3 (LoRA)', () => undefined, '03'],
    ['v4 (LoRA)', () => undefined, '04'],
  ])('a second stage of %s', async (version, change, tag) => {
    const content = vitsContent();
    change(content);
    const message = `later.pth: is of GPT-SoVITS ${version}, another model (a diffusion transformer and a vocoder); give weights of v1, v2,`;
    await refused({ vitsCheckpoint: await written(content, 'later.pth', tag) }, 'version', message);
  });

  test('symbols of no version', async () => {
    const odd = vitsContent();
    odd.weight.set('enc_p.text_embedding.weight', empty(700, 8));
    await refused(
      { vitsCheckpoint: await written(odd, 'odd.pth') },
      'weights',
      'odd.pth: the weights have 700 symbols',
    );
  });

  test('v2 with a first stage of v1, and v2Pro without its speaker encoder', async () => {
    const v2 = await written(vitsContent('v2'), 'v2.pth');
    await refused({ vitsCheckpoint: v2 }, 'mismatch', "s1.ckpt embeds v1's 322 symbols, ");
    const gptCheckpoint = await written(gptContent(732), 's1v3.ckpt');
    const vitsCheckpoint = await written(vitsContent('v2Pro'), 'pro.pth');
    await refused(
      { gptCheckpoint, vitsCheckpoint },
      'option',
      'pro.pth: is of v2Pro, whose style depends on who speaks',
    );
    const speakerEncoder = weights.hubert + '/model.safetensors';
    await refused(
      { gptCheckpoint, vitsCheckpoint, speakerEncoder },
      'weights',
      'model.safetensors: the weights lack conv1.weight',
    );
  });

  test('second stages with missing weights or unknown configurations', async () => {
    const lacking = vitsContent();
    for (const name of [...lacking.weight.keys()]) if (name.startsWith('flow.')) lacking.weight.delete(name);
    await refused(
      { vitsCheckpoint: await written(lacking, 'lacking.pth') },
      'weights',
      'the weights lack flow.flows.0.',
    );
    const slow = vitsContent();
    slow.config.model.semantic_frame_rate = '50hz';
    await refused({ vitsCheckpoint: await written(slow, 'slow.pth') }, 'config', 'semantic_frame_rate is 50hz');
    const rate = vitsContent();
    rate.config.data.sampling_rate = 24_000;
    await refused({ vitsCheckpoint: await written(rate, 'rate.pth') }, 'config', '24000 Hz with hop_length 640');
    const hop = vitsContent();
    hop.config.model.upsample_rates = [10, 8, 4];
    hop.config.model.upsample_kernel_sizes = [16, 16, 8];
    await refused({ vitsCheckpoint: await written(hop, 'hop.pth') }, 'config', 'upsample_rates make 320 samples');
    const sizeless = vitsContent();
    delete sizeless.config.model.n_heads;
    await refused({ vitsCheckpoint: await written(sizeless, 'sizeless.pth') }, 'config', "'n_heads' is missing");
  });

  test('stages in the wrong place, other files, and parts that do not belong together', async () => {
    await refused({ gptCheckpoint: weights.vits }, 'checkpoint', 's2G.pth: is a second-stage (SoVITS) checkpoint');
    await refused({ vitsCheckpoint: weights.gpt }, 'checkpoint', 's1.ckpt: is a first-stage (GPT) checkpoint');
    await refused({ gptCheckpoint: path.join(home, 'none.ckpt') }, 'unreadable', 'none.ckpt');
    const lightning = path.join(home, 'lightning.ckpt');
    await writeFile(lightning, writeTorch({ state_dict: new Map(gptContent().weight) }));
    await refused({ gptCheckpoint: lightning }, 'checkpoint', 'it is what Lightning saves while training');
    await refused({ hubertFolder: weights.bert }, 'unsupported', "model_type: only models of type 'hubert' are known");
    await refused({ bertFolder: weights.hubert }, 'unsupported', "model_type: only models of type 'bert' are known");
    const narrow = gptContent();
    narrow.weight.set('model.bert_proj.weight', empty(16, 9));
    await refused(
      { gptCheckpoint: await written(narrow, 'narrow.ckpt') },
      'mismatch',
      `bert gives 8 text features, ${path.join(home, 'narrow.ckpt')} takes 9; give parts that were trained together`,
    );
  });
});

test('training checkpoints of the second stage need their configuration beside them; what is not needed is noted', async () => {
  const { weight, config } = vitsContent();
  const vitsCheckpoint = path.join(home, 'G_233333.pth');
  const more = new Map(weight);
  more.set('enc_q.pre.weight', { shape: [1], dtype: 'float32', data: Float32Array.of(0) });
  more.set('emb_g.weight', { shape: [1], dtype: 'float32', data: Float32Array.of(0) });
  await writeFile(vitsCheckpoint, writeTorch({ model: more, iteration: 1, optimizer: null, learning_rate: 1e-4 }));
  await expect(importVoice(options({ vitsCheckpoint }))).rejects.toThrow('name its s2.json as well (--vits-config)');
  const vitsConfig = path.join(home, 's2.json');
  await writeFile(vitsConfig, JSON.stringify(config));
  const { unexpected, sampleRate } = await readStageTwo(vitsCheckpoint, { configFile: vitsConfig });
  expect({ unexpected, sampleRate }).toEqual({ unexpected: ['emb_g.weight'], sampleRate: 32_000 });
});

test('a cancelled import leaves nothing', async () => {
  const abort = new AbortController();
  const stopped = importVoice(options({ signal: abort.signal, onProgress: () => abort.abort() }));
  await expect(stopped).rejects.toMatchObject({ name: 'AbortError' });
  expect((await readdir(home)).filter((name) => name.startsWith('voice'))).toEqual([]);
});
