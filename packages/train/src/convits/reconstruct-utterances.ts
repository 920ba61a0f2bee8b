// Whole utterances, of which a random segment is decoded and compared by its log-mel (upstream `s2_train.py`), with a codebook that moves by
// averages unless it is frozen. B batch, S samples of a segment, N tokens of the batch, Q codes.
import * as tf from '@tensorflow/tfjs-core';
import type { Noise } from '@gpt-talker/nn';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import {
  l1Loss,
  klLoss,
  LogMelSpectrogram,
  sliceSegments,
  updateCodebook,
  type TrainingPass,
} from '@gpt-talker/vits/model';
import type { Batch } from '../engine/engine';
import { stopGradient, type AcrossRanks, type TermWeight } from '../engine/step';
import type { ConVitsNetwork } from './model';
import type { ConVitsRecipe, UtteranceRecipe } from './recipe';
import { total, type Generated, type Reconstruction, type Tensors } from './reconstruction';

/**
 * Codes that this share of an even use of all codes is not reached by are set on a vector of the batch; never more than upstream's
 * fixed threshold of two vectors a batch, below which with small batches every code would be.
 */
const DEAD_CODE_THRESHOLD = { share: 0.1, vectors: 2 };

/** Names of what all ranks sum of the vectors that chose each code. */
const CODEBOOK_SUMS = { counts: 'codebook/counts', vectors: 'codebook/vectors', revived: 'codebook/revived' } as const;

export class UtteranceReconstruction implements Reconstruction {
  readonly buffers: readonly string[];
  readonly exchanged: readonly InputSpec[];
  readonly spoken = [
    ...[
      'codes',
      'ssl',
      'text',
      'text_mask',
      'frame_mask',
      'spectrogram',
      'speaker',
      'starts',
      'mel',
      'posterior_noise',
    ],
  ];
  private readonly mel: LogMelSpectrogram;

  constructor(
    private readonly network: ConVitsNetwork,
    private readonly recipe: ConVitsRecipe,
    private readonly examples: UtteranceRecipe,
  ) {
    const { quantizer } = network.model;
    const moved = Object.values({ ...quantizer.averages, codebook: quantizer.codebook })
      .filter(({ trainable, name }) => !trainable && !name.endsWith('.inited'))
      .map(({ name }) => name);
    this.buffers = recipe.freezeQuantizer ? [] : moved;
    const { size, width } = network.model.config.quantizer;
    const codes = { [CODEBOOK_SUMS.counts]: [size], [CODEBOOK_SUMS.vectors]: [size, width] };
    const sums = { ...codes, [CODEBOOK_SUMS.revived]: [size, width] };
    this.exchanged = this.buffers.length === 0 ? [] : Object.entries(sums).map(([name, shape]) => ({ name, shape }));
    this.mel = melOf(recipe, examples);
  }

  weights({ frame_mask: mask }: Batch): Readonly<Record<string, TermWeight>> {
    return { kl: total(mask) };
  }

  generate(batch: Tensors, dropout?: Noise, across?: AcrossRanks): Generated {
    const pass = this.network.model.trainingPass({
      codes: batch.codes,
      ssl: batch.ssl,
      text: batch.text,
      textMask: batch.text_mask,
      frameMask: batch.frame_mask,
      spectrogram: batch.spectrogram,
      speaker: batch.speaker,
      reference: batch.reference_mask && { spectrogram: batch.spectrogram, mask: batch.reference_mask },
      noise: batch.posterior_noise,
      segments: { starts: batch.starts, frames: this.segmentFrames },
      dropout,
    });
    const losses = {
      mel: l1Loss(this.mel.frames(tf.squeeze(pass.audio, [1])), batch.mel),
      kl: klLoss(pass.zp, pass.posterior.logScale, pass.prior.mean, pass.prior.logScale, batch.frame_mask),
      ...(pass.quantization && { commitment: pass.quantization.commitmentLoss }),
    } as Record<string, tf.Scalar>;
    const buffers = this.recipe.freezeQuantizer ? {} : this.movedCodebook(pass, batch, across);
    return { audio: pass.audio, recorded: batch.waveform, losses, buffers };
  }

  speak(batch: Tensors): { loss: tf.Tensor; audio: tf.Tensor } {
    const { model } = this.network;
    const { text_mask: textMask, frame_mask: frameMask, text } = batch;
    const style = model.style(batch.spectrogram, frameMask, undefined, batch.speaker);
    const latent = model.latentFromPrior({
      codes: batch.codes ?? model.extractLatent(batch.ssl),
      text,
      textMask,
      frameMask,
      style,
      noise: batch.posterior_noise,
      noiseScale: this.recipe.noiseScale,
    });
    const audio = model.decode(sliceSegments(latent, batch.starts, this.segmentFrames), style); // (B, 1, S)
    return { loss: l1Loss(this.mel.frames(tf.squeeze(audio, [1])), batch.mel), audio };
  }

  private get segmentFrames(): number {
    return this.examples.segmentSamples / this.recipe.audio.hopSamples;
  }

  /** The codebook's buffers after this batch. */
  private movedCodebook(pass: TrainingPass, batch: Tensors, across?: AcrossRanks): Tensors {
    const { quantizer } = this.network.model;
    const { averages, codebook } = quantizer;
    if (!averages || !pass.quantization) return {};
    // Averages have no gradient; taken off the tape, none is looked for.
    const rows = tf.gather(quantizer.rows(stopGradient(pass.quantization.features)), batch.vectors as tf.Tensor1D); // (N, W)
    const codes = tf.gather(tf.reshape(pass.quantization.codes, [-1]), batch.vectors as tf.Tensor1D); // (N)
    const even = (rows.shape[0] * (across?.ranks ?? 1)) / codebook.shape[0];
    const threshold = Math.min(DEAD_CODE_THRESHOLD.vectors, DEAD_CODE_THRESHOLD.share * even);
    const next = updateCodebook(
      { embed: codebook.value, embedAverage: averages.embedAverage.value, clusterSize: averages.clusterSize.value },
      rows,
      codes,
      {
        revive: { threshold, rows: batch.revived, here: batch.revived_here },
        ...(across && { sum: (what, tensor) => across.sum(CODEBOOK_SUMS[what], tensor) }),
      },
    );
    return {
      [codebook.name]: next.embed,
      [averages.embedAverage.name]: next.embedAverage,
      [averages.clusterSize.name]: next.clusterSize,
    };
  }
}

/** The mel spectrogram that segments are compared by. */
export function melOf({ audio }: Pick<ConVitsRecipe, 'audio'>, { mel }: UtteranceRecipe): LogMelSpectrogram {
  return new LogMelSpectrogram({ ...audio, ...mel });
}
