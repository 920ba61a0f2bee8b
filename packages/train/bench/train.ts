// Steps a second of both stages at their published size (and of the generator alone), beside the rate of a plain matrix product measured
// between the steps, and peak memory beside what is counted to be needed.
// Run: npm run bench:train [-- --stage gpt|vits|generator] [--steps N] [--layers N] [--json] [--peer]
// With --ranks N: steps of N ranks on this machine with one thread each, and of one of them alone, in turn, and the time in the exchange beside
// that of a message of as many bytes from rank 0 to all. [--wire float16] [--buckets N]
// With --peer the same step in PyTorch (peer.py; Debian's python3-torch, PYTHON names another interpreter) runs before and after, and the ratio is printed.
import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { availableParallelism, tmpdir } from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { setTimeout as pause } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '@gpt-talker/nn';
import { float32, int32 } from '@gpt-talker/runtime';
import { compile, trace, type Graph } from '@gpt-talker/tfjs-onnx';
import { l1Loss } from '@gpt-talker/vits/model';
import { conGptRecipeOf, conVitsRecipeOf, readGptConfig, readVitsConfig } from '../src/config';
import { packBatch } from '../src/congpt/batches';
import { conGptStep } from '../src/congpt/objective';
import { TracedEngine, type Batch, type Engine } from '../src/engine/engine';
import { specsOf } from '../src/engine/noise';
import { TrainingState } from '../src/engine/state';
import {
  hyperparameterSpecs,
  metricKey,
  runStep,
  stateSpecs,
  trainedParameters,
  type StepDefinition,
} from '../src/engine/step';
import { createConGpt } from '../src/congpt/model';
import { createConVits } from '../src/convits/model';
import { ExchangingEngine } from '../src/parallel/exchanging-engine';
import { joinRanks } from '../src/parallel/ranks';
import type { Wire } from '../src/parallel/wire';
import { AdamW } from '../src/engine/optimizers/adamw';
import { conVitsStep } from '../src/convits/objective';
import { melOf } from '../src/convits/reconstruct-utterances';
import type { UtteranceRecipe } from '../src/convits/recipe';
import { countOperations, savedActivationBytes } from './count-graph';

const CONFIGS = path.join(__dirname, '../../../configs');
const GPT = { rows: 2, positions: 512 };
const VITS_FRAMES = 200; // 4 s
const PRODUCT_SIZE = 2048;
const MEMORY_FACTOR = 1.5;
const WARM_STEPS = 2;

const { values: options } = parseArgs({
  options: {
    stage: { type: 'string' },
    steps: { type: 'string', default: '5' },
    layers: { type: 'string' },
    json: { type: 'boolean', default: false },
    ranks: { type: 'string' },
    wire: { type: 'string', default: 'float32' },
    buckets: { type: 'string', default: '1' },
    /** What a process is told that --ranks has started: the folder by which ranks take turns. */
    turns: { type: 'string' },
    peer: { type: 'boolean', default: false },
  },
});

interface Result {
  stage: Stage;
  secondsPerStep: number;
  gigaflopPerStep: number;
  gigaflopPerSecond: number;
  productGigaflopPerSecond: number;
  /** Of the product's rate, round by round; the median. */
  share: number;
  peakMegabytes: number;
  countedMegabytes: number;
  boundMegabytes: number;
}

