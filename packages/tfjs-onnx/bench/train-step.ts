// One training step of a GPT (6 layers, width 512, 2 × 512 tokens, forward, backward, Adam) as one traced graph: seconds a
// step, and how that compares with plain matrix products on the same machine. Run with: npm run bench
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { type HostTensor } from '../src/index';

import { compile, type InputSpec, layerNormalization, multiHeadAttention, trace } from '../src/index';

const WIDTH = 512;
const HEADS = 16;
const LAYERS = 6;
const LENGTH = 512;
const BATCH = 2;
const VOCABULARY = 1025;
const STEPS = Number(process.env.STEPS ?? 7);
/** One thread and processor time compare fairly on a machine that has other work too: THREADS=1 npm run bench */
const THREADS = process.env.THREADS ? Number(process.env.THREADS) : undefined;

type Tensors = Record<string, tf.Tensor>;

const parameterShapes: Record<string, number[]> = { embedding: [VOCABULARY, WIDTH], head: [WIDTH, VOCABULARY] };
for (let layer = 0; layer < LAYERS; layer++) {
  Object.assign(parameterShapes, {
    [`qkv.${layer}`]: [WIDTH, 3 * WIDTH],
    [`qkvBias.${layer}`]: [3 * WIDTH],
    [`out.${layer}`]: [WIDTH, WIDTH],
    [`outBias.${layer}`]: [WIDTH],
    [`up.${layer}`]: [WIDTH, 4 * WIDTH],
    [`upBias.${layer}`]: [4 * WIDTH],
    [`down.${layer}`]: [4 * WIDTH, WIDTH],
    [`downBias.${layer}`]: [WIDTH],
    [`gamma1.${layer}`]: [WIDTH],
    [`beta1.${layer}`]: [WIDTH],
    [`gamma2.${layer}`]: [WIDTH],
    [`beta2.${layer}`]: [WIDTH],
  });
}
const names = Object.keys(parameterShapes);

const linear = (x: tf.Tensor, w: tf.Tensor, b: tf.Tensor): tf.Tensor => tf.add(tf.matMul(x, w), b);

function loss(ids: tf.Tensor, targets: tf.Tensor, p: Tensors): tf.Scalar {
  const positions = tf.range(0, LENGTH);
  const future = tf.greater(tf.expandDims(positions, 0), tf.expandDims(positions, 1));
  const mask = tf.mul(tf.cast(future, 'float32'), -1e9);
  let x = tf.gather(p.embedding, ids); // (B, T, W)
  for (let layer = 0; layer < LAYERS; layer++) {
    const of = (name: string): tf.Tensor => p[`${name}.${layer}`];
    const [q, k, v] = tf.split(linear(x, of('qkv'), of('qkvBias')), 3, 2);
    const attended = linear(multiHeadAttention(q, k, v, { heads: HEADS, mask }), of('out'), of('outBias'));
    x = layerNormalization(tf.add(x, attended), of('gamma1'), of('beta1'));
    const hidden = tf.relu(linear(x, of('up'), of('upBias')));
    x = layerNormalization(tf.add(x, linear(hidden, of('down'), of('downBias'))), of('gamma2'), of('beta2'));
  }
  const logProbabilities = tf.logSoftmax(tf.matMul(x, p.head));
  const chosen = tf.sum(
    tf.mul(logProbabilities, tf.oneHot(tf.cast(targets, 'int32'), VOCABULARY, 1, 0, 'float32')),
    -1,
  );
  return tf.neg(tf.mean(chosen)) as tf.Scalar;
}

/** Inputs: ids, targets, rate, and parameters with their two moments; outputs: loss and the new state under the same names. */
function step(inputs: Tensors): Tensors {
  const parameters = names.map((name) => inputs[name]);
  const { value, grads } = tf.valueAndGrads((...tensors: tf.Tensor[]) =>
    loss(inputs.ids, inputs.targets, Object.fromEntries(names.map((name, index) => [name, tensors[index]]))),
  )(parameters);
  const outputs: Tensors = { loss: value };
  names.forEach((name, index) => {
    const mean = tf.add(tf.mul(inputs[`${name}.mean`], 0.9), tf.mul(grads[index], 0.1));
    const square = tf.add(tf.mul(inputs[`${name}.square`], 0.999), tf.mul(tf.square(grads[index]), 0.001));
    outputs[`${name}.mean`] = mean;
    outputs[`${name}.square`] = square;
    outputs[name] = tf.sub(parameters[index], tf.mul(inputs.rate, tf.div(mean, tf.add(tf.sqrt(square), 1e-8))));
  });
  return outputs;
}

