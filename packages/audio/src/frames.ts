// Cuts sound into overlapping frames. One rule for all features decides how many frames there are and where they lie.

import { requireWhole } from './errors';

/** Where frames lie. */
export interface FrameOptions {
  /** Samples from one frame to the next. */
  hopSamples: number;
  /**
   * false (default): frame t is centred on the middle of samples [t·hop, (t+1)·hop), as in VITS; floor(length ÷ hop) frames.
   * true: frame t is centred on sample t·hop, as in librosa; 1 + floor(length ÷ hop) frames.
   */
  center?: boolean;
}

/** How many frames `length` samples have. */
export function countFrames(length: number, { hopSamples, center = false }: FrameOptions): number {
  requireWhole('hopSamples', hopSamples, 1);
  if (length === 0) return 0;
  return Math.floor(length / hopSamples) + (center ? 1 : 0);
}

/** The first sample of a frame `size` samples wide; negative where the frame begins before the sound does. */
export function frameStart(frame: number, size: number, { hopSamples, center = false }: FrameOptions): number {
  const padding = Math.floor((center ? size : size - hopSamples) / 2);
  return frame * hopSamples - padding;
}

/** Copies the samples from `start` on into `target`, all of it; beyond its ends the sound is reflected about its end samples. */
export function copyFrame(samples: Float32Array, start: number, target: Float64Array): void {
  const inside = start >= 0 && start + target.length <= samples.length;
  for (let i = 0; i < target.length; i++) target[i] = samples[inside ? start + i : reflect(start + i, samples.length)];
}

function reflect(index: number, length: number): number {
  const period = 2 * (length - 1);
  if (period === 0) return 0;
  const position = ((index % period) + period) % period;
  return position < length ? position : period - position;
}
