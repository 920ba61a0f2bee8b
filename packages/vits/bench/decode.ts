// How long four seconds of speech take at the published size (51 M weights, 41 M of them here) from tokens to samples, whole and
// until the first streamed chunk, beside the floor of the same machine in the same minute: a plain 2048³ matrix product.
// Weights are made up. Run: npm run bench -w @gpt-talker/vits [-- --json]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ParameterStore } from '@gpt-talker/nn';
import { float32, SessionHost } from '@gpt-talker/runtime';
import { trace, writeOnnx } from '@gpt-talker/tfjs-onnx';
import { Vits } from '../src';
import { ConVits, convitsGraphs, hopSamplesOf, PUBLISHED_CONVITS } from '../src/model';
import { type VitsVoice } from '../src/voice';

const SECONDS = 4;
const TOKENS = SECONDS * 25;
const ROUNDS = 4;
const FLOOR_SIZE = 2048;

const config = PUBLISHED_CONVITS;
const hopSamples = hopSamplesOf(config.decoder);
const voice: VitsVoice = {
  sampleRate: 50 * hopSamples,
  hopSamples,
  symbols: Array.from({ length: config.symbols }, (_, index) => String(index)),
  semantic: { vocabulary: config.quantizer.size + 1, endOfSpeech: config.quantizer.size, tokensPerSecond: 25 },
  vits: {
    interChannels: config.interChannels,
    styleChannels: config.styleChannels,
    spectrogram: { fftSize: 2048, windowSamples: 2048, hopSamples, bins: config.spectrogramBins },
    attentionWindow: config.attentionWindow,
    framesPerToken: 2,
    noiseScale: 0.5,
    contextTokens: 0,
  },
};

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return (performance.now() - start) / 1000;
}

/** The fastest of several rounds: on a shared machine, what is slower was someone else. */
async function best(rounds: number, action: () => Promise<unknown>): Promise<number> {
  let fastest = Infinity;
  for (let round = 0; round < rounds; round++) fastest = Math.min(fastest, await timed(action));
  return fastest;
}

async function measureFloor(host: SessionHost, file: string): Promise<number> {
  const session = await host.load(file);
  const matrix = () => float32(new Float32Array(FLOOR_SIZE ** 2).fill(0.5), [FLOOR_SIZE, FLOOR_SIZE]);
  const [a, b] = [matrix(), matrix()];
  const seconds = await best(ROUNDS + 1, () => session.run({ a, b }, { fetch: ['sum'] }));
  await session.dispose();
  return seconds;
}

async function main(): Promise<void> {
  tf.enableProdMode();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'vits-bench-'));
  const host = await SessionHost.start();
  try {
    const store = new ParameterStore({ seed: 1 });
    const model = new ConVits(store.scope(), config, { posterior: false });
    const file = (key: string) => path.join(folder, `${key}.onnx`);
    const { style, latent, decoder } = convitsGraphs(model);
    for (const [key, { inputs, run }] of Object.entries({ style, latent, decoder }))
      await writeOnnx(file(key), trace(run, inputs));
    const square = { shape: [FLOOR_SIZE, FLOOR_SIZE] };
    // Summed, so that the product itself does not cross threads.
    const product = trace(
      ({ a, b }) => ({ sum: tf.sum(tf.matMul(a as tf.Tensor2D, b as tf.Tensor2D)) }),
      [
        { name: 'a', ...square },
        { name: 'b', ...square },
      ],
    );
    await writeOnnx(file('product'), product);

    const floorBefore = await measureFloor(host, file('product'));
    const loadStart = performance.now();
    const vits = await Vits.load(host, { path: file, manifest: { ...voice, files: { style: { bytes: 0 } } } as never });
    const loadSeconds = (performance.now() - loadStart) / 1000;
    const reference = {
      samples: Float32Array.from({ length: 3 * voice.sampleRate }, (_, n) => 0.3 * Math.sin(n / 20)),
      sampleRate: voice.sampleRate,
    };
    const styleSeconds = await best(2, () => vits.style(reference));
    const speech = {
      tokens: Int32Array.from({ length: TOKENS }, (_, index) => (index * 37) % config.quantizer.size),
      phonemes: Int32Array.from({ length: 50 }, (_, index) => index),
      style: await vits.style(reference),
    };
    const decodeSeconds = await best(ROUNDS, () => vits.synthesize(speech));
    const firstChunkSeconds = await best(ROUNDS, async () => {
      for await (const chunk of vits.stream(speech)) return chunk;
      return undefined;
    });
    await vits.dispose();
    const floorSeconds = Math.min(floorBefore, await measureFloor(host, file('product')));
    let megabytes = 0;
    for (const key of ['style', 'latent', 'decoder']) megabytes += (await stat(file(key))).size / 1e6;
    report({
      weights: store.size,
      megabytes,
      speechSeconds: SECONDS,
      decodeSeconds,
      firstChunkSeconds,
      styleSeconds,
      loadSeconds,
      floorSeconds,
    });
  } finally {
    await host.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

function report(results: Record<string, number>): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify(results));
    return;
  }
  const { weights, megabytes, decodeSeconds, firstChunkSeconds, styleSeconds, loadSeconds, floorSeconds } = results;
  const floorGigaflops = (2 * FLOOR_SIZE ** 3) / floorSeconds / 1e9;
  console.log(
    `ConVITS, ${(weights / 1e6).toFixed(1)} M weights for speaking, ${megabytes.toFixed(0)} MB, float32, ${SECONDS} s of speech`,
  );
  console.log(
    `decoding ${decodeSeconds.toFixed(2)} s   first streamed chunk ${firstChunkSeconds.toFixed(2)} s   style of 3 s ${styleSeconds.toFixed(2)} s   loading ${loadSeconds.toFixed(1)} s`,
  );
  console.log(
    `floor (one ${FLOOR_SIZE}³ matrix product) ${floorSeconds.toFixed(3)} s = ${floorGigaflops.toFixed(0)} GFLOP/s`,
  );
}

void main();
