// Stage 2: what a ConVITS training step minimises. As in VITS, the posterior's latent is decoded and the prior is drawn to it; in
// addition the prior's own latent is decoded for half of the batch, so that the path that speaks is trained for sound as well.
// B batch, Z latent channels, F frames, S samples.
import * as tf from '@tensorflow/tfjs-core';
import { FRAMES_PER_TOKEN, klLoss, MultiResolutionLoss, type ConVits } from '@gpt-talker/vits/model';
import type { ParameterStore } from '@gpt-talker/nn';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Optimizer } from '../engine/optimizers/optimizer';
import type { StepDefinition } from '../engine/step';
import { type StretchOptions } from './crops';

export interface VitsStepOptions {
  clipNorm?: number;
  /** `pitch` is of octaves beside the measured pitch. `level` (default 0) draws the loudness of every stretch to what it should be; the mel loss alone leaves it some decibels apart. */
  lossWeights: { mel: number; kl: number; pitch: number; level?: number };
  /** How far the prior's sample strays from its mean, in training as in use. */
  noiseScale: number;
  /** Leaves parameters out of training, for example those that fine-tuning freezes. */
  frozen?: (name: string) => boolean;
  rateScale?: (name: string) => number;
}

export function vitsBatchSpecs({
  utterances: B,
  tokens: T,
  phonemes: L,
  referenceFrames: R,
  hopSamples,
  fftSize,
  interChannels: Z,
}: StretchOptions): InputSpec[] {
  const F = T * FRAMES_PER_TOKEN;
  const bins = fftSize / 2 + 1;
  return [
    { name: 'codes', shape: [B, 1, T], dtype: 'int32' },
    { name: 'text', shape: [B, L], dtype: 'int32' },
    { name: 'text_mask', shape: [B, 1, L] },
    { name: 'frame_mask', shape: [B, 1, F] },
    { name: 'spectrogram', shape: [B, bins, F] },
    { name: 'waveform', shape: [B, F * hopSamples] },
    { name: 'reference', shape: [B, bins, R] },
    { name: 'reference_mask', shape: [B, 1, R] },
    { name: 'pitch', shape: [B, F] },
    { name: 'voiced', shape: [B, F] },
    { name: 'source', shape: [B, 2, F * hopSamples] },
    { name: 'posterior_noise', shape: [B, Z, F] },
    { name: 'prior_noise', shape: [B, Z, F] },
  ];
}

/**
 * Reconstruction at three resolutions, none of them finer than some periods of a low voice: where a pulse lies is the source's affair,
 * and not the same as in the recording.
 */
export function reconstructionLoss(sampleRate: number): MultiResolutionLoss {
  return new MultiResolutionLoss({ sampleRate, fftSizes: [512, 1024, 2048], mels: [42, 80, 120] });
}

export function vitsStep(
  model: ConVits,
  store: ParameterStore,
  optimizer: Optimizer,
  data: StretchOptions,
  options: VitsStepOptions,
): StepDefinition {
  const reconstruction = reconstructionLoss(data.sampleRate);
  const { frozen = () => false } = options;
  return {
    store,
    optimizer,
    clipNorm: options.clipNorm,
    rateScale: options.rateScale,
    parameters: store.names().filter((name) => store.get(name).trainable && !frozen(name)),
    batch: vitsBatchSpecs(data),
    loss: (batch) => {
      const { level, ...losses } = vitsLosses(model, batch, reconstruction, options.noiseScale);
      const { lossWeights } = options;
      const metrics: Record<string, tf.Scalar> = lossWeights.level ? { ...losses, level } : losses;
      const terms = Object.entries(metrics).map(([name, loss]) =>
        tf.mul(loss, lossWeights[name as keyof typeof lossWeights]!),
      );
      return { loss: terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar, metrics };
    },
  };
}

/** The losses of a batch; the first half of the rows is decoded from the posterior, the others from the prior. */
export function vitsLosses(
  model: ConVits,
  batch: Record<string, tf.Tensor>,
  reconstruction: MultiResolutionLoss,
  noiseScale: number,
): Record<'mel' | 'kl' | 'pitch' | 'level', tf.Scalar> {
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
  });
  const [B, Z, F] = pass.latent.shape as [number, number, number];
  const half = Math.floor(B / 2);
  const fromPrior = model.latentOf(pass.prior, batch.prior_noise, noiseScale, pass.style, frameMask);
  const latent = tf.concat(
    [tf.slice(pass.latent, [0, 0, 0], [half, Z, F]), tf.slice(fromPrior, [half, 0, 0], [B - half, Z, F])],
    0,
  );
  const audio = model.decode(latent, pass.style, batch.source); // (B, 1, S)
  const made = tf.reshape(audio, batch.waveform.shape);
  const mel = reconstruction.forward(made, batch.waveform) as tf.Scalar;
  const kl = klLoss(pass.zp, pass.posterior.logScale, pass.prior.mean, pass.prior.logScale, frameMask) as tf.Scalar;
  const pitch = pitchDifference(model.pitch(pass.prior, pass.style), batch.pitch, batch.voiced);
  return { mel, kl, pitch, level: levelDifference(made, batch.waveform, frameMask) };
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

/** Held-out reconstruction when speaking: every row decoded from the prior, at the measured pitch. */
export function spokenReconstruction(
  model: ConVits,
  batch: Record<string, tf.Tensor>,
  reconstruction: MultiResolutionLoss,
  noiseScale: number,
): tf.Scalar {
  const style = model.style(batch.reference, batch.reference_mask);
  const latent = model.latentFromPrior({
    codes: batch.codes,
    text: batch.text,
    textMask: batch.text_mask,
    frameMask: batch.frame_mask,
    style,
    noise: batch.prior_noise,
    noiseScale,
  });
  return reconstruction.forward(
    tf.reshape(model.decode(latent, style, batch.source), batch.waveform.shape),
    batch.waveform,
  ) as tf.Scalar;
}
