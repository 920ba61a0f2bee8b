// Log-mel filter banks as Kaldi's compute-fbank-feats makes them (Povey et al. 2011, "The Kaldi Speech Recognition Toolkit";
// feat/feature-window.cc and feat/mel-computations.cc; torchaudio.compliance.kaldi agrees), without dither: what speaker encoders
// read. Nothing of it is like the Slaney bands of `mel.ts`: other window, other scale, other filters.
import { AudioError, requireNumber, requireWhole } from './errors';
import { PowerSpectrum } from './fourier';

/** How filter banks are made; defaults are Kaldi's. */
export interface KaldiFbankOptions {
  sampleRate: number;
  /** Number of bands. Default 80, as speaker encoders have it (Kaldi: 23). */
  mels?: number;
  /** Samples of a frame, in milliseconds. Default 25. */
  frameMilliseconds?: number;
  /** From one frame to the next, in milliseconds. Default 10. */
  shiftMilliseconds?: number;
  /** Lower edge of the first band. Default 20. */
  lowHertz?: number;
  /** Upper edge of the last band. Default half the sample rate. */
  highHertz?: number;
}

/** A matrix [frames, mels], row by row: `data[frame × mels + mel]`. */
export interface KaldiFbank {
  data: Float32Array;
  frames: number;
  mels: number;
}

const PREEMPHASIS = 0.97;
/** The "Povey" window is a Hann window to this power: it does not quite reach zero. */
const WINDOW_POWER = 0.85;
/** Energies are not taken below float32's epsilon before the logarithm. */
const ENERGY_FLOOR = 2 ** -23;

const melOfHertz = (hertz: number) => 1127 * Math.log(1 + hertz / 700);

/**
 * Natural logarithms of mel band energies of samples as they are (Kaldi itself reads 16-bit numbers, others ±1; the caller scales).
 * Only whole frames are taken: 1 + floor((length − frame) ÷ shift) of them, none of a sound shorter than a frame.
 * @throws AudioError for options out of range, or samples that are not finite
 */
export function kaldiFbank(samples: Float32Array, options: KaldiFbankOptions): KaldiFbank {
  const { sampleRate, mels = 80, frameMilliseconds = 25, shiftMilliseconds = 10, lowHertz = 20 } = options;
  const { highHertz = sampleRate / 2 } = options;
  requireWhole('sampleRate', sampleRate, 1000, 1_000_000);
  requireNumber('frameMilliseconds', frameMilliseconds, 1, 1000);
  requireNumber('shiftMilliseconds', shiftMilliseconds, 1, 1000);
  requireNumber('highHertz', highHertz, 1, sampleRate / 2);
  requireNumber('lowHertz', lowHertz, 0, highHertz);
  const length = Math.floor((sampleRate * frameMilliseconds) / 1000);
  const shift = Math.floor((sampleRate * shiftMilliseconds) / 1000);
  const size = 2 ** Math.max(2, Math.ceil(Math.log2(length)));
  requireWhole('mels', mels, 1, size / 2);
  const frames = samples.length < length ? 0 : 1 + Math.floor((samples.length - length) / shift);
  const spectrum = new PowerSpectrum(size);
  const window = poveyWindow(length);
  const bands = kaldiBands({ sampleRate, size, mels, lowHertz, highHertz });
  const frame = new Float64Array(size);
  const power = new Float64Array(spectrum.bins);
  const data = new Float32Array(frames * mels);
  for (let t = 0; t < frames; t++) {
    windowed(samples, t * shift, window, frame);
    spectrum.compute(frame, power);
    bands.forEach(({ firstBin, weights }, mel) => {
      let energy = 0;
      for (let i = 0; i < weights.length; i++) energy += weights[i] * power[firstBin + i];
      // A NaN sample makes NaN energies, and `Math.max` keeps them.
      data[t * mels + mel] = Math.log(Math.max(energy, ENERGY_FLOOR));
    });
    if (Number.isNaN(data[t * mels])) {
      throw new AudioError('not-finite', `samples from ${t * shift} to ${t * shift + length} are not all finite`);
    }
  }
  return { data, frames, mels };
}

/** The samples from `start` on, their mean removed, high frequencies raised, windowed, followed by zeros. */
function windowed(samples: Float32Array, start: number, window: Float64Array, frame: Float64Array): void {
  const { length } = window;
  let mean = 0;
  for (let i = 0; i < length; i++) mean += samples[start + i];
  mean /= length;
  let previous = samples[start] - mean;
  for (let i = 0; i < length; i++) {
    const sample = samples[start + i] - mean;
    frame[i] = (sample - PREEMPHASIS * previous) * window[i];
    previous = sample;
  }
}

function poveyWindow(length: number): Float64Array {
  return Float64Array.from(
    { length },
    (_, i) => (0.5 - 0.5 * Math.cos((2 * Math.PI * i) / (length - 1))) ** WINDOW_POWER,
  );
}

/** Triangles of height 1 that are straight on the mel scale, not in Hertz; the bin at half the sample rate is not read. */
function kaldiBands(layout: {
  sampleRate: number;
  size: number;
  mels: number;
  lowHertz: number;
  highHertz: number;
}): { firstBin: number; weights: Float64Array }[] {
  const { sampleRate, size, mels, lowHertz, highHertz } = layout;
  const lowMel = melOfHertz(lowHertz);
  const step = (melOfHertz(highHertz) - lowMel) / (mels + 1);
  const melOfBin = Float64Array.from({ length: size / 2 }, (_, bin) => melOfHertz((bin * sampleRate) / size));
  return Array.from({ length: mels }, (_, band) => {
    const left = lowMel + band * step;
    const weights = melOfBin.map((mel) => Math.max(0, Math.min((mel - left) / step, (left + 2 * step - mel) / step)));
    const firstBin = Math.max(
      0,
      weights.findIndex((weight) => weight > 0),
    );
    return { firstBin, weights: weights.slice(firstBin, weights.findLastIndex((weight) => weight > 0) + 1) };
  });
}
