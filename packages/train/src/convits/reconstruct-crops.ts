// Crops: the posterior's latent is decoded for some of the batch (half, by default) and the prior's own for the others, so that the path
// that speaks is trained for sound as well. B batch, Z latent channels, F frames, S samples.
import * as tf from '@tensorflow/tfjs-core';
import type { Noise } from '@gpt-talker/nn';
import { alignmentLoss, klLoss, MultiResolutionLoss } from '@gpt-talker/vits/model';
import type { Batch } from '../engine/engine';
import type { TermWeight } from '../engine/step';
import { rowRange, WHOLE } from '../parallel/shard';
import type { ConVitsNetwork } from './model';
import type { ConVitsRecipe } from './recipe';
import { total, type Generated, type Reconstruction, type Tensors } from './reconstruction';

export class CropReconstruction implements Reconstruction {
  readonly buffers = [];
  readonly exchanged = [];
  readonly spoken = [
    ...['codes', 'text', 'text_mask', 'frame_mask', 'waveform', 'reference', 'reference_mask', 'source', 'prior_noise'],
  ];
  /**
   * At two resolutions. Neither is finer than some periods of a low voice: where a pulse lies is the source's affair, and not the same as
   * in the recording. Neither is coarser than a short phoneme: a third, of 128 ms, took more than half of the time.
   */
  private readonly distance: MultiResolutionLoss;
  private readonly posteriorShare: number;

  constructor(
    private readonly network: ConVitsNetwork,
    private readonly recipe: ConVitsRecipe,
  ) {
    const { audio, examples } = recipe;
    this.posteriorShare = (examples.kind === 'crops' ? examples.posteriorShare : undefined) ?? 0.5;
    this.distance = new MultiResolutionLoss({ sampleRate: audio.sampleRate, fftSizes: [512, 1024], mels: [42, 80] });
  }

  weights({ frame_mask: mask, voiced, alignment }: Batch): Readonly<Record<string, TermWeight>> {
    return {
      kl: total(mask),
      pitch: { sum: total(voiced), plus: 1 },
      ...(alignment && { alignment: { sum: total(alignment), plus: 1 } }),
    };
  }

  generate(batch: Tensors, dropout?: Noise): Generated {
    const { model } = this.network;
    const { lossWeights, noiseScale } = this.recipe;
    const frameMask = batch.frame_mask;
    const request = { codes: batch.codes, text: batch.text, textMask: batch.text_mask, frameMask, dropout };
    const pass =
      this.posteriorShare > 0
        ? model.trainingPass({
            ...request,
            spectrogram: batch.spectrogram,
            reference: { spectrogram: batch.reference, mask: batch.reference_mask },
            noise: batch.posterior_noise,
            source: batch.source,
          })
        : undefined;
    const style = pass?.style ?? model.style(batch.reference, batch.reference_mask, dropout);
    const prior = pass?.prior ?? model.prior({ ...request, style });
    const fromPrior = model.latentOf(prior, batch.prior_noise, noiseScale, style, frameMask);
    const latent = pass ? mixed(pass.latent, fromPrior, this.posteriorRows(frameMask.shape[0])) : fromPrior;
    const audio = model.decode(latent, style, batch.source); // (B, 1, S)
    const made = tf.reshape(audio, batch.waveform.shape);
    const losses = {
      mel: this.distance.forward(made, batch.waveform) as tf.Scalar,
      ...(pass && {
        kl: klLoss(pass.zp, pass.posterior.logScale, prior.mean, prior.logScale, frameMask) as tf.Scalar,
      }),
      pitch: pitchDifference(model.pitch(prior, style), batch.pitch, batch.voiced),
      ...(lossWeights.level && { level: levelDifference(made, batch.waveform, frameMask) }),
      ...(lossWeights.alignment && { alignment: alignmentLoss(prior.attention, batch.alignment) as tf.Scalar }),
    };
    return { audio, recorded: tf.expandDims(batch.waveform, 1), losses };
  }

  /** How many of a batch's first rows are decoded from the posterior: as many as are among the first of the whole batch. */
  private posteriorRows(count: number): number {
    const { ranks, rank } = this.recipe.shard ?? WHOLE;
    const all = Math.floor(ranks * count * this.posteriorShare);
    return Math.min(count, Math.max(0, all - rowRange({ ranks, rank }, count).first));
  }

  /** Every row at the measured pitch. */
  speak(batch: Tensors): { loss: tf.Tensor; audio: tf.Tensor } {
    const { model } = this.network;
    const style = model.style(batch.reference, batch.reference_mask);
    const latent = model.latentFromPrior({
      codes: batch.codes,
      text: batch.text,
      textMask: batch.text_mask,
      frameMask: batch.frame_mask,
      style,
      noise: batch.prior_noise,
      noiseScale: this.recipe.noiseScale,
    });
    const audio = model.decode(latent, style, batch.source);
    return { loss: this.distance.forward(tf.reshape(audio, batch.waveform.shape), batch.waveform), audio };
  }
}

/** The first `count` rows from one latent [B, Z, F], the others from another. */
function mixed(first: tf.Tensor, second: tf.Tensor, count: number): tf.Tensor {
  const [B, Z, F] = first.shape as [number, number, number];
  return tf.concat([tf.slice(first, [0, 0, 0], [count, Z, F]), tf.slice(second, [count, 0, 0], [B - count, Z, F])], 0);
}

/** How many octaves the predicted pitch is from the measured one, the mean over voiced frames; all [B, F]. */
function pitchDifference(predicted: tf.Tensor, measured: tf.Tensor, voiced: tf.Tensor): tf.Scalar {
  const octaves = tf.mul(tf.abs(tf.log(tf.div(predicted, measured))), 1 / Math.LN2);
  return tf.div(tf.sum(tf.mul(octaves, voiced)), tf.add(tf.sum(voiced), 1)) as tf.Scalar;
}

/** Digital silence and its like count as this mean square. */
const SOFTEST = 1e-7;

/** How far the loudness of each row's speech (1 or 0 a frame: `frameMask` [B, 1, F]) is from what it should be, in nepers; the mean. */
function levelDifference(made: tf.Tensor, expected: tf.Tensor, frameMask: tf.Tensor): tf.Scalar {
  const [B, S] = expected.shape as [number, number];
  const F = frameMask.shape[2]!;
  const level = (samples: tf.Tensor): tf.Tensor => {
    const energy = tf.mean(tf.square(tf.reshape(samples, [B, F, S / F])), 2); // (B, F)
    return tf.log(tf.add(tf.mean(tf.mul(energy, tf.reshape(frameMask, [B, F])), 1), SOFTEST));
  };
  return tf.mul(tf.mean(tf.abs(tf.sub(level(made), level(expected)))), 0.5) as tf.Scalar;
}
