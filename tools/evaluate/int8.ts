// How much a voice loses where 8 bits compute it: npm run evaluate:int8 [-- --voice DIR --sentences FILE --count N].
// For voices whose products are stored in 8 bits by blocks: their graphs are written again, once in float32 with what these bytes stand
// for, once with 8 bits for activations too. ConGPT: how often the likeliest next token is the same after the same tokens. ConVITS: how far
// the logarithmic mel spectrograms of the same tokens lie apart.
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { logMelSpectrogram, readWav, type Audio } from '@gpt-talker/audio';
import type { Segment } from '@gpt-talker/context';
import { Gpt } from '@gpt-talker/gpt';
import { SessionHost } from '@gpt-talker/runtime';
import { VoiceTokenizer } from '@gpt-talker/talker';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import { Vits } from '@gpt-talker/vits';
import { openVoice, type Voice } from '@gpt-talker/voice';
import { rewriteProducts, type Form } from './rewritten-weights';
import { readSentences } from './sentences';

const ROOT = path.resolve(__dirname, '../..');
/** At intervals of this many tokens of a reply, both are asked what comes next. */
const EVERY = 4;
const MEL = { fftSize: 1024, windowSamples: 1024, hopSamples: 256, mels: 80 };

interface Models {
  gpt: Gpt;
  vits: Vits;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      voice: { type: 'string', default: path.join(ROOT, 'packages/voice-tiny/voice') },
      sentences: { type: 'string', default: path.join(ROOT, 'configs/voice-tiny.sentences.txt') },
      count: { type: 'string', default: '30' },
    },
  });
  const voice = await openVoice(values.voice);
  const { manifest } = voice;
  const encoder = SpectralEncoder.fromBytes(await readFile(voice.path(manifest.encoder.file)));
  const tokenizer = new VoiceTokenizer(manifest, encoder);
  const folder = await mkdtemp(path.join(tmpdir(), 'int8-'));
  const host = await SessionHost.start();
  try {
    const stored: Models = { gpt: await Gpt.load(host, voice), vits: await Vits.load(host, voice) };
    const float32 = await modelsOf(host, voice, folder, 'float32');
    const columns = await modelsOf(host, voice, folder, 'columns');
    const reference = readWav(await readFile(voice.path(manifest.references[0].file)));
    const agreed = { blocks: 0, columns: 0 };
    const apart = { blocks: [] as number[], columns: [] as number[] };
    let asked = 0;
    for (const [index, text] of readSentences(values.sentences).slice(0, Number(values.count)).entries()) {
      const { phonemes } = await tokenizer.text(text);
      const segment: Segment = { kind: 'text', role: 'agent', phonemes: Int32Array.from(phonemes) };
      const tokens = await float32.gpt.generate([segment], { seed: index }).tokens();
      for (let known = EVERY; known < tokens.length; known += EVERY) {
        const [expected, ...others] = await Promise.all(
          [float32, stored, columns].map(({ gpt }) => likeliest(gpt, segment, tokens.slice(0, known))),
        );
        asked++;
        if (others[0] === expected) agreed.blocks++;
        if (others[1] === expected) agreed.columns++;
      }
      const said = await Promise.all(
        [float32, stored, columns].map(async ({ vits }) =>
          vits.synthesize({ tokens, phonemes, style: await float32.vits.style(reference), seed: index }),
        ),
      );
      apart.blocks.push(distance(said[0], said[1]));
      apart.columns.push(distance(said[0], said[2]));
    }
    const percent = (count: number) => `${((100 * count) / asked).toFixed(1)} %`;
    const mean = (all: number[]) => (all.reduce((sum, each) => sum + each, 0) / all.length).toFixed(4);
    console.log(
      [
        `${manifest.name}: the likeliest token as in float32, of ${asked}  blocks ${percent(agreed.blocks)}  columns and activations ${percent(agreed.columns)}`,
        `${manifest.name}: log-mel distance to float32, of ${apart.blocks.length} replies  blocks ${mean(apart.blocks)}  columns and activations ${mean(apart.columns)}`,
      ].join('\n'),
    );
  } finally {
    await host.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function modelsOf(host: SessionHost, voice: Voice, folder: string, form: Form): Promise<Models> {
  const rewritten = new Map<string, string>();
  for (const key of ['gpt', 'decoder']) {
    const { bytes, products } = rewriteProducts(await readFile(voice.path(key)), form);
    if (key === 'gpt' && products === 0)
      throw new Error(`${voice.path(key)}: has no product in 8 bits by blocks; export the voice with 8-bit weights`);
    const file = path.join(folder, `${key}-${form}.onnx`);
    await writeFile(file, bytes);
    rewritten.set(key, file);
  }
  const other = { manifest: voice.manifest, path: (key: string) => rewritten.get(key) ?? voice.path(key) };
  return { gpt: await Gpt.load(host, other), vits: await Vits.load(host, other) };
}

async function likeliest(gpt: Gpt, text: Segment, prefix: number[]): Promise<number | undefined> {
  const options = { temperature: 0, repetitionPenalty: 1, minimumTokens: 0, stutterTokens: 0 };
  const [token] = await gpt.generate([text], { ...options, prefix, maximumTokens: prefix.length + 1 }).tokens();
  return token;
}

function distance(a: Audio, b: Audio): number {
  const [left, right] = [a, b].map(({ samples, sampleRate }) => logMelSpectrogram(samples, { ...MEL, sampleRate }));
  return left.data.reduce((sum, value, at) => sum + Math.abs(value - right.data[at]), 0) / left.data.length;
}

void main();
