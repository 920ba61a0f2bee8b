// Layer normalisation over the last axis (Ba et al., 2016), with PyTorch's biased variance.
import * as tf from '@tensorflow/tfjs-core';

import { defineFusedOp } from './define-fused-op';

interface Inputs extends Readonly<Record<string, tf.Tensor | undefined>> {
  x: tf.Tensor;
  gamma: tf.Tensor;
  beta: tf.Tensor;
}

const fused = defineFusedOp<Inputs, { epsilon: number }>({
  name: 'LayerNormalization',
  compose({ x, gamma, beta }, { epsilon }) {
    const centered = tf.sub(x, tf.mean(x, -1, true));
    const variance = tf.mean(tf.square(centered), -1, true);
    return tf.add(tf.mul(tf.mul(centered, tf.rsqrt(tf.add(variance, epsilon))), gamma), beta);
  },
  record(builder, { x, gamma, beta }, { epsilon }) {
    const row = { type: x!.type, shape: [...x!.shape.slice(0, -1), 1] };
    return builder.record('LayerNormalization', [x!, gamma!, beta!], [{ type: x!.type, shape: x!.shape }, row, row], {
      attributes: { axis: -1, epsilon: { float: epsilon } },
      optionalOutputs: true,
    });
  },
  gradient(dy, { x, gamma }, [mean, inverseDeviation]) {
    const normalized = tf.mul(tf.sub(x, mean), inverseDeviation);
    const scaled = tf.mul(dy, gamma);
    const alongMean = tf.mean(scaled, -1, true);
    const alongInput = tf.mul(normalized, tf.mean(tf.mul(scaled, normalized), -1, true));
    const outer = Array.from({ length: x.rank - 1 }, (_, axis) => axis);
    return {
      x: tf.mul(inverseDeviation, tf.sub(tf.sub(scaled, alongMean), alongInput)),
      gamma: tf.sum(tf.mul(dy, normalized), outer),
      beta: tf.sum(dy, outer),
    };
  },
});

/**
 * Normalises the last axis to mean 0 and variance 1, then scales and shifts: x [..., W], gamma and beta [W].
 * Recorded as ONNX LayerNormalization.
 */
export function layerNormalization(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon = 1e-5): tf.Tensor {
  return fused({ x, gamma, beta }, { epsilon });
}