const state: InputSpec[] = names.flatMap((name) =>
  ['', '.mean', '.square'].map((suffix) => ({ name: name + suffix, shape: parameterShapes[name] })),
);
const specs: InputSpec[] = [
  { name: 'ids', shape: [BATCH, LENGTH], dtype: 'int32' },
  { name: 'targets', shape: [BATCH, LENGTH], dtype: 'int32' },
  { name: 'rate', shape: [] },
  ...state,
];

function initial({ name, shape }: InputSpec): HostTensor {
  const dims = shape as number[];
  const data = new Float32Array(dims.reduce((a, b) => a * b, 1));
  if (/^gamma\d\.\d$/.test(name)) data.fill(1);
  else if (dims.length === 2 && !/mean|square/.test(name)) {
    for (let i = 0; i < data.length; i++) data[i] = (Math.random() - 0.5) * Math.sqrt(3 / dims[0]);
  }
  return { type: 'float32', data, dims };
}

async function productGflops(): Promise<number> {
  const size = 2048;
  const product = await compile(
    trace(
      ({ a, b }) => ({ y: tf.matMul(a, b) }),
      [
        { name: 'a', shape: [size, size] },
        { name: 'b', shape: [size, size] },
      ],
    ),
  );
  const side = (): HostTensor => ({
    type: 'float32',
    data: new Float32Array(size * size).fill(0.5),
    dims: [size, size],
  });
  const feeds = { a: side(), b: side() };
  let best = Infinity;
  for (let i = 0; i < 5; i++) {
    const start = performance.now();
    await product.run(feeds);
    best = Math.min(best, performance.now() - start);
  }
  await product.dispose();
  return (2 * size ** 3) / best / 1e6;
}

async function main(): Promise<void> {
  tf.enableProdMode();
  const gflops = await productGflops();
  const started = performance.now();
  const graph = trace(step, specs);
  const traced = performance.now();
  const compiled = await compile(graph, { intraOpThreads: THREADS });
  console.log(
    `${graph.nodes.length} nodes; traced in ${((traced - started) / 1000).toFixed(2)} s, compiled in ${((performance.now() - traced) / 1000).toFixed(2)} s`,
  );
  const ids = (): HostTensor => ({
    type: 'int32',
    data: Int32Array.from({ length: BATCH * LENGTH }, () => Math.floor(Math.random() * VOCABULARY)),
    dims: [BATCH, LENGTH],
  });
  const fixed = {
    ids: ids(),
    targets: ids(),
    rate: { type: 'float32' as const, data: Float32Array.of(1e-4), dims: [] },
  };
  let now = Object.fromEntries(state.map((spec) => [spec.name, initial(spec)]));
  let next = Object.fromEntries(state.map((spec) => [spec.name, initial(spec)]));
  const seconds: number[] = [];
  for (let i = 0; i < STEPS; i++) {
    const start = performance.now();
    const processor = process.cpuUsage();
    const { loss: value } = await compiled.run({ ...fixed, ...now }, next);
    seconds.push((performance.now() - start) / 1000);
    const processorSeconds = process.cpuUsage(processor).user / 1e6;
    console.log(
      `step ${i}: ${seconds[i].toFixed(3)} s (${processorSeconds.toFixed(3)} s of processor), loss ${Number(value.data[0]).toFixed(4)}`,
    );
    [now, next] = [next, now];
  }
  const best = Math.min(...seconds);
  // forward and backward: 6 operations a weight and token, and the attention products
  const weights = LAYERS * 12 * WIDTH ** 2 + VOCABULARY * WIDTH;
  const work = 6 * weights * BATCH * LENGTH + LAYERS * 12 * BATCH * LENGTH ** 2 * WIDTH;
  console.log(
    `best ${best.toFixed(3)} s; ${(work / best / 1e9).toFixed(0)} GFLOP/s of the ${gflops.toFixed(0)} of a plain matrix product`,
  );
}

void main();