async function gptCase(): Promise<{ step: StepDefinition; batch: Batch }> {
  const read = await readGptConfig(path.join(CONFIGS, 's1longer.yaml'));
  const config = {
    ...read,
    train: { ...read.train, batch_size: GPT.rows, accumulate: 1 },
    optimizer: { ...read.optimizer, kind: 'adamw' as const },
    data: { ...read.data, max_positions: GPT.positions },
    model: { ...read.model, n_layer: Number(options.layers ?? read.model.n_layer), feature_width: 0 },
  };
  const recipe = conGptRecipeOf(config);
  const made = createConGpt(recipe);
  const step = { ...conGptStep(made, recipe), batch: specsOf(packBatch([], GPT, recipe.layout, recipe.model)) };
  const random = new Random(1);
  const batch: Batch = {};
  for (const { name, shape, dtype } of step.batch) {
    const size = (shape as number[]).reduce((product, length) => product * length, 1);
    if (dtype === 'int32') {
      const limit = name === 'roles' ? 2 : name === 'positions' ? GPT.positions : 500;
      batch[name] = int32(
        Int32Array.from({ length: size }, () => random.integer(limit)),
        shape as number[],
      );
    } else if (name === 'mask') {
      const T = GPT.positions;
      batch[name] = float32(
        Float32Array.from({ length: size }, (_, i) => (i % T > Math.floor(i / T) % T ? -1e9 : 0)),
        shape as number[],
      );
    } else
      batch[name] = float32(
        Float32Array.from({ length: size }, () => (random.uniform() > 0.3 ? 1 : 0)),
        shape as number[],
      );
  }
  return { step, batch };
}

async function vitsCase(): Promise<{ step: StepDefinition; batch: Batch }> {
  const read = await readVitsConfig(path.join(CONFIGS, 's2.json'));
  const config = { ...read, model: { ...read.model, p_dropout: 0 } };
  const recipe = conVitsRecipeOf(config);
  const { data, train, model } = config;
  const random = new Random(1);
  const [B, F, bins] = [train.batch_size, VITS_FRAMES, data.filter_length / 2 + 1];
  const normal = (shape: number[], scale = 1) =>
    float32(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => scale * random.normal()),
      shape,
    );
  const ones = (shape: number[]) => float32(new Float32Array(shape.reduce((a, b) => a * b, 1)).fill(1), shape);
  const ids = (shape: number[], limit: number) =>
    int32(
      Int32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.integer(limit)),
      shape,
    );
  const segment = train.segment_size / data.hop_length;
  const positive = normal([B, bins, F]);
  positive.data.forEach((value, i) => (positive.data[i] = Math.abs(Number(value))));
  return {
    step: conVitsStep(createConVits(recipe), recipe),
    batch: {
      codes: ids([B, 1, F / 2], model.codebook_size),
      text: ids([B, F / 2], recipe.model.symbols),
      text_mask: ones([B, 1, F / 2]),
      frame_mask: ones([B, 1, F]),
      spectrogram: positive,
      starts: ids([B], F - segment),
      waveform: normal([B, 1, train.segment_size], 0.1),
      mel: normal([B, segment, data.n_mel_channels]),
      posterior_noise: normal([B, model.inter_channels, F]),
    },
  };
}

/** The decoder alone, from latents to the mel of their sound: what a generator's step costs without the players around it. */
async function generatorCase(): Promise<{ step: StepDefinition; batch: Batch }> {
  const config = await readVitsConfig(path.join(CONFIGS, 's2.json'));
  const { data, train, model: sizes } = config;
  const recipe = conVitsRecipeOf(config);
  const { store, model } = createConVits(recipe);
  const mel = melOf(recipe, recipe.examples as UtteranceRecipe);
  const random = new Random(1);
  const segment = train.segment_size / data.hop_length;
  const normal = (shape: number[]) =>
    float32(
      Float32Array.from({ length: shape.reduce((a, b) => a * b, 1) }, () => random.normal()),
      shape,
    );
  return {
    step: {
      store,
      optimizer: new AdamW({}),
      parameters: store.names({ trainable: true }).filter((name) => name.startsWith('dec.')),
      batch: [],
      loss: ({ latent, style, target }) => {
        const audio = model.decode(latent, style); // (B, 1, S)
        return { loss: l1Loss(mel.frames(tf.squeeze(audio, [1])), target) as tf.Scalar, metrics: {} };
      },
    },
    batch: {
      latent: normal([train.batch_size, sizes.inter_channels, segment]),
      style: normal([train.batch_size, sizes.gin_channels, 1]),
      target: normal([train.batch_size, segment, data.n_mel_channels]),
    },
  };
}

const CASES = { gpt: gptCase, vits: vitsCase, generator: generatorCase };
type Stage = keyof typeof CASES;

