// How long one speech token takes at the published size (24 layers, width 512, 77 M weights) with 430 positions in the cache, in
// float32 and int8, beside the floor of the same machine in the same minute: one matrix-vector product over as many weights.
// Weights are made up. Run: npm run bench -w @gpt-talker/gpt [-- --json] [-- --threads 1]
// With one thread, the processor time says what wall time cannot on a busy machine.
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

/** Milliseconds: by the clock, and of all threads' work (waiting threads spin for a while, which counts as work). */
interface Time {
  wall: number;
  cpu: number;
}

interface Measurement {
  weights: string;
  megabytes: number;
  token: Time;
  /** One matrix-vector product over as many weights. */
  floor: Time;
  /** Reading a history of HISTORY_POSITIONS − 50 positions. */
  prefill: Time;
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
  sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: TOKENS, stutterTokens: 0 },
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

/** The least of several rounds: on a shared machine, what is more was someone else's. */
async function best(rounds: number, round: () => Promise<Time>): Promise<Time> {
  const least = { wall: Infinity, cpu: Infinity };
  for (let count = 0; count < rounds; count++) {
    const { wall, cpu } = await round();
    least.wall = Math.min(least.wall, wall);
    least.cpu = Math.min(least.cpu, cpu);
  }
  return least;
}

async function timed(action: () => Promise<unknown>): Promise<Time> {
  const start = performance.now();
  const before = process.cpuUsage();
  await action();
  const { user, system } = process.cpuUsage(before);
  return { wall: performance.now() - start, cpu: (user + system) / 1000 };
}

/** One token through the public API: worker thread, cache and sampling included. */
async function measureGpt(host: SessionHost, file: string): Promise<Pick<Measurement, 'token' | 'prefill'>> {
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
  const prefill = await timed(() => context.append(history));
  const token = await best(ROUNDS, async () => {
    const tokens = context.generate([reply], { seed: 1, maximumTokens: TOKENS })[Symbol.asyncIterator]();
    await tokens.next(); // reads the reply's text
    const { wall, cpu } = await timed(async () => {
      while (!(await tokens.next()).done);
    });
    return { wall: wall / (TOKENS - 1), cpu: cpu / (TOKENS - 1) };
  });
  await gpt.dispose();
  return { token, prefill };
}

async function measureFloor(host: SessionHost, file: string): Promise<Time> {
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
    const host = await SessionHost.start({ intraOpThreads: threads() });
    for (const { weights: name, options } of formats) {
      const [gptFile, productFile] = ['gpt', 'product'].map((kind) => path.join(folder, `${kind}-${name}.onnx`));
      await writeOnnx(gptFile, gpt, options);
      await writeOnnx(productFile, product, options);
      const floor = await measureFloor(host, productFile);
      const measured = await measureGpt(host, gptFile);
      results.push({ weights: name, megabytes: (await stat(gptFile)).size / 1e6, floor, ...measured });
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
  const format = ({ wall, cpu }: Time) => `${wall.toFixed(1).padStart(6)} ms (CPU ${cpu.toFixed(1)})`;
  console.log(
    `ConGPT, ${(weights / 1e6).toFixed(1)} M weights, a token at ${HISTORY_POSITIONS + TOKENS / 2} positions`,
  );
  for (const { weights: name, megabytes, token, floor, prefill } of results) {
    console.log(
      `${name.padEnd(8)} ${megabytes.toFixed(0).padStart(4)} MB  token ${format(token)}  floor, one matrix-vector product ${format(floor)}` +
        `  ${HISTORY_POSITIONS - 50} positions at once ${format(prefill)}`,
    );
  }
}

/** `--threads N`; unless given, onnxruntime's choice. */
function threads(): number | undefined {
  const place = process.argv.indexOf('--threads');
  return place < 0 ? undefined : Number(process.argv[place + 1]);
}

void main();
