// What tools/gpu-check.sh runs: graphs of the published size on the processor and on the GPU, compared and timed, and a training step
// of either stage on both. Weights are made up.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ConGpt, gptGraph, publishedConfig } from '@gpt-talker/gpt/model';
import { ParameterStore, Random } from '@gpt-talker/nn';
import { SessionHost, type ExecutionProvider, type HostTensor, type Session } from '@gpt-talker/runtime';
import { exportOnnx, trace, type InputSpec, type TracedFunction, type TraceOptions } from '@gpt-talker/tfjs-onnx';
import { AdamW, createEngine, TrainingState, type StepDefinition } from '@gpt-talker/train';
import { ConVits, convitsGraphs, PUBLISHED_VERSIONS } from '@gpt-talker/vits/model';

interface Row {
  check: string;
  /** Largest difference, as a share of the largest value; of losses for training. */
  difference: number;
  tolerance: number;
  cpuMilliseconds: number;
  gpuMilliseconds: number;
}

interface Traced {
  run: TracedFunction;
  inputs: readonly InputSpec[];
  options?: TraceOptions;
}

/** `cpu` compares the processor with itself: whether the check works, on a machine without a GPU. */
const CHECKED = ['cuda', 'webgpu', 'cpu'] as const;
type Checked = (typeof CHECKED)[number];

/** Reduced precision in products of a GPU (TF32) and another order of sums. */
const TOLERANCE = 0.02;
const ROUNDS = 5;
/** After so long no further round begins: where one takes seconds, its spread is small against it. */
const MOST_MILLISECONDS = 3000;
const STEPS = 3;

async function main(): Promise<void> {
  const provider = process.argv[2] as Checked;
  if (!CHECKED.includes(provider)) throw new Error(`usage: tools/gpu-check.sh [${CHECKED.join('|')}]`);
  tf.enableProdMode();
  const hosts = {
    cpu: await SessionHost.start({ executionProviders: ['cpu'] }),
    gpu: await SessionHost.start({ executionProviders: [...new Set<ExecutionProvider>([provider, 'cpu'])] }),
  };
  const rows: Row[] = [];
  let shown = performance.now();
  const show = (row: Row) => {
    rows.push(row);
    const { check, difference, tolerance, cpuMilliseconds, gpuMilliseconds } = row;
    const verdict = difference <= tolerance ? 'fits' : 'DIFFERS';
    const times = [cpuMilliseconds, gpuMilliseconds].map((time) => time.toFixed(1).padStart(10));
    const taken = ((performance.now() - shown) / 1000).toFixed(0).padStart(10);
    shown = performance.now();
    console.log(
      `${check.padEnd(34)}${(100 * difference).toFixed(3).padStart(9)} % ${verdict.padEnd(8)}${times.join('')}${taken}`,
    );
  };
  console.log(
    `${'check'.padEnd(34)}${'off by'.padStart(11)} ${''.padEnd(8)}${'cpu ms'.padStart(10)}${`${provider} ms`.padStart(10)}${'took s'.padStart(10)}`,
  );
  try {
    await gptRows(hosts, show);
    await vitsRows(hosts, show);
  } finally {
    await Promise.all(Object.values(hosts).map((host) => host.dispose()));
  }
  show(await trainingRow('ConGPT, a training step', gptStep, provider));
  show(await trainingRow('ConVITS generator, a training step', vitsStep, provider));
  if (rows.some(({ difference, tolerance }) => !(difference <= tolerance))) process.exitCode = 1;
}

type Hosts = Record<'cpu' | 'gpu', SessionHost>;

async function gptRows(hosts: Hosts, show: (row: Row) => void): Promise<void> {
  const store = new ParameterStore({ seed: 1 });
  const graph = gptGraph(new ConGpt(store.scope('model'), { ...publishedConfig, roles: false, featureWidth: 0 }));
  const sessions = await loaded(hosts, graph);
  store.dispose();
  show(await compared('ConGPT, 360 positions', sessions, madeUp(graph.inputs, { T: 360, P: 1 })));
  show(await compared('ConGPT, a token at 430', sessions, madeUp(graph.inputs, { T: 1, P: 430 })));
  await Promise.all(Object.values(sessions).map((session) => session.dispose()));
}

async function vitsRows(hosts: Hosts, show: (row: Row) => void): Promise<void> {
  const store = new ParameterStore({ seed: 2 });
  const graphs = convitsGraphs(new ConVits(store.scope(), PUBLISHED_VERSIONS.v2Pro, { posterior: false }));
  for (const key of ['style', 'latent', 'decoder'] as const) {
    const sessions = await loaded(hosts, graphs[key]);
    const feeds = madeUp(graphs[key].inputs, { T: 50, L: 40, F: 100 });
    show(await compared(`ConVITS v2Pro, ${key}, 2 s`, sessions, feeds));
    await Promise.all(Object.values(sessions).map((session) => session.dispose()));
  }
  store.dispose();
}

async function loaded(hosts: Hosts, { run, inputs, options }: Traced): Promise<Record<'cpu' | 'gpu', Session>> {
  const bytes = exportOnnx(trace(run, inputs, options));
  return { cpu: await hosts.cpu.load(bytes), gpu: await hosts.gpu.load(bytes) };
}

