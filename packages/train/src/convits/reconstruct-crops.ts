// Crops: the posterior's latent is decoded for half of the batch and the prior's own for the other half, so that the path that speaks is
// trained for sound as well. B batch, Z latent channels, F frames, S samples.
import * as tf from '@tensorflow/tfjs-core';
import type { Noise } from '@gpt-talker/nn';
import { klLoss, MultiResolutionLoss } from '@gpt-talker/vits/model';
import type { ConVitsNetwork } from './model';
import type { ConVitsRecipe } from './recipe';
import type { Generated, Reconstruction, Tensors } from './reconstruction';

export class CropReconstruction implements Reconstruction {
  readonly buffers = [];
  readonly spoken = [
    ...['codes', 'text', 'text_mask', 'frame_mask', 'waveform', 'reference', 'reference_mask', 'source', 'prior_noise'],
  ];
  /**
   * At three resolutions, none of them finer than some periods of a low voice: where a pulse lies is the source's affair, and not the
   * same as in the recording.
   */
  private readonly distance: MultiResolutionLoss;

  constructor(
    private readonly network: ConVitsNetwork,
    private readonly recipe: ConVitsRecipe,
  ) {
    const { sampleRate } = recipe.audio;
    this.distance = new MultiResolutionLoss({ sampleRate, fftSizes: [512, 1024, 2048], mels: [42, 80, 120] });
  }

  generate(batch: Tensors, dropout?: Noise): Generated {
    const { model } = this.network;
    const frameMask = batch.frame_mask;
    const pass = model.trainingPass({
      codes: batch.codes,
      text: batch.text,
      textMask: batch.text_mask,
      spectrogram: batch.spectrogram,
      frameMask,
      reference: { spectrogram: batch.reference, mask: batch.reference_mask },
      noise: batch.posterior_noise,
      source: batch.source,
      dropout,
    });
    const [B, Z, F] = pass.latent.shape as [number, number, number];
    const half = Math.floor(B / 2);
    const fromPrior = model.latentOf(pass.prior, batch.prior_noise, this.recipe.noiseScale, pass.style, frameMask);
    const latent = tf.concat(
      [tf.slice(pass.latent, [0, 0, 0], [half, Z, F]), tf.slice(fromPrior, [half, 0, 0], [B - half, Z, F])],
      0,
    );
    const audio = model.decode(latent, pass.style, batch.source); // (B, 1, S)
    const made = tf.reshape(audio, batch.waveform.shape);
    const losses = {
      mel: this.distance.forward(made, batch.waveform) as tf.Scalar,
      kl: klLoss(pass.zp, pass.posterior.logScale, pass.prior.mean, pass.prior.logScale, frameMask) as tf.Scalar,
      pitch: pitchDifference(model.pitch(pass.prior, pass.style), batch.pitch, batch.voiced),
      ...(this.recipe.lossWeights.level && { level: levelDifference(made, batch.waveform, frameMask) }),
    };
    return { audio, recorded: tf.expandDims(batch.waveform, 1), losses };
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
