// The losses of ConVITS (VITS, sections 2.1 and 2.2; HiFi-GAN, section 2.4; upstream `losses`). All return scalars, unweighted:
// upstream weighs mel 45, KL 1, adversarial 1, feature matching 1 (its factor 2 is inside), commitment 1.
import * as tf from '@tensorflow/tfjs-core';
import { type DiscriminatorOutput } from './discriminator-output';
import { detached } from './tensors';

/**
 * Distance of the posterior's sample from the prior, per frame: z_p is that sample after the flow, logScaleQ the posterior's
 * log σ, meanP and logScaleP the prior. All [B, Z, F]; mask [B, 1, F].
 */
export function klLoss(
  zp: tf.Tensor,
  logScaleQ: tf.Tensor,
  meanP: tf.Tensor,
  logScaleP: tf.Tensor,
  mask: tf.Tensor,
): tf.Tensor {
  const quadratic = tf.mul(tf.mul(tf.squaredDifference(zp, meanP), tf.exp(tf.mul(logScaleP, -2))), 0.5);
  const divergence = tf.add(tf.sub(tf.sub(logScaleP, logScaleQ), 0.5), quadratic);
  return tf.div(tf.sum(tf.mul(divergence, mask)), tf.sum(mask));
}

/** Attention below this is as good as none. */
const LEAST_ATTENTION = 1e-5;

/**
 * How far the attention of frames to phonemes is from where the phonemes are known to sound: the cross entropy, in nats a frame.
 * attention [B, N, F, L] of N heads, of which it is enough that they look there together; alignment [B, F, L], whose rows are
 * distributions, or 0 where nothing is known.
 */
export function alignmentLoss(attention: tf.Tensor, alignment: tf.Tensor): tf.Tensor {
  const seen = tf.log(tf.add(tf.mean(attention, 1), LEAST_ATTENTION)); // (B, F, L)
  return tf.neg(tf.div(tf.sum(tf.mul(seen, alignment)), tf.add(tf.sum(alignment), 1)));
}

const sumOf = (terms: tf.Tensor[]): tf.Tensor => terms.reduce((sum, term) => tf.add(sum, term));

/** LS-GAN: the discriminators draw real scores to 1 and fake ones to 0. Hand in judgements of detached fakes. */
export function discriminatorLoss(
  real: Pick<DiscriminatorOutput, 'score'>[],
  fake: Pick<DiscriminatorOutput, 'score'>[],
): tf.Tensor {
  return sumOf([
    ...real.map(({ score }) => tf.mean(tf.squaredDifference(score, 1))),
    ...fake.map(({ score }) => tf.mean(tf.square(score))),
  ]);
}

/** LS-GAN: the generator draws fake scores to 1. */
export function generatorLoss(fake: Pick<DiscriminatorOutput, 'score'>[]): tf.Tensor {
  return sumOf(fake.map(({ score }) => tf.mean(tf.squaredDifference(score, 1))));
}

/** Twice the sum over all layers of the mean absolute difference; no gradient into the real side. */
export function featureMatchingLoss(
  real: Pick<DiscriminatorOutput, 'features'>[],
  fake: Pick<DiscriminatorOutput, 'features'>[],
): tf.Tensor {
  const terms = real.flatMap(({ features }, index) =>
    features.map((feature, layer) => l1Loss(detached(feature), fake[index].features[layer])),
  );
  return tf.mul(sumOf(terms), 2);
}

/** Mean |a − b|. */
export function l1Loss(a: tf.Tensor, b: tf.Tensor): tf.Tensor {
  return tf.mean(tf.abs(tf.sub(a, b)));
}
