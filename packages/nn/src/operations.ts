// The convolutions and the normalisation that the layers are built from, composed of TensorFlow.js operations: [B, C, T] layouts.
import * as tf from '@tensorflow/tfjs-core';

export interface ConvolutionOptions {
  bias?: tf.Tensor;
  stride?: number;
  padding?: number | [number, number];
  dilation?: number;
  groups?: number;
}

export interface TransposedConvolutionOptions {
  bias?: tf.Tensor;
  stride: number;
  padding: number;
  outputPadding?: number;
}

export interface PlanarConvolutionOptions {
  bias?: tf.Tensor;
  stride?: [number, number];
  padding?: [number, number];
}

export function layerNormalization(x: tf.Tensor, gamma: tf.Tensor, beta: tf.Tensor, epsilon: number): tf.Tensor {
  const centred = tf.sub(x, tf.mean(x, -1, true));
  const variance = tf.mean(tf.mul(centred, centred), -1, true);
  return tf.add(tf.mul(tf.div(centred, tf.sqrt(tf.add(variance, epsilon))), gamma), beta);
}

export function conv1d(x: tf.Tensor, w: tf.Tensor, options: ConvolutionOptions = {}): tf.Tensor {
  const { stride = 1, padding = 0, dilation = 1, groups = 1 } = options;
  const [left, right] = typeof padding === 'number' ? [padding, padding] : padding;
  // tfjs has no gradient for dilated convolutions, hence zeros between the taps.
  const spread = spaceOut(w, dilation);
  const padded = tf.pad(x, [
    [0, 0],
    [0, 0],
    [left, right],
  ]);
  const inputs = groups === 1 ? [padded] : tf.split(padded, groups, 1);
  const weights = groups === 1 ? [spread] : tf.split(spread, groups, 0);
  const parts = inputs.map((input, group) => {
    const rows = tf.expandDims(tf.transpose(input, [0, 2, 1]), 1) as tf.Tensor4D;
    const kernel = tf.expandDims(tf.transpose(weights[group], [2, 1, 0]), 0) as tf.Tensor4D;
    return tf.transpose(tf.squeeze(tf.conv2d(rows, kernel, [1, stride], 'valid'), [1]), [0, 2, 1]);
  });
  return addBias(tf.concat(parts, 1), options.bias);
}

export function convTranspose1d(x: tf.Tensor, w: tf.Tensor, options: TransposedConvolutionOptions): tf.Tensor {
  const kernel = (w as tf.Tensor3D).shape[2];
  const margin = kernel - 1 - options.padding;
  const flipped = tf.transpose(tf.reverse(w, 2), [1, 0, 2]);
  const y = conv1d(
    tf.pad(spaceOut(x, options.stride), [
      [0, 0],
      [0, 0],
      [kernel, kernel + (options.outputPadding ?? 0)],
    ]),
    flipped,
  );
  const begin = kernel - margin;
  return addBias(tf.slice(y, [0, 0, begin], [-1, -1, y.shape[2]! - 2 * begin]), options.bias);
}

export function conv2d(x: tf.Tensor, w: tf.Tensor, options: PlanarConvolutionOptions = {}): tf.Tensor {
  const { stride = [1, 1], padding = [0, 0] } = options;
  const padded = tf.pad(x, [
    [0, 0],
    [0, 0],
    [padding[0], padding[0]],
    [padding[1], padding[1]],
  ]);
  const rows = tf.transpose(padded, [0, 2, 3, 1]) as tf.Tensor4D;
  const y = tf.conv2d(rows, tf.transpose(w, [2, 3, 1, 0]) as tf.Tensor4D, stride, 'valid');
  return addBias(tf.transpose(y, [0, 3, 1, 2]), options.bias);
}

/** Puts `step` − 1 zeros between the elements of the last of three axes. */
function spaceOut(x: tf.Tensor, step: number): tf.Tensor {
  if (step === 1) return x;
  const [first, second, length] = (x as tf.Tensor3D).shape;
  const spread = tf.pad(tf.expandDims(x, -1), [
    [0, 0],
    [0, 0],
    [0, 0],
    [0, step - 1],
  ]);
  return tf.slice(tf.reshape(spread, [first, second, length * step]), [0, 0, 0], [-1, -1, (length - 1) * step + 1]);
}

function addBias(x: tf.Tensor, bias: tf.Tensor | undefined): tf.Tensor {
  if (!bias) return x;
  return tf.add(x, tf.reshape(bias, [1, -1, ...x.shape.slice(2).map(() => 1)]));
}
