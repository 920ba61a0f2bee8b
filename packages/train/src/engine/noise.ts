// The random numbers of training: how many a model takes, found by recording it (nothing is computed), and the numbers themselves.
import type * as tf from '@tensorflow/tfjs-core';
import { NoiseMeter, randomForName, type Noise, type Random } from '@gpt-talker/nn';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { trace, type InputSpec } from '@gpt-talker/tfjs-onnx';

/** Runs `forward` on tensors of the given shapes that have no values. */
export function countNoise(
  inputs: readonly InputSpec[],
  forward: (inputs: Record<string, tf.Tensor>, noise: Noise) => tf.Tensor,
): number {
  const meter = new NoiseMeter();
  trace((tensors) => ({ output: forward(tensors, meter) }), inputs);
  return meter.used;
}

/** Uniform numbers of a step: a function of seed and step. At least one, because a graph's input cannot be empty. */
export function stepNoise(seed: number, name: string, step: number, count: number): HostTensor {
  const length = Math.max(1, count);
  return float32(randomForName(seed, `${name}/${step}`).uniforms(length), [length]);
}

/** Standard normal numbers. */
export function normals(random: Random, shape: number[]): HostTensor {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
  return float32(values, shape);
}
