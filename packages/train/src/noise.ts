// How many random numbers a model takes, found by recording it: nothing is computed.
import type * as tf from '@tensorflow/tfjs-core';
import { NoiseMeter, randomForName, type Noise } from '@gpt-talker/nn';
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
