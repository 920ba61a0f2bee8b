// Mel filters in Slaney's form (Auditory Toolbox, 1998; librosa's default), and log-mel spectrograms as SoVITS makes them.
import { requireNumber, requireWhole } from './errors';
import { requireFourierSize } from './fourier';
import { countFrames } from './frames';
import { forEachPowerSpectrum, type SpectrogramOptions } from './spectrogram';

/** Which mel bands, over which frequencies. */
export interface MelOptions {
  sampleRate: number;
  fftSize: number;
  /** Number of bands. */
  mels: number;
  /** Lower edge of the first band. Default 0. */
  lowHertz?: number;
  /** Upper edge of the last band. Default half the sample rate. */
  highHertz?: number;
}

/** The mel scale's linear part ends here, its logarithmic part begins. */
const BREAK_HERTZ = 1000;
const HERTZ_PER_MEL = 200 / 3;
const BREAK_MEL = BREAK_HERTZ / HERTZ_PER_MEL;
const LOG_STEP = Math.log(6.4) / 27;

const hertzToMel = (hertz: number) =>
  hertz < BREAK_HERTZ ? hertz / HERTZ_PER_MEL : BREAK_MEL + Math.log(hertz / BREAK_HERTZ) / LOG_STEP;
const melToHertz = (mel: number) =>
  mel < BREAK_MEL ? mel * HERTZ_PER_MEL : BREAK_HERTZ * Math.exp(LOG_STEP * (mel - BREAK_MEL));

/** Triangular filters [mels, fftSize ÷ 2 + 1], row by row, each of area 1 over its frequencies. */
export function melFilterBank(options: MelOptions): Float32Array {
  const { sampleRate, fftSize, mels, lowHertz = 0, highHertz = sampleRate / 2 } = options;
  requireWhole('sampleRate', sampleRate, 1);
  requireFourierSize('fftSize', fftSize);
  requireWhole('mels', mels, 1, fftSize);
  requireNumber('highHertz', highHertz, 1, sampleRate / 2);
  requireNumber('lowHertz', lowHertz, 0, highHertz);
  const bins = fftSize / 2 + 1;
  const edges = bandEdges({ mels, lowHertz, highHertz });
  const filters = new Float32Array(mels * bins);
  for (let mel = 0; mel < mels; mel++) {
    const [low, middle, high] = edges.slice(mel, mel + 3);
    for (let bin = 0; bin < bins; bin++) {
      const hertz = (bin * sampleRate) / fftSize;
      const weight = Math.min((hertz - low) / (middle - low), (high - hertz) / (high - middle));
      if (weight > 0) filters[mel * bins + bin] = (weight * 2) / (high - low);
    }
  }
  return filters;
}

/** The frequencies, in Hz, at which the bands' filters have their peaks. */
export function melBandHertz({ sampleRate, mels, lowHertz = 0, highHertz = sampleRate / 2 }: MelOptions): Float64Array {
  return Float64Array.from(bandEdges({ mels, lowHertz, highHertz }).slice(1, -1));
}

/** Where the bands begin, peak and end: evenly spaced on the mel scale. */
function bandEdges({ mels, lowHertz, highHertz }: { mels: number; lowHertz: number; highHertz: number }): number[] {
  const lowMel = hertzToMel(lowHertz);
  const stepMel = (hertzToMel(highHertz) - lowMel) / (mels + 1);
  return Array.from({ length: mels + 2 }, (_, i) => melToHertz(lowMel + i * stepMel));
}

/** A mel filter bank that visits only the bins where a band is not 0. */
export class MelFilters {
  private readonly bands: { firstBin: number; weights: Float32Array }[];

  constructor(options: MelOptions) {
    const bins = options.fftSize / 2 + 1;
    const filters = melFilterBank(options);
    this.bands = Array.from({ length: options.mels }, (_, mel) => {
      const row = filters.subarray(mel * bins, (mel + 1) * bins);
      const firstBin = Math.max(
        0,
        row.findIndex((weight) => weight > 0),
      );
      return { firstBin, weights: row.slice(firstBin, row.findLastIndex((weight) => weight > 0) + 1) };
    });
  }

  /** Fills `target` (one value a band) from `spectrum` (one value a bin). */
  apply(spectrum: Float64Array, target: Float64Array): void {
    this.bands.forEach(({ firstBin, weights }, mel) => {
      let sum = 0;
      for (let i = 0; i < weights.length; i++) sum += weights[i] * spectrum[firstBin + i];
      target[mel] = sum;
    });
  }
}

/** How a log-mel spectrogram is made. */
export interface LogMelOptions extends SpectrogramOptions, MelOptions {
  /** Bands are not taken below this before the logarithm. Default 1e-5. */
  floor?: number;
}

/** A matrix [mels, frames], row by row: `data[mel × frames + frame]`. */
export interface LogMelSpectrogram {
  data: Float32Array;
  mels: number;
  frames: number;
}

const POWER_OFFSET = 1e-6;

/** Natural logarithm of the mel bands of the magnitude spectrogram (see `linearSpectrogram`), none below log(floor). */
export function logMelSpectrogram(samples: Float32Array, options: LogMelOptions): LogMelSpectrogram {
  const { mels, floor = 1e-5 } = options;
  const filters = new MelFilters(options);
  const frames = countFrames(samples.length, options);
  const data = new Float32Array(mels * frames);
  const bands = new Float64Array(mels);
  forEachPowerSpectrum(samples, options, (power, frame) => {
    for (let bin = 0; bin < power.length; bin++) power[bin] = Math.sqrt(power[bin] + POWER_OFFSET);
    filters.apply(power, bands);
    for (let mel = 0; mel < mels; mel++) data[mel * frames + frame] = Math.log(Math.max(bands[mel], floor));
  });
  return { data, mels, frames };
}
