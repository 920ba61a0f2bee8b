// The short-time Fourier transform and its inverse as speech enhancement models want them (torch.stft with center: frames around
// every hop, edges reflected), for any even size.
import FFT from 'fft.js';
import { DatasetError } from '../../errors';

export interface StftOptions {
  fftSize: number;
  hopSamples: number;
  /** Width of the window, in the middle of the frame; default fftSize. */
  windowSamples?: number;
  /** `sqrt-hann` for analysis and synthesis, as GTCRN has it. */
  window: 'hann' | 'sqrt-hann';
}

/** Complex numbers by frame: re and im of bin b of frame t at 2 · (t · bins + b). */
export interface ComplexFrames {
  data: Float32Array;
  bins: number;
  frames: number;
}

/** Samples → frames, 1 + floor(length ÷ hop) of them. */
export function stft(samples: Float32Array, options: StftOptions): ComplexFrames {
  const { fftSize, hopSamples } = options;
  const fourier = transformOf(fftSize);
  const window = windowOf(options);
  const bins = fftSize / 2 + 1;
  const frames = samples.length === 0 ? 0 : 1 + Math.floor(samples.length / hopSamples);
  const data = new Float32Array(2 * bins * frames);
  const frame = new Float64Array(fftSize);
  const spectrum = new Float64Array(2 * bins);
  for (let t = 0; t < frames; t++) {
    const start = t * hopSamples - fftSize / 2;
    for (let i = 0; i < fftSize; i++) frame[i] = window[i] * samples[reflected(start + i, samples.length)];
    fourier.forward(frame, spectrum);
    data.set(spectrum, 2 * bins * t);
  }
  return { data, bins, frames };
}

/** Frames → `length` samples: windowed again, added where they overlap, divided by the windows' squares. */
export function inverseStft({ data, bins, frames }: ComplexFrames, length: number, options: StftOptions): Float32Array {
  const { fftSize, hopSamples } = options;
  const fourier = transformOf(fftSize);
  const window = windowOf(options);
  const sum = new Float64Array(length);
  const weight = new Float64Array(length);
  const frame = new Float64Array(fftSize);
  for (let t = 0; t < frames; t++) {
    fourier.inverse(data.subarray(2 * bins * t, 2 * bins * (t + 1)), frame);
    const start = t * hopSamples - fftSize / 2;
    for (let i = Math.max(0, -start); i < fftSize && start + i < length; i++) {
      sum[start + i] += window[i] * frame[i];
      weight[start + i] += window[i] * window[i];
    }
  }
  return Float32Array.from(sum, (value, index) => (weight[index] > 1e-8 ? value / weight[index] : 0));
}

interface RealTransform {
  /** size real values → bins complex ones. */
  forward(frame: Float64Array, spectrum: Float64Array): void;
  /** bins complex values → size real ones. */
  inverse(spectrum: Float32Array, frame: Float64Array): void;
}

const transforms = new Map<number, RealTransform>();

function transformOf(size: number): RealTransform {
  let transform = transforms.get(size);
  if (transform === undefined) {
    if (!Number.isInteger(size) || size < 4 || size % 2 !== 0 || size > 32768) {
      throw new DatasetError('option', `fftSize is ${size}; give an even number from 4 to 32768`);
    }
    transform = (size & (size - 1)) === 0 ? fastTransform(size) : tableTransform(size);
    transforms.set(size, transform);
  }
  return transform;
}

/** What is used of fft.js, whose own types know only plain arrays. */
interface ComplexFourier {
  realTransform(output: Float64Array, input: Float64Array): void;
  inverseTransform(output: Float64Array, input: Float64Array): void;
}

function fastTransform(size: number): RealTransform {
  const fourier = new FFT(size) as unknown as ComplexFourier;
  const complex = new Float64Array(2 * size);
  const time = new Float64Array(2 * size);
  return {
    forward(frame, spectrum) {
      fourier.realTransform(complex, frame);
      spectrum.set(complex.subarray(0, size + 2));
    },
    inverse(spectrum, frame) {
      complex.set(spectrum);
      for (let k = size / 2 + 1; k < size; k++) {
        complex[2 * k] = spectrum[2 * (size - k)];
        complex[2 * k + 1] = -spectrum[2 * (size - k) + 1];
      }
      fourier.inverseTransform(time, complex);
      for (let i = 0; i < size; i++) frame[i] = time[2 * i];
    },
  };
}

/** Sizes such as 400 are rare and small: summed as the definition has it. */
function tableTransform(size: number): RealTransform {
  const bins = size / 2 + 1;
  const cosines = Float64Array.from({ length: size }, (_, i) => Math.cos((2 * Math.PI * i) / size));
  const sines = Float64Array.from({ length: size }, (_, i) => Math.sin((2 * Math.PI * i) / size));
  return {
    forward(frame, spectrum) {
      for (let k = 0; k < bins; k++) {
        let [re, im] = [0, 0];
        for (let i = 0, at = 0; i < size; i++, at = (at + k) % size) {
          re += frame[i] * cosines[at];
          im -= frame[i] * sines[at];
        }
        spectrum[2 * k] = re;
        spectrum[2 * k + 1] = im;
      }
    },
    inverse(spectrum, frame) {
      for (let i = 0; i < size; i++) {
        let sum = 0;
        for (let k = 0, at = 0; k < bins; k++, at = (at + i) % size) {
          const twice = k === 0 || k === bins - 1 ? 1 : 2;
          sum += twice * (spectrum[2 * k] * cosines[at] - spectrum[2 * k + 1] * sines[at]);
        }
        frame[i] = sum / size;
      }
    },
  };
}

function windowOf({ fftSize, windowSamples = fftSize, window }: StftOptions): Float64Array {
  const result = new Float64Array(fftSize);
  const start = Math.floor((fftSize - windowSamples) / 2);
  for (let i = 0; i < windowSamples; i++) {
    const hann = 0.5 - 0.5 * Math.cos((2 * Math.PI * i) / windowSamples);
    result[start + i] = window === 'hann' ? hann : Math.sqrt(hann);
  }
  return result;
}

function reflected(index: number, length: number): number {
  const period = 2 * (length - 1);
  if (period === 0) return 0;
  const position = ((index % period) + period) % period;
  return position < length ? position : period - position;
}
