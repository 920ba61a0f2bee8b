// How long one speech token takes at the published size (24 layers, width 512, 77 M weights) with 430 positions in the cache, in
// float32 and int8, beside the floor of the same machine in the same minute: one matrix-vector product over as many weights.
// Weights are made up. Run: npm run bench -w @gpt-talker/gpt [-- --json]
import { mkdtemp, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Segment } from '@gpt-talker/context';
import { ParameterStore } from '@gpt-talker/nn';
import { SessionHost, float32 } from '@gpt-talker/runtime';
import { trace, writeOnnx, type ExportOptions, type Graph } from '@gpt-talker/tfjs-onnx';
import { Gpt, type GptVoice } from '../src';
import { ConGpt, gptGraph, publishedConfig } from '../src/model';

const HISTORY_POSITIONS = 410;
const TOKENS = 40; // positions 410 to 450: 430 on average
const ROUNDS = 4;
const FLOOR_ROWS = 2048;

interface Measurement {
  weights: string;
  megabytes: number;
  millisecondsPerToken: number;
  floorMilliseconds: number;
  prefillMilliseconds: number;
}

const formats: { weights: string; options: ExportOptions }[] = [
  { weights: 'float32', options: {} },
  { weights: 'int8', options: { quantize: { bits: 8 } } },
];

const config = { ...publishedConfig, maxPositions: 1024 };
const voice: GptVoice = {
  symbols: Array.from({ length: 322 }, (_, index) => String(index)),
  text: { features: 'bert', featureWidth: config.featureWidth },
  layout: { order: 'interleaved', textMask: 'causal', roles: true, historyTurns: 2, maxPositions: config.maxPositions },
  semantic: { vocabulary: config.semanticVocabulary, endOfSpeech: config.semanticVocabulary - 1, tokensPerSecond: 25 },
  gpt: { layers: config.layers, width: config.width, heads: config.heads },
  sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: TOKENS },
};

/** The published model with random weights, and a plain matrix of as many. */
function graphs(): { gpt: Graph; product: Graph; weights: number } {
  const store = new ParameterStore({ seed: 1 });
  const model = new ConGpt(store.scope('model'), config);
  const { run, inputs } = gptGraph(model);
  const columns = Math.round(store.size / FLOOR_ROWS);
  const matrix = tf.randomUniform([FLOOR_ROWS, columns], -1, 1, 'float32', 1);
  const product = trace(
    ({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, matrix as tf.Tensor2D) }),
    [{ name: 'x', shape: [1, FLOOR_ROWS] }],
  );
  return { gpt: trace(run, inputs), product, weights: store.size };
}

/** The fastest of several rounds: on a shared machine, what is slower was someone else. */
async function best(rounds: number, milliseconds: () => Promise<number>): Promise<number> {
  let fastest = Infinity;
  for (let round = 0; round < rounds; round++) fastest = Math.min(fastest, await milliseconds());
  return fastest;
}

async function timed(action: () => Promise<unknown>): Promise<number> {
  const start = performance.now();
  await action();
  return performance.now() - start;
}

/** Milliseconds a token through the public API: worker thread, cache and sampling included. */
async function measureGpt(
  host: SessionHost,
  file: string,
): Promise<Pick<Measurement, 'millisecondsPerToken' | 'prefillMilliseconds'>> {
  const gpt = await Gpt.fromSession(await host.load(file), voice);
  const history: Segment[] = [
    { kind: 'text', role: 'user', phonemes: new Int32Array(60).fill(7) },
    {
      kind: 'speech',
      role: 'user',
      tokens: Int32Array.from({ length: HISTORY_POSITIONS - 110 }, (_, index) => index % 1000),
    },
  ];
  const reply: Segment = { kind: 'text', role: 'agent', phonemes: new Int32Array(50).fill(9) };
  const context = await gpt.open();
  const prefillMilliseconds = await timed(() => context.append(history));
  const millisecondsPerToken = await best(ROUNDS, async () => {
    const tokens = context.generate([reply], { seed: 1, maximumTokens: TOKENS })[Symbol.asyncIterator]();
    await tokens.next(); // reads the reply's text
    const total = await timed(async () => {
      while (!(await tokens.next()).done);
    });
    return total / (TOKENS - 1);
  });
  await gpt.dispose();
  return { millisecondsPerToken, prefillMilliseconds };
}

async function measureFloor(host: SessionHost, file: string): Promise<number> {
  const session = await host.load(file);
  const x = float32(new Float32Array(FLOOR_ROWS).fill(0.5), [1, FLOOR_ROWS]);
  const run = () => timed(() => session.run({ x }));
  await run();
  const fastest = await best(ROUNDS * 5, run);
  await session.dispose();
  return fastest;
}

async function main(): Promise<void> {
  tf.enableProdMode();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gpt-bench-'));
  try {
    const { gpt, product, weights } = graphs();
    const results: Measurement[] = [];
    const host = await SessionHost.start();
    for (const { weights: name, options } of formats) {
      const [gptFile, productFile] = ['gpt', 'product'].map((kind) => path.join(folder, `${kind}-${name}.onnx`));
      await writeOnnx(gptFile, gpt, options);
      await writeOnnx(productFile, product, options);
      const floorBefore = await measureFloor(host, productFile);
      const measured = await measureGpt(host, gptFile);
      const floorMilliseconds = Math.min(floorBefore, await measureFloor(host, productFile));
      results.push({ weights: name, megabytes: (await stat(gptFile)).size / 1e6, floorMilliseconds, ...measured });
    }
    await host.dispose();
    report(results, weights);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function report(results: Measurement[], weights: number): void {
  if (process.argv.includes('--json')) {
    console.log(JSON.stringify({ weights, positions: HISTORY_POSITIONS + TOKENS / 2, results }));
    return;
  }
  console.log(
    `ConGPT, ${(weights / 1e6).toFixed(1)} M weights, one token at ${HISTORY_POSITIONS + TOKENS / 2} positions`,
  );
  for (const { weights: name, megabytes, millisecondsPerToken, floorMilliseconds, prefillMilliseconds } of results) {
    console.log(
      `${name.padEnd(8)} ${megabytes.toFixed(0).padStart(4)} MB  ${millisecondsPerToken.toFixed(1).padStart(5)} ms/token  ` +
        `floor (one matrix-vector product) ${floorMilliseconds.toFixed(1)} ms  history of ${HISTORY_POSITIONS - 50} positions ${prefillMilliseconds.toFixed(0)} ms`,
    );
  }
}

void main();
