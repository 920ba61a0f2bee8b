// Steps a second of both stages at their published size, beside the rate of a plain matrix product of the same machine in the same
// run, and peak memory beside what is counted to be needed. Run: npm run bench:train [-- --stage gpt|vits] [--steps N] [--layers N] [--json]
import { spawnSync } from 'node:child_process';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import { parseArgs } from 'node:util';
import * as tf from '@tensorflow/tfjs-core';
import { Random } from '@gpt-talker/nn';
import { float32, int32 } from '@gpt-talker/runtime';
import { compile, trace } from '@gpt-talker/tfjs-onnx';
import { readGptConfig, readVitsConfig } from '../src/config';
import { TracedEngine, type Batch } from '../src/engine';
import { gptBatchSpecs } from '../src/stages/gpt';
import { TrainingState } from '../src/state';
import {
  hyperparameterSpecs,
  metricKey,
  runStep,
  stateSpecs,
  trainedParameters,
  type StepDefinition,
} from '../src/step';
import { createConGpt } from '../src/training/congpt-model';
import { congptStep } from '../src/training/train-congpt';
import { createConVits } from '../src/training/convits-model';
import { convitsStep } from '../src/training/convits-step';
import { countOperations, savedActivationBytes } from './count-graph';

const CONFIGS = path.join(__dirname, '../../../configs');
const GPT = { rows: 2, positions: 512 };
const VITS_FRAMES = 200; // 4 s
const PRODUCT_SIZE = 2048;
const MEMORY_FACTOR = 1.5;

const { values: options } = parseArgs({
  options: {
    stage: { type: 'string' },
    steps: { type: 'string', default: '5' },
    layers: { type: 'string' },
    json: { type: 'boolean', default: false },
  },
});

interface Result {
  stage: string;
  secondsPerStep: number;
  gigaflopPerStep: number;
  gigaflopPerSecond: number;
  productGigaflopPerSecond: number;
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
  const made = createConGpt(config);
  const step = congptStep(made, config, gptBatchSpecs(made.model, GPT), 0);
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
    step: convitsStep(createConVits(config), config),
    batch: {
      codes: ids([B, 1, F / 2], model.codebook_size),
      text: ids([B, F / 2], model.symbols),
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

async function productRate(): Promise<number> {
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
  const seconds = await fastest(5, () => product.run(feeds));
  await product.dispose();
  return (2 * PRODUCT_SIZE ** 3) / seconds / 1e9;
}

/** Of several rounds: on a shared machine, what is slower was someone else. */
async function fastest(rounds: number, action: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  for (let round = 0; round < rounds; round++) {
    const begun = performance.now();
    await action();
    best = Math.min(best, (performance.now() - begun) / 1000);
  }
  return best;
}

const megabytes = (bytes: number): number => Math.round(bytes / 1e6);

async function measure(stage: string): Promise<Result> {
  const { step, batch } = await (stage === 'gpt' ? gptCase() : vitsCase());
  const state = TrainingState.takeFrom(step.store, [step]);
  const specs = Object.entries(batch).map(([name, { dims, type }]) => ({
    name,
    shape: [...dims],
    dtype: type === 'int32' ? ('int32' as const) : ('float32' as const),
  }));
  const graph = trace((inputs) => runStep(step, inputs), [...specs, ...hyperparameterSpecs(step), ...stateSpecs(step)]);
  const gigaflopPerStep = countOperations(graph) / 1e9;
  const activations = savedActivationBytes(graph, [metricKey('loss')]);
  const names = [...trainedParameters(step), ...(step.adversary ?? [])];
  const weights = names.reduce((sum, name) => sum + 4 * step.store.get(name).shape.reduce((a, b) => a * b, 1), 0);
  const engine = await TracedEngine.create(step, state);
  let at = 0;
  const secondsPerStep = await fastest(Number(options.steps), () => engine.step(batch, ++at, 1e-5));
  const peak = process.resourceUsage().maxRSS * 1024;
  const productGigaflopPerSecond = await productRate();
  const gigaflopPerSecond = gigaflopPerStep / secondsPerStep;
  const counted = 4 * weights + activations;
  return {
    stage,
    ...{ secondsPerStep, gigaflopPerStep, gigaflopPerSecond, productGigaflopPerSecond },
    share: gigaflopPerSecond / productGigaflopPerSecond,
    peakMegabytes: megabytes(peak),
    countedMegabytes: megabytes(counted),
    boundMegabytes: megabytes(MEMORY_FACTOR * counted),
  };
}

/** Each stage in a process of its own, so that its peak of memory is its own. */
function measureApart(stage: string): Result {
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
  const size =
    stage === 'gpt'
      ? `ConGPT, ${GPT.rows} × ${GPT.positions} positions`
      : `ConVITS, 2 × ${VITS_FRAMES} frames, both players`;
  console.log(
    [
      size,
      `  ${(1 / secondsPerStep).toFixed(3)} steps/s (${secondsPerStep.toFixed(2)} s a step, ${gigaflopPerStep.toFixed(0)} GFLOP counted in the graph)`,
      `  ${gigaflopPerSecond.toFixed(0)} GFLOP/s of the ${productGigaflopPerSecond.toFixed(0)} of a plain ${PRODUCT_SIZE}³ matrix product: ${(100 * share).toFixed(0)} %`,
      `  peak memory ${result.peakMegabytes} MB; weights, gradients, two moments and saved activations ${result.countedMegabytes} MB, × ${MEMORY_FACTOR} = ${result.boundMegabytes} MB`,
    ].join('\n'),
  );
}

async function main(): Promise<void> {
  if (options.json && options.stage) {
    console.log(JSON.stringify(await measure(options.stage)));
    return;
  }
  const results = (options.stage ? [options.stage] : ['gpt', 'vits']).map((stage) => {
    const result = measureApart(stage);
    if (!options.json) show(result);
    return result;
  });
  if (options.json) console.log(JSON.stringify(results, null, 2));
}

main().catch((error: Error) => {
  console.error(`bench:train: ${error.message}`);
  process.exitCode = 1;
});