async function compared(
  check: string,
  sessions: Record<'cpu' | 'gpu', Session>,
  feeds: Record<string, HostTensor>,
): Promise<Row> {
  const outputs = { cpu: await sessions.cpu.run(feeds), gpu: await sessions.gpu.run(feeds) };
  let difference = 0;
  for (const [name, { data }] of Object.entries(outputs.cpu)) {
    const [expected, actual] = [data as Float32Array, outputs.gpu[name].data as Float32Array];
    const largest = expected.reduce((most, value) => Math.max(most, Math.abs(value)), 1e-6);
    const worst = expected.reduce((most, value, i) => Math.max(most, Math.abs(value - actual[i])), 0);
    difference = Math.max(difference, actual.every(Number.isFinite) ? worst / largest : Infinity);
  }
  const cpuMilliseconds = await fastest(() => sessions.cpu.run(feeds));
  const gpuMilliseconds = await fastest(() => sessions.gpu.run(feeds));
  return { check, difference, tolerance: TOLERANCE, cpuMilliseconds, gpuMilliseconds };
}

async function fastest(work: () => Promise<unknown>): Promise<number> {
  let best = Infinity;
  const start = performance.now();
  for (let round = 0; round < ROUNDS && performance.now() - start < MOST_MILLISECONDS; round++) {
    const begin = performance.now();
    await work();
    best = Math.min(best, performance.now() - begin);
  }
  return best;
}

function madeUp(inputs: readonly InputSpec[], lengths: Readonly<Record<string, number>>): Record<string, HostTensor> {
  const random = new Random(1);
  return Object.fromEntries(
    inputs.map(({ name, shape, dtype }) => {
      const dims = shape.map((length) =>
        typeof length === 'number' ? length : length.split('+').reduce((sum, part) => sum + lengths[part.trim()], 0),
      );
      const size = dims.reduce((product, length) => product * length, 1);
      const tensor: HostTensor =
        dtype === 'int32'
          ? { type: 'int32', data: Int32Array.from({ length: size }, (_, i) => 1 + (i % 300)), dims }
          : { type: 'float32', data: Float32Array.from({ length: size }, () => valueOf(name, random)), dims };
      return [name, tensor];
    }),
  );
}

function valueOf(name: string, random: Random): number {
  if (name === 'mask' || name === 'kind') return 0;
  if (name === 'noise_scale') return 0.5;
  return name === 'spectrogram' ? Math.abs(random.normal()) : 0.5 * random.normal();
}

type StepCase = () => { step: StepDefinition; batch: Record<string, HostTensor> };

/** ConGPT learns to be near nothing: the cost of a step, without a corpus. */
const gptStep: StepCase = () => {
  const store = new ParameterStore({ seed: 3 });
  const model = new ConGpt(store.scope('model'), { ...publishedConfig, roles: false, featureWidth: 0 });
  const T = 256;
  const inputs: InputSpec[] = [
    { name: 'ids', shape: [1, T], dtype: 'int32' },
    { name: 'kind', shape: [1, T] },
    { name: 'positions', shape: [1, T], dtype: 'int32' },
    { name: 'mask', shape: [T, T] },
  ];
  const step: StepDefinition = {
    store,
    optimizer: new AdamW({}),
    parameters: store.names({ trainable: true }),
    batch: [],
    loss: ({ ids, kind, positions, mask }) => ({
      loss: tf.mean(
        tf.square(
          model.forward({
            ids: ids as tf.Tensor2D,
            kind: kind as tf.Tensor2D,
            positions: positions as tf.Tensor2D,
            mask,
          }),
        ),
      ) as tf.Scalar,
      metrics: {},
    }),
  };
  return { step, batch: madeUp(inputs, {}) };
};

const vitsStep: StepCase = () => {
  const store = new ParameterStore({ seed: 4 });
  const { interChannels, styleChannels } = PUBLISHED_VERSIONS.v2Pro;
  const model = new ConVits(store.scope(), PUBLISHED_VERSIONS.v2Pro, { posterior: false });
  const step: StepDefinition = {
    store,
    optimizer: new AdamW({}),
    parameters: store.names({ trainable: true }).filter((name) => name.startsWith('dec.')),
    batch: [],
    loss: ({ latent, style }) => ({ loss: tf.mean(tf.square(model.decode(latent, style))) as tf.Scalar, metrics: {} }),
  };
  const inputs: InputSpec[] = [
    { name: 'latent', shape: [2, interChannels, 32] },
    { name: 'style', shape: [2, styleChannels, 1] },
  ];
  return { step, batch: madeUp(inputs, {}) };
};

async function trainingRow(check: string, make: StepCase, provider: Checked): Promise<Row> {
  const losses: number[][] = [];
  const times: number[] = [];
  for (const where of ['cpu', provider] as const) {
    const { step, batch } = make();
    const state = TrainingState.takeFrom(step.store, [step]);
    const engine = await createEngine(step, state, { provider: where });
    const seen: number[] = [];
    let best = Infinity;
    for (let at = 1; at <= STEPS; at++) {
      const begin = performance.now();
      seen.push((await engine.step(batch, at, 1e-4)).loss);
      best = Math.min(best, performance.now() - begin);
    }
    await engine.dispose();
    losses.push(seen);
    times.push(best);
  }
  const difference = Math.max(...losses[0].map((loss, i) => Math.abs(loss - losses[1][i]) / Math.abs(loss)));
  return { check, difference, tolerance: TOLERANCE, cpuMilliseconds: times[0], gpuMilliseconds: times[1] };
}

main().catch((error: unknown) => {
  console.error(`gpu-check: ${(error as Error).message.replace(/\s*\n\s*/g, ' ')}`);
  process.exitCode = 1;
});
