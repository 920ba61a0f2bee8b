// Stage 1: what a ConGPT training step minimises, and how held-out dialogues are scored.
import type * as tf from '@tensorflow/tfjs-core';
import { maskedCrossEntropy, type ConGpt } from '@gpt-talker/gpt/model';
import { Noise, randomForName, type ParameterStore } from '@gpt-talker/nn';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Optimizer } from '../engine/optimizers/optimizer';
import type { StepDefinition } from '../engine/step';
import type { RowShape } from './rows';

export function gptBatchSpecs(model: ConGpt, { rows: B, positions: T }: RowShape): InputSpec[] {
  const specs: InputSpec[] = [
    { name: 'ids', shape: [B, T], dtype: 'int32' },
    { name: 'kind', shape: [B, T] },
    { name: 'positions', shape: [B, T], dtype: 'int32' },
    { name: 'mask', shape: [B, 1, T, T] },
    { name: 'targets', shape: [B, T], dtype: 'int32' },
    { name: 'weights', shape: [B, T] },
  ];
  if (model.config.roles) specs.push({ name: 'roles', shape: [B, T], dtype: 'int32' });
  if (model.config.featureWidth > 0) specs.push({ name: 'features', shape: [B, T, model.config.featureWidth] });
  return specs;
}

/** Random numbers of a step's dropout: a function of seed and step. */
export function dropoutNoise(seed: number, step: number, count: number): HostTensor {
  return float32(randomForName(seed, `dropout/${step}`).uniforms(count), [count]);
}

/** Masked cross-entropy over every speech target of the batch, with teacher-forced accuracies. */
export function gptStep(
  model: ConGpt,
  store: ParameterStore,
  optimizer: Optimizer,
  shape: RowShape,
  options: { clipNorm?: number; noiseCount: number },
): StepDefinition {
  return {
    store,
    optimizer,
    clipNorm: options.clipNorm,
    batch: [...gptBatchSpecs(model, shape), { name: 'noise', shape: [options.noiseCount] }],
    loss: (batch) => {
      const { loss, top1, top3 } = gptLoss(model, batch, new Noise(batch.noise as tf.Tensor1D));
      return { loss, metrics: { top1, top3 } };
    },
  };
}

export function gptLoss(model: ConGpt, batch: Record<string, tf.Tensor>, noise?: Noise) {
  const logits = model.forward(
    {
      ids: batch.ids as tf.Tensor2D,
      kind: batch.kind as tf.Tensor2D,
      positions: batch.positions as tf.Tensor2D,
      roles: batch.roles as tf.Tensor2D | undefined,
      features: batch.features as tf.Tensor3D | undefined,
      mask: batch.mask,
    },
    noise,
  );
  return maskedCrossEntropy(logits, batch.targets as tf.Tensor2D, batch.weights as tf.Tensor2D);
}
