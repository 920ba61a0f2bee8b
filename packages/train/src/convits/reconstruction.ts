// What stage 2 learns from recordings alone: to decode what its posterior has encoded, and a prior that is drawn to it, as in VITS. Each
// kind of examples is compared with its recording in its own way, and judged on held-out ones as it speaks: from the prior.
import type * as tf from '@tensorflow/tfjs-core';
import type { Noise } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { AcrossRanks, TermWeight } from '../engine/step';

export type Tensors = Record<string, tf.Tensor>;

/** What a model makes of a batch. B batch, S samples. */
export interface Generated {
  /** [B, 1, S] */
  readonly audio: tf.Tensor;
  /** The same stretch as it was recorded, [B, 1, S]. */
  readonly recorded: tf.Tensor;
  /** Unweighted. */
  readonly losses: Readonly<Record<string, tf.Scalar>>;
  /** New values of what no gradient reaches. */
  readonly buffers?: Tensors;
}

export interface Reconstruction {
  /** Buffers that `generate` moves. */
  readonly buffers: readonly string[];
  /** What `generate` sums over all ranks. */
  readonly exchanged: readonly InputSpec[];
  /** What the means of its losses are divided by, where that is not the same for every batch. */
  weights(batch: Readonly<Record<string, HostTensor>>): Readonly<Record<string, TermWeight>>;
  /** @param across there where the batch is one rank's part of a whole */
  generate(batch: Tensors, dropout?: Noise, across?: AcrossRanks): Generated;
  /** Speaks a held-out batch from the prior: how far from the recording (`loss`), and the sound [B, 1, S]. */
  speak(batch: Tensors): { loss: tf.Tensor; audio: tf.Tensor };
  /** What of a batch speaking needs. */
  readonly spoken: readonly string[];
}

/** The sum of a batch's tensor, to weigh means by. */
export const total = ({ data }: HostTensor): number =>
  (data as Float32Array).reduce((sum: number, value) => sum + value, 0);
