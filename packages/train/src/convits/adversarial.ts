// One step of stage 2 (upstream `s2_train.py`): the discriminators learn to tell, the generator learns to pass; with mel, KL, feature
// matching and commitment losses at upstream's weights, and a codebook that moves by averages unless it is frozen.
// B batch, S samples of a segment, N tokens of the batch, Q codes.
import * as tf from '@tensorflow/tfjs-core';
import { Noise } from '@gpt-talker/nn';
import {
  absoluteDifference,
  discriminatorLoss,
  featureMatchingLoss,
  generatorLoss,
  klLoss,
  LogMelSpectrogram,
  parameterGroup,
  updateCodebook,
  type TrainingPass,
} from '@gpt-talker/vits/model';
import type { VitsConfig } from '../config';
import { AdamW } from '../engine/optimizers/adamw';
import { offTape, type StepDefinition } from '../engine/step';
import { isDiscriminator, type ConVitsOfConfig } from './model';

/**
 * Codes that this share of an even use of all codes is not reached by are set on a vector of the batch; never more than upstream's
 * fixed threshold of two vectors a batch, below which with small batches every code would be.
 */
const REVIVE_BELOW = { share: 0.1, vectors: 2 };

type Tensors = Record<string, tf.Tensor>;

export function convitsStep(made: ConVitsOfConfig, config: VitsConfig): StepDefinition {
  const { store, model, discriminators } = made;
  const { train } = config;
  const frozen = config.model.freeze_quantizer;
  const [beta1, beta2] = train.betas;
  const mel = melOf(config);
  const buffers = Object.values({ ...model.quantizer.averages, codebook: model.quantizer.codebook })
    .filter(({ trainable, name }) => !trainable && !name.endsWith('.inited'))
    .map(({ name }) => name);
  return {
    store,
    optimizer: new AdamW({ beta1, beta2, epsilon: train.eps, weightDecay: train.weight_decay }),
    // Frozen means all three: no gradient, no averages, no replacement.
    parameters: store
      .names({ trainable: true })
      .filter((name) => !isDiscriminator(name) && !(frozen && parameterGroup(name) === 'quantizer')),
    adversary: store.names({ trainable: true }).filter(isDiscriminator),
    buffers: frozen ? [] : buffers,
    rateScale: (name) => (parameterGroup(name) === 'text' ? train.text_low_lr_rate : 1),
    batch: [],
    loss: (batch, { playAdversary }) => {
      const pass = trainingPass(made, config, batch);
      return playAdversary(
        () => {
          // Real and made in one batch: weights are normalised, and their gradients computed, once.
          const judged = discriminators.forward(tf.concat([batch.waveform, offTape(pass.audio)], 0));
          const halves = judged.map(({ score }) => tf.split(score, 2, 0));
          const [real, fake] = [0, 1].map((half) => halves.map((scores) => ({ score: scores[half] })));
          return discriminatorLoss(real, fake) as tf.Scalar;
        },
        () => {
          const [real, fake] = [discriminators.forward(batch.waveform), discriminators.forward(pass.audio)];
          const metrics = {
            adversarial: generatorLoss(fake),
            feature: featureMatchingLoss(real, fake),
            mel: absoluteDifference(mel.frames(tf.squeeze(pass.audio, [1])), batch.mel),
            kl: klLoss(pass.zp, pass.posterior.logScale, pass.prior.mean, pass.prior.logScale, batch.frame_mask),
            ...(pass.quantization && { commitment: pass.quantization.commitmentLoss }),
          } as Record<string, tf.Scalar>;
          const weights: Record<string, number> = { mel: train.c_mel, kl: train.c_kl };
          const loss = tf.addN(Object.entries(metrics).map(([name, value]) => tf.mul(value, weights[name] ?? 1)));
          return { loss: loss as tf.Scalar, metrics, buffers: frozen ? {} : movedCodebook(made, pass, batch) };
        },
      );
    },
  };
}

export function melOf({ data }: VitsConfig): LogMelSpectrogram {
  return new LogMelSpectrogram({
    sampleRate: data.sampling_rate,
    fftSize: data.filter_length,
    hopSamples: data.hop_length,
    windowSamples: data.win_length,
    mels: data.n_mel_channels,
    lowHertz: data.mel_fmin,
    highHertz: data.mel_fmax ?? undefined,
  });
}

/** The generator's pass over a batch; with dropout where there are random numbers for it. */
export function trainingPass(
  { model }: ConVitsOfConfig,
  { train, data }: VitsConfig,
  batch: Tensors,
  dropout: Noise | undefined = batch.dropout && new Noise(batch.dropout as tf.Tensor1D),
): TrainingPass {
  return model.trainingPass({
    codes: batch.codes,
    ssl: batch.ssl,
    text: batch.text,
    textMask: batch.text_mask,
    frameMask: batch.frame_mask,
    spectrogram: batch.spectrogram,
    speaker: batch.speaker,
    reference: batch.reference_mask && { spectrogram: batch.spectrogram, mask: batch.reference_mask },
    noise: batch.posterior_noise,
    segments: { starts: batch.starts, frames: train.segment_size / data.hop_length },
    dropout,
  });
}

/** The codebook's buffers after this batch. */
function movedCodebook({ model: { quantizer } }: ConVitsOfConfig, pass: TrainingPass, batch: Tensors): Tensors {
  const { averages, codebook } = quantizer;
  if (!averages || !pass.quantization) return {};
  // Averages have no gradient; taken off the tape, none is looked for.
  const rows = tf.gather(quantizer.rows(offTape(pass.quantization.features)), batch.vectors as tf.Tensor1D); // (N, W)
  const codes = tf.gather(tf.reshape(pass.quantization.codes, [-1]), batch.vectors as tf.Tensor1D); // (N)
  const even = rows.shape[0] / codebook.shape[0];
  const threshold = Math.min(REVIVE_BELOW.vectors, REVIVE_BELOW.share * even);
  const next = updateCodebook(
    { embed: codebook.value, embedAverage: averages.embedAverage.value, clusterSize: averages.clusterSize.value },
    rows,
    codes,
    { revive: { threshold, rows: batch.revived } },
  );
  return {
    [codebook.name]: next.embed,
    [averages.embedAverage.name]: next.embedAverage,
    [averages.clusterSize.name]: next.clusterSize,
  };
}
