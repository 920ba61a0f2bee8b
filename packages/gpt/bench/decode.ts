// How long one speech token takes at the published size (24 layers, width 512, 77 M weights) with 430 positions in the cache, in
// float32 and int8, beside the floor of the same machine in the same minute: the weights, and the remembered keys and values, read once,
// by one float32 matrix-vector product over as many bytes. Weights are made up.
// Run: npm run bench -w @gpt-talker/gpt [-- --json] [-- --threads 1] [-- --operators] [-- --peer] [-- --batch 8]
// With one thread, the processor time says what wall time cannot on a busy machine. `--operators` says where a token's time goes;
// `--peer` has PyTorch do the same (Debian's python3-torch; PYTHON names another interpreter), in float32 and dynamic int8.
// `--batch N` measures something else: the tokens a second of N replies in int8 that share steps, and of the same one after another.
import { spawnSync } from 'node:child_process';
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
import { operatorTable } from './operators';
import { compareTogether } from './together';

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
  /** Weights, keys and values read once. */
  floor: Time;
  /** Reading a history of HISTORY_POSITIONS − 50 positions. */
  prefill: Time;
}

const formats: { weights: string; options: ExportOptions }[] = [
  { weights: 'float32', options: {} },
  { weights: 'int8', options: { quantize: { bits: 8, activations: 'int8' } } },
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

/** Bytes of the keys and values of this many positions. */
const remembered = (positions: number) => 2 * config.layers * config.width * positions * Float32Array.BYTES_PER_ELEMENT;

function model(): { gpt: Graph; weights: number } {
  const store = new ParameterStore({ seed: 1 });
  const { run, inputs } = gptGraph(new ConGpt(store.scope('model'), config));
  return { gpt: trace(run, inputs), weights: store.size };
}

/** One float32 product of a row with a matrix of this many bytes. */
function streaming(bytes: number): Graph {
  const columns = Math.round(bytes / FLOOR_ROWS / Float32Array.BYTES_PER_ELEMENT);
  const matrix = tf.randomUniform([FLOOR_ROWS, columns], -1, 1, 'float32', 1);
  return trace(
    ({ x }) => ({ y: tf.matMul(x as tf.Tensor2D, matrix as tf.Tensor2D) }),
    [{ name: 'x', shape: [1, FLOOR_ROWS] }],
  );
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
  const batch = numberAfter('--batch');
  if (batch !== undefined) {
    const store = new ParameterStore({ seed: 1 });
    const made = new ConGpt(store.scope('model'), config);
    const options = { size: batch, positions: numberAfter('--positions') ?? HISTORY_POSITIONS, threads: threads() };
    return compareTogether(made, voice, options);
  }
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gpt-bench-'));
  try {
    const { gpt, weights } = model();
    const results: Measurement[] = [];
    for (const { weights: name, options } of formats) {
      const [gptFile, floorFile] = ['gpt', 'floor'].map((kind) => path.join(folder, `${kind}-${name}.onnx`));
      await writeOnnx(gptFile, gpt, options);
      const { size } = await stat(gptFile);
      await writeOnnx(floorFile, streaming(size + remembered(HISTORY_POSITIONS + TOKENS / 2)));
      // A host for each: two graphs of 300 MB at once would not leave the caches alone.
      const host = await SessionHost.start({ intraOpThreads: threads() });
      const before = await measureFloor(host, floorFile);
      const measured = await measureGpt(host, gptFile);
      const after = await measureFloor(host, floorFile);
      await host.dispose();
      const floor = { wall: Math.min(before.wall, after.wall), cpu: Math.min(before.cpu, after.cpu) };
      results.push({ weights: name, megabytes: size / 1e6, floor, ...measured });
      if (process.argv.includes('--operators'))
        console.log(`${name}\n${await operatorTable(gptFile, HISTORY_POSITIONS + TOKENS / 2, threads())}`);
      await Promise.all([rm(gptFile), rm(floorFile)]);
    }
    report(results, weights);
    if (process.argv.includes('--peer')) runPeer();
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
      `${name.padEnd(8)} ${megabytes.toFixed(0).padStart(4)} MB  token ${format(token)}  floor, all read once ${format(floor)}, ${(token.wall / floor.wall).toFixed(2)} ×` +
        `  ${HISTORY_POSITIONS - 50} positions at once ${format(prefill)}`,
    );
  }
}

/** What PyTorch needs for the same, as it says it; whole lines of JSON. */
function runPeer(): void {
  const script = path.join(__dirname, 'peer.py');
  const sizes = [config.layers, config.width, config.heads, config.feedForward].map(String);
  const positions = [HISTORY_POSITIONS + TOKENS / 2, HISTORY_POSITIONS - 50].map(String);
  const { status, error } = spawnSync(process.env.PYTHON ?? '/usr/bin/python3', [script, ...sizes, ...positions], {
    stdio: 'inherit',
  });
  if (status !== 0) console.log(`PyTorch could not be measured (${error?.message ?? `status ${status}`})`);
}

/** `--threads N`; unless given, one for each core. */
function threads(): number | undefined {
  return numberAfter('--threads');
}

function numberAfter(option: string): number | undefined {
  const place = process.argv.indexOf(option);
  return place < 0 ? undefined : Number(process.argv[place + 1]);
}

void main();