/** A plain product of two square matrices, to be timed between steps. */
async function plainProduct(): Promise<{ run: () => Promise<unknown>; dispose: () => Promise<void> }> {
  const shape = [PRODUCT_SIZE, PRODUCT_SIZE];
  const product = await compile(
    trace(
      ({ a, b }) => ({ y: tf.matMul(a, b) }),
      [
        { name: 'a', shape },
        { name: 'b', shape },
      ],
    ),
  );
  const side = () => float32(new Float32Array(PRODUCT_SIZE ** 2).fill(0.5), shape);
  const feeds = { a: side(), b: side() };
  return { run: () => product.run(feeds), dispose: () => product.dispose() };
}

async function secondsOf(action: () => Promise<unknown>): Promise<number> {
  const begun = performance.now();
  await action();
  return (performance.now() - begun) / 1000;
}

const least = (values: readonly number[]): number => Math.min(...values);
const median = (values: readonly number[]): number => [...values].sort((a, b) => a - b)[Math.floor(values.length / 2)];

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

function countOf({ step, batch }: { step: StepDefinition; batch: Batch }): { gigaflop: number; bytes: number } {
  const specs = Object.entries(batch).map(([name, { dims, type }]) => ({
    name,
    shape: [...dims],
    dtype: type === 'int32' ? ('int32' as const) : ('float32' as const),
  }));
  const graph: Graph = trace(
    (inputs) => runStep(step, inputs),
    [...specs, ...hyperparameterSpecs(step), ...stateSpecs(step)],
  );
  const names = [...trainedParameters(step), ...(step.adversary ?? [])];
  const weights = names.reduce((sum, name) => sum + 4 * step.store.get(name).shape.reduce((a, b) => a * b, 1), 0);
  // Weights, their gradients and two moments.
  return {
    gigaflop: countOperations(graph) / 1e9,
    bytes: 4 * weights + savedActivationBytes(graph, [metricKey('loss')]),
  };
}

async function measure(stage: Stage): Promise<Result> {
  const { step, batch } = await CASES[stage]();
  const state = TrainingState.takeFrom(step.store, [step]);
  const engine = await TracedEngine.create(step, state);
  let at = 0;
  const next = () => engine.step(batch, ++at, 1e-5);
  // The first steps take memory that later ones have.
  for (let warm = 0; warm < WARM_STEPS; warm++) await next();
  const peak = process.resourceUsage().maxRSS * 1024;
  // Recorded once more, which a training does not do: after its peak.
  const counted = countOf({ step, batch });
  const product = await plainProduct();
  await product.run();
  const rounds: { step: number; product: number }[] = [];
  for (let round = 0; round < Number(options.steps); round++) {
    // On a shared machine, what is slower was someone else: the best of three.
    const products = [];
    for (let i = 0; i < 3; i++) products.push(await secondsOf(product.run));
    rounds.push({ product: least(products), step: await secondsOf(next) });
  }
  await product.dispose();
  const productGigaflop = (2 * PRODUCT_SIZE ** 3) / 1e9;
  const secondsPerStep = least(rounds.map((round) => round.step));
  const productGigaflopPerSecond = productGigaflop / least(rounds.map((round) => round.product));
  return {
    stage,
    secondsPerStep,
    gigaflopPerStep: counted.gigaflop,
    gigaflopPerSecond: counted.gigaflop / secondsPerStep,
    productGigaflopPerSecond,
    share: median(rounds.map((round) => counted.gigaflop / round.step / (productGigaflop / round.product))),
    peakMegabytes: megabytes(peak),
    countedMegabytes: megabytes(counted.bytes),
    boundMegabytes: megabytes(MEMORY_FACTOR * counted.bytes),
  };
}

/** Each stage in a process of its own, so that its peak of memory is its own. */
function measureApart(stage: Stage): Result {
  const own = [
    '--stage',
    stage,
    '--json',
    '--steps',
    options.steps,
    ...(options.layers ? ['--layers', options.layers] : []),
  ];
  const program = [path.join(__dirname, '../../../tools/run.cjs'), __filename, ...own];
  const { stdout, stderr, status } = spawnSync(process.execPath, program, { encoding: 'utf8', maxBuffer: 2 ** 24 });
  if (status !== 0) throw new Error(stderr.trim().split('\n').slice(-3).join(' '));
  return JSON.parse(stdout.trim().split('\n').pop()!) as Result;
}

