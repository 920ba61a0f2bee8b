// Linear magnitude spectrograms as SoVITS makes them (upstream module/mel_processing.py): Hann window, reflected edges.
import { requireWhole } from './errors';
import { PowerSpectrum, requireFourierSize } from './fourier';
import { copyFrame, countFrames, frameStart, type FrameOptions } from './frames';

/** How a spectrogram is made. */
export interface SpectrogramOptions extends FrameOptions {
  /** Samples a frame is transformed over: a power of two. */
  fftSize: number;
  /** Width of the Hann window, at most fftSize, in the middle of the frame. Default fftSize. */
  windowSamples?: number;
}

/** A matrix [bins, frames], row by row: `data[bin × frames + frame]`. */
export interface Spectrogram {
  data: Float32Array;
  bins: number;
  frames: number;
}

/** Added to the power before its root is taken, so that training has a gradient at silence. */
const POWER_OFFSET = 1e-6;

/**
 * Magnitude spectrogram √(|X|² + 1e-6): with `center` false (default) floor(length ÷ hop) frames, as SoVITS has them.
 *
 * @throws AudioError for an fftSize that is not a power of two, or a window wider than it
 */
export function linearSpectrogram(samples: Float32Array, options: SpectrogramOptions): Spectrogram {
  const bins = options.fftSize / 2 + 1;
  const frames = countFrames(samples.length, options);
  const data = new Float32Array(bins * frames);
  forEachPowerSpectrum(samples, options, (power, frame) => {
    for (let bin = 0; bin < bins; bin++) data[bin * frames + frame] = Math.sqrt(power[bin] + POWER_OFFSET);
  });
  return { data, bins, frames };
}

/** Calls `visit` with |X|² of every windowed frame in order; the array is reused from frame to frame. */
export function forEachPowerSpectrum(
  samples: Float32Array,
  options: SpectrogramOptions,
  visit: (power: Float64Array, frame: number) => void,
): void {
  const { fftSize, hopSamples, windowSamples = fftSize } = options;
  requireFourierSize('fftSize', fftSize);
  requireWhole('hopSamples', hopSamples, 1);
  requireWhole('windowSamples', windowSamples, 1, fftSize);
  const spectrum = new PowerSpectrum(fftSize);
  const window = hannWindow(windowSamples, fftSize);
  const frame = new Float64Array(fftSize);
  const power = new Float64Array(spectrum.bins);
  const frames = countFrames(samples.length, options);
  for (let t = 0; t < frames; t++) {
    copyFrame(samples, frameStart(t, fftSize, options), frame);
    for (let i = 0; i < fftSize; i++) frame[i] *= window[i];
    spectrum.compute(frame, power);
    visit(power, t);
  }
}

/** A periodic Hann window of `width` samples in the middle of `size` (the rest is 0). */
function hannWindow(width: number, size: number): Float64Array {
  const window = new Float64Array(size);
  const start = Math.floor((size - width) / 2);
  for (let i = 0; i < width; i++) window[start + i] = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / width);
  return window;
}
