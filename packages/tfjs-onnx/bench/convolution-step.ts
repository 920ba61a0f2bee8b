// One training step (forward, backward, plain descent) of a convolutional upsampler: five stages of transposed convolution and
// dilated residual blocks, 2 × 32 frames of 192 channels to 2 × 20480 samples. Run with: npm run bench:convolution [channels]
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';

import { type HostTensor } from '../src/index';

import { compile, conv1d, convTranspose1d, trace } from '../src/index';

const CHANNELS = Number(process.argv[2] ?? 256);
const STEPS = Number(process.env.STEPS ?? 4);
/** One thread and processor time compare fairly on a machine that has other work too: THREADS=1 npm run bench:convolution */
const THREADS = process.env.THREADS ? Number(process.env.THREADS) : undefined;

const BATCH = 2;
const FRAMES = 32;
const RATES = [10, 8, 2, 2, 2];
const RATE_KERNELS = [16, 16, 8, 2, 2];
const BLOCK_KERNELS = [3, 7, 11];
const DILATIONS = [1, 3, 5];

type Tensors = Record<string, tf.Tensor>;

const shapes: Record<string, number[]> = { first: [CHANNELS, 192, 7], last: [1, CHANNELS >> RATES.length, 7] };
RATES.forEach((_, stage) => {
  const width = CHANNELS >> (stage + 1);
  shapes[`up.${stage}`] = [CHANNELS >> stage, width, RATE_KERNELS[stage]];
  for (const kernel of BLOCK_KERNELS)
    for (const dilation of DILATIONS)
      for (const part of [1, 2]) shapes[`block.${stage}.${kernel}.${dilation}.${part}`] = [width, width, kernel];
});
const names = Object.keys(shapes);

function residualBlock(x: tf.Tensor, p: Tensors, stage: number, kernel: number): tf.Tensor {
  return DILATIONS.reduce((input, dilation) => {
    const weights = (part: number): tf.Tensor => p[`block.${stage}.${kernel}.${dilation}.${part}`];
    const wide = conv1d(tf.leakyRelu(input, 0.1), weights(1), { dilation, padding: (dilation * (kernel - 1)) / 2 });
    return tf.add(input, conv1d(tf.leakyRelu(wide, 0.1), weights(2), { padding: (kernel - 1) / 2 }));
  }, x);
}

function upsample(frames: tf.Tensor, p: Tensors): tf.Tensor {
  let x = conv1d(frames, p.first, { padding: 3 });
  RATES.forEach((stride, stage) => {
    x = convTranspose1d(tf.leakyRelu(x, 0.1), p[`up.${stage}`], {
      stride,
      padding: (RATE_KERNELS[stage] - stride) / 2,
    });
    const blocks = BLOCK_KERNELS.map((kernel) => residualBlock(x, p, stage, kernel));
    x = tf.div(
      blocks.reduce((a, b) => tf.add(a, b)),
      BLOCK_KERNELS.length,
    );
  });
  return tf.tanh(conv1d(tf.leakyRelu(x, 0.01), p.last, { padding: 3 }));
}

function step(inputs: Tensors): Tensors {
  const { value, grads } = tf.valueAndGrads(
    (...tensors: tf.Tensor[]) =>
      tf.mean(
        tf.abs(
          tf.sub(
            upsample(inputs.frames, Object.fromEntries(names.map((name, i) => [name, tensors[i]]))),
            inputs.target,
          ),
        ),
      ) as tf.Scalar,
  )(names.map((name) => inputs[name]));
  return {
    loss: value,
    ...Object.fromEntries(names.map((name, i) => [name, tf.sub(inputs[name], tf.mul(grads[i], 1e-4))])),
  };
}

function filled(dims: number[], scale: number): HostTensor {
  return {
    type: 'float32',
    data: Float32Array.from({ length: dims.reduce((a, b) => a * b, 1) }, () => (Math.random() * 2 - 1) * scale),
    dims,
  };
}

async function main(): Promise<void> {
  tf.enableProdMode();
  const samples = FRAMES * RATES.reduce((a, b) => a * b, 1);
  const data: Record<string, HostTensor> = {
    frames: filled([BATCH, 192, FRAMES], 1),
    target: filled([BATCH, 1, samples], 1),
  };
  const state = Object.fromEntries(
    names.map((name) => [name, filled(shapes[name], 1 / Math.sqrt(shapes[name].slice(1).reduce((a, b) => a * b, 1)))]),
  );
  const specs = Object.entries({ ...data, ...state }).map(([name, { dims }]) => ({ name, shape: [...dims] }));
  const graph = trace(step, specs);
  const compiled = await compile(graph, { intraOpThreads: THREADS });
  console.log(
    `${graph.nodes.length} nodes, ${(Object.values(state).reduce((sum, { data: { length } }) => sum + length, 0) / 1e6).toFixed(1)} million weights`,
  );
  let [now, next] = [state, Object.fromEntries(names.map((name) => [name, filled(shapes[name], 0)]))];
  for (let i = 0; i < STEPS; i++) {
    const start = performance.now();
    const processor = process.cpuUsage();
    const { loss } = await compiled.run({ ...data, ...now }, next);
    const processorSeconds = process.cpuUsage(processor).user / 1e6;
    console.log(
      `step ${i}: ${((performance.now() - start) / 1000).toFixed(3)} s (${processorSeconds.toFixed(3)} s of processor), loss ${Number(loss.data[0]).toFixed(4)}`,
    );
    [now, next] = [next, now];
  }
}

void main();