function show(result: Result): void {
  const { stage, secondsPerStep, gigaflopPerStep, gigaflopPerSecond, productGigaflopPerSecond, share } = result;
  const size = {
    gpt: `ConGPT, ${GPT.rows} × ${GPT.positions} positions`,
    vits: `ConVITS, 2 × ${VITS_FRAMES} frames, both players`,
    generator: "ConVITS' generator alone, 2 × 20480 samples",
  }[stage];
  console.log(
    [
      size,
      `  ${(1 / secondsPerStep).toFixed(3)} steps/s (${secondsPerStep.toFixed(2)} s a step, ${gigaflopPerStep.toFixed(0)} GFLOP counted in the graph)`,
      `  ${gigaflopPerSecond.toFixed(0)} GFLOP/s of the ${productGigaflopPerSecond.toFixed(0)} of a plain ${PRODUCT_SIZE}³ matrix product; step by step ${(100 * share).toFixed(0)} %`,
      `  peak memory ${result.peakMegabytes} MB; weights, gradients, two moments and saved activations ${result.countedMegabytes} MB, × ${MEMORY_FACTOR} = ${result.boundMegabytes} MB`,
    ].join('\n'),
  );
}

interface RankRound {
  /** Seconds of a step of one process, while the others sleep. */
  alone: number;
  /** Seconds of a step of all, and of it those that were waited for the exchange. */
  together: number;
  exchange: number;
  /** Seconds of a message of as many bytes from rank 0 to all. */
  message: number;
}

interface RankResult {
  ranks: number;
  exchangeMegabytes: number;
  rounds: RankRound[];
}

/** Says to other processes, who look now and then and compute nothing meanwhile, that it is their turn: MPI's own ways of waiting do not sleep. */
class Turns {
  constructor(private readonly folder: string) {}

  give(turn: number): void {
    writeFileSync(path.join(this.folder, String(turn)), '');
  }

  async await(turn: number): Promise<void> {
    while (!existsSync(path.join(this.folder, String(turn)))) await pause(20);
  }
}

/** Steps with one thread, alone and together with the other ranks in turn: what else the machine does slows both. */
async function measureRank(stage: Stage): Promise<RankResult | undefined> {
  const ranks = await joinRanks({ wire: options.wire as Wire, buckets: Number(options.buckets) });
  if (!ranks) throw new Error('--turns is for those that --ranks starts');
  const turns = new Turns(options.turns!);
  const { step, batch } = await CASES[stage]();
  const state = TrainingState.takeFrom(step.store, [step]);
  const compiling = { intraOpThreads: 1 };
  const together = ExchangingEngine.create(step, state, ranks, compiling);
  const alone = ranks.isFirst ? await TracedEngine.create(step, state, compiling) : undefined;
  let at = 0;
  const stepOf = (engine: Engine) => () => engine.step(batch, ++at, 1e-5);
  const rounds: RankRound[] = [];
  let message: Uint8Array | undefined;
  for (let round = 0; round < WARM_STEPS + Number(options.steps); round++) {
    const aloneSeconds = alone ? await secondsOf(stepOf(alone)) : 0;
    if (ranks.isFirst) turns.give(round);
    else await turns.await(round);
    const before = { ...together.cost };
    const togetherSeconds = await secondsOf(stepOf(together));
    const exchange = together.cost.seconds - before.seconds;
    message ??= new Uint8Array(together.cost.bytes - before.bytes).fill(1);
    const messageSeconds = await secondsOf(() => ranks.communicator.broadcast(message!));
    if (round >= WARM_STEPS)
      rounds.push({ alone: aloneSeconds, together: togetherSeconds, exchange, message: messageSeconds });
  }
  ranks.communicator.close();
  return ranks.isFirst ? { ranks: ranks.ranks, exchangeMegabytes: megabytes(message!.length), rounds } : undefined;
}

