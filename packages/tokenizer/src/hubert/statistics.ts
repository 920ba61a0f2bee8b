// Mean and variance over a whole recording of what HuBERT's first convolution makes of it, channel by channel: that convolution's
// norm is over all time. Long recordings are measured piece by piece and put together (Chan et al. 1979), which is exact.
import type { HostTensor, Session } from '@gpt-talker/runtime';
import { FIRST_KERNEL, FIRST_STRIDE } from './config';

/** Outputs of the convolution in one piece: ten seconds. */
const PIECE_STEPS = 32_000;

export async function recordingStatistics(
  session: Session,
  samples: Float32Array,
  signal?: AbortSignal,
): Promise<{ mean: HostTensor; variance: HostTensor }> {
  const steps = Math.floor((samples.length - FIRST_KERNEL) / FIRST_STRIDE) + 1;
  let measured = 0;
  let mean = new Float64Array(0);
  /** Sum of squared distances from the mean. */
  let spread = new Float64Array(0);
  for (let from = 0; from < steps; from += PIECE_STEPS) {
    const count = Math.min(PIECE_STEPS, steps - from);
    const piece = samples.slice(from * FIRST_STRIDE, (from + count - 1) * FIRST_STRIDE + FIRST_KERNEL);
    const input: HostTensor = { type: 'float32', data: piece, dims: [1, piece.length] };
    const found = await session.run({ samples: input }, { signal });
    const [ownMean, ownVariance] = [found.mean.data as Float32Array, found.variance.data as Float32Array];
    if (measured === 0) [mean, spread] = [new Float64Array(ownMean.length), new Float64Array(ownMean.length)];
    const total = measured + count;
    ownMean.forEach((value, channel) => {
      const distance = value - mean[channel];
      mean[channel] += (distance * count) / total;
      spread[channel] += ownVariance[channel] * count + (distance * distance * measured * count) / total;
    });
    measured = total;
  }
  const dims = [1, mean.length];
  return {
    mean: { type: 'float32', data: Float32Array.from(mean), dims },
    variance: { type: 'float32', data: Float32Array.from(spread, (sum) => sum / measured), dims },
  };
}
