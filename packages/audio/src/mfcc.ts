// Mel-frequency cepstral coefficients: the orthonormal DCT-II of mel bands in decibels, as librosa defines them.
import { requireNumber, requireWhole } from './errors';
import { countFrames } from './frames';
import { MelFilters, type MelOptions } from './mel';
import { forEachPowerSpectrum, type SpectrogramOptions } from './spectrogram';

/** How mel bands in decibels are made. */
export interface MelDecibelsOptions extends SpectrogramOptions, MelOptions {
  /** Bands this many decibels below the loudest of the whole sound are raised to that level. Default 80. */
  rangeDecibels?: number;
}

/** A matrix [frames, mels], row by row: `data[frame × mels + mel]`. */
export interface MelDecibels {
  data: Float32Array;
  frames: number;
  mels: number;
}

/** How coefficients are made. */
export interface MfccOptions extends MelDecibelsOptions {
  /** How many coefficients to keep, the first of which is the level. At most `mels`. */
  coefficients: number;
}

/** A matrix [frames, coefficients], row by row: `data[frame × coefficients + coefficient]`. */
export interface Mfcc {
  data: Float32Array;
  frames: number;
  coefficients: number;
}

const MINIMUM_POWER = 1e-10;

/** Mel-frequency cepstral coefficients of every frame. */
export function mfcc(samples: Float32Array, options: MfccOptions): Mfcc {
  const { mels, coefficients } = options;
  requireWhole('coefficients', coefficients, 1, mels);
  const { data, frames } = melDecibels(samples, options);
  return { data: cosineTransform(data, mels, coefficients), frames, coefficients };
}

/** The power in every mel band, in decibels: what MFCC are the cosine transform of. */
export function melDecibels(samples: Float32Array, options: MelDecibelsOptions): MelDecibels {
  const { mels, rangeDecibels = 80 } = options;
  requireNumber('rangeDecibels', rangeDecibels, 1, 1000);
  const filters = new MelFilters(options);
  const frames = countFrames(samples.length, options);
  const bands = new Float64Array(mels);
  const data = new Float32Array(frames * mels);
  let loudest = -Infinity;
  forEachPowerSpectrum(samples, options, (power, frame) => {
    filters.apply(power, bands);
    for (let mel = 0; mel < mels; mel++) {
      const level = 10 * Math.log10(Math.max(bands[mel], MINIMUM_POWER));
      data[frame * mels + mel] = level;
      if (level > loudest) loudest = level;
    }
  });
  const lowest = loudest - rangeDecibels;
  for (let i = 0; i < data.length; i++) if (data[i] < lowest) data[i] = lowest;
  return { data, frames, mels };
}

/** The first `coefficients` of the orthonormal DCT-II of every row of [rows, width]: a matrix [rows, coefficients]. */
export function cosineTransform(matrix: Float32Array, width: number, coefficients: number): Float32Array {
  const basis = new Float64Array(coefficients * width);
  for (let k = 0; k < coefficients; k++) {
    const scale = Math.sqrt((k === 0 ? 1 : 2) / width);
    for (let n = 0; n < width; n++) basis[k * width + n] = scale * Math.cos((Math.PI * k * (2 * n + 1)) / (2 * width));
  }
  const rows = matrix.length / width;
  const output = new Float32Array(rows * coefficients);
  for (let row = 0; row < rows; row++) {
    for (let k = 0; k < coefficients; k++) {
      let sum = 0;
      for (let n = 0; n < width; n++) sum += matrix[row * width + n] * basis[k * width + n];
      output[row * coefficients + k] = sum;
    }
  }
  return output;
}