function compareRanks(stage: Stage): void {
  const turns = mkdtempSync(path.join(tmpdir(), 'turns-'));
  const own = [
    ...['--stage', stage, '--steps', options.steps, '--wire', options.wire, '--buckets', options.buckets],
    ...(options.layers ? ['--layers', options.layers] : []),
  ];
  const program = [process.execPath, path.join(__dirname, '../../../tools/run.cjs'), __filename, ...own];
  const root = { OMPI_ALLOW_RUN_AS_ROOT: '1', OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1' };
  const { stdout, stderr, status, error } = spawnSync(
    'mpirun',
    ['-q', '-n', options.ranks!, '--oversubscribe', ...program, '--turns', turns],
    { encoding: 'utf8', env: { ...process.env, ...root } },
  );
  rmSync(turns, { recursive: true });
  if (error || status !== 0) throw error ?? new Error(stderr.trim().split('\n').slice(-3).join(' '));
  const result = JSON.parse(stdout.trim().split('\n').pop()!) as RankResult;
  if (options.json) {
    console.log(JSON.stringify({ stage, ...result }));
    return;
  }
  const { ranks, rounds, exchangeMegabytes } = result;
  const shown = (part: keyof RankRound) => `${median(rounds.map((round) => round[part])).toFixed(2)} s`;
  const rates = rounds.map(({ alone, together }) => (ranks * alone) / together);
  console.log(
    [
      `${stage}: a step with one thread takes one process ${shown('alone')}, ${ranks} ranks ${shown('together')} (medians of ${rounds.length}, in turn)`,
      `  ${median(rates).toFixed(2)} × as many batches a second (${rates.map((rate) => rate.toFixed(2)).join(', ')})`,
      `  exchange ${shown('exchange')} of it, for ${exchangeMegabytes} MB (${options.wire}, ${options.buckets} bucket(s)); a message of as many bytes ${shown('message')}`,
    ].join('\n'),
  );
}

/** Seconds of the same step in PyTorch; undefined where it is not installed, or has none of this stage. */
function peerSeconds(stage: Stage): number | undefined {
  if (stage === 'generator') return undefined;
  const args = [path.join(__dirname, 'peer.py'), stage, options.steps, String(availableParallelism())];
  const { stdout, stderr, status, error } = spawnSync(process.env.PYTHON ?? '/usr/bin/python3', args, {
    encoding: 'utf8',
  });
  if (error || /No module named 'torch'/.test(stderr)) return undefined;
  if (status !== 0) throw new Error(stderr.trim().split('\n').pop());
  return (JSON.parse(stdout) as { secondsPerStep: number }).secondsPerStep;
}

function showPeer(ours: number, peers: (number | undefined)[]): void {
  const known = peers.filter((seconds) => seconds !== undefined);
  if (known.length === 0) return console.log('  PyTorch is not there to compare with (apt install python3-torch)');
  const seconds = least(known);
  console.log(`  PyTorch ${seconds.toFixed(2)} s a step; ours takes ${(ours / seconds).toFixed(2)} ×`);
}

const isStage = (name: string): name is Stage => name in CASES;

async function main(): Promise<void> {
  const asked = options.stage === undefined ? Object.keys(CASES) : [options.stage];
  const stages = asked.filter(isStage);
  if (stages.length === 0) throw new Error(`--stage ${options.stage}: give ${Object.keys(CASES).join(', ')}`);
  if (options.turns) {
    const result = await measureRank(stages[0]);
    if (result) console.log(JSON.stringify(result));
    return;
  }
  if (options.ranks) {
    stages.filter((stage) => options.stage !== undefined || stage !== 'generator').forEach(compareRanks);
    return;
  }
  if (options.json && options.stage) {
    console.log(JSON.stringify(await measure(stages[0])));
    return;
  }
  const results = stages.map((stage) => {
    const before = options.peer ? peerSeconds(stage) : undefined;
    const result = measureApart(stage);
    if (!options.json) show(result);
    if (options.peer && stage !== 'generator') showPeer(result.secondsPerStep, [before, peerSeconds(stage)]);
    return result;
  });
  if (options.json) console.log(JSON.stringify(results, null, 2));
}

main().catch((error: Error) => {
  console.error(`bench:train: ${error.message}`);
  process.exitCode = 1;
});
