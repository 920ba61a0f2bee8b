// Batch normalisation with the running statistics of a trained network is a factor and an offset for each output channel of the
// convolution before it (Ioffe & Szegedy 2015): both go into that convolution's kernel and bias, and the norms are gone.
import type { ArrayTensor } from '@gpt-talker/checkpoint';
import { SpeakerEncoderError } from './errors';

const EPSILON = 1e-5;
const NORM = /^(.*?)\.?(bn(\d)|bns\.(\d+)|shortcut\.1|local_att\.([14]))\.running_var$/;

/** The convolution that a norm stands behind: `bn1` → `conv1`, `bns.2` → `convs.2`, `shortcut.1` → `shortcut.0`, `local_att.4` → `local_att.3`. */
function convolutionOf(norm: string): string {
  return norm
    .replace(/(^|\.)bn(\d)$/, '$1conv$2')
    .replace(/(^|\.)bns\.(\d+)$/, '$1convs.$2')
    .replace(/(^|\.)shortcut\.1$/, '$1shortcut.0')
    .replace(/(^|\.)local_att\.([14])$/, (_, dot: string, place: string) => `${dot}local_att.${Number(place) - 1}`);
}

/**
 * An ERes2NetV2's weights with every batch norm folded into the convolution before it, which has a `bias` then. Other weights stay
 * as they are. @throws SpeakerEncoderError `weights` where a norm lacks a part, or its convolution is not there
 */
export function foldBatchNorms(weights: ReadonlyMap<string, ArrayTensor>, source: string): Map<string, ArrayTensor> {
  const folded = new Map(weights);
  for (const name of weights.keys()) {
    if (!NORM.test(name)) continue;
    const norm = name.slice(0, -'.running_var'.length);
    const convolution = convolutionOf(norm);
    const part = (key: string): ArrayTensor => {
      folded.delete(key);
      const found = weights.get(key);
      if (found) return found;
      throw new SpeakerEncoderError('weights', `${source}: the weights lack ${key}; give a whole speaker encoder`);
    };
    const [scale, shift, mean, variance] = ['weight', 'bias', 'running_mean', 'running_var'].map(
      (key) => part(`${norm}.${key}`).data,
    );
    const kernel = part(`${convolution}.weight`);
    const ownBias = weights.get(`${convolution}.bias`)?.data;
    const channels = kernel.shape[0];
    const factors = Float64Array.from(
      { length: channels },
      (_, index) => scale[index] / Math.sqrt(variance[index] + EPSILON),
    );
    const each = kernel.data.length / channels;
    const scaled = new Float32Array(kernel.data.length);
    // `Float32Array.from` with a function gathers a list first: seconds for tens of millions of weights.
    for (let index = 0; index < scaled.length; index++)
      scaled[index] = kernel.data[index] * factors[Math.floor(index / each)];
    folded.set(`${convolution}.weight`, { ...kernel, data: scaled });
    folded.set(`${convolution}.bias`, {
      shape: [channels],
      dtype: 'float32',
      data: Float32Array.from(
        factors,
        (factor, index) => shift[index] + ((ownBias?.[index] ?? 0) - mean[index]) * factor,
      ),
    });
  }
  return folded;
}
