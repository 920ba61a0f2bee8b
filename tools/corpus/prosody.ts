// What is done to an utterance after synthesis: varispeed pitch, trimming of silence, loudness. Samples are mono floats in [-1, 1].

/** Half width, in zero crossings, of the interpolation kernel, and how finely it is tabulated. */
const ZERO_CROSSINGS = 12;
const STEPS_PER_SAMPLE = 256;

/**
 * Plays samples `factor` times faster, so that pitch rises and duration falls by it (a windowed sinc; when speeding up, the
 * band above the new Nyquist frequency is removed).
 */
export function varispeed(samples: Float32Array, factor: number): Float32Array {
  const cutoff = Math.min(1, 1 / factor);
  const reach = ZERO_CROSSINGS / cutoff;
  const kernel = sincTable(cutoff, reach);
  const output = new Float32Array(Math.floor(samples.length / factor));
  for (let n = 0; n < output.length; n++) {
    const centre = n * factor;
    const last = Math.min(samples.length - 1, Math.floor(centre + reach));
    let sum = 0;
    for (let i = Math.max(0, Math.ceil(centre - reach)); i <= last; i++) {
      const position = (i < centre ? centre - i : i - centre) * STEPS_PER_SAMPLE;
      const step = position | 0;
      sum += samples[i] * (kernel[step] + (position - step) * (kernel[step + 1] - kernel[step]));
    }
    output[n] = sum;
  }
  return output;
}

/** One half of a Hann-windowed sinc low-pass, from distance 0 to `reach` samples. */
function sincTable(cutoff: number, reach: number): Float32Array {
  return Float32Array.from({ length: Math.ceil(reach * STEPS_PER_SAMPLE) + 2 }, (_, step) => {
    const distance = Math.min(step / STEPS_PER_SAMPLE, reach);
    const angle = Math.PI * distance * cutoff;
    return (
      (0.5 + 0.5 * Math.cos((Math.PI * distance) / reach)) * (step === 0 ? cutoff : (cutoff * Math.sin(angle)) / angle)
    );
  });
}

export interface TrimOptions {
  sampleRate: number;
  /** Silence kept before and after the speech. */
  keepSeconds: number;
  /** A 10 ms block this far below the loudest one counts as silence. */
  silenceDecibels: number;
}

/** Cuts leading and trailing silence down to `keepSeconds`. */
export function trimSilence(
  samples: Float32Array,
  { sampleRate, keepSeconds, silenceDecibels }: TrimOptions,
): Float32Array {
  const block = Math.round(sampleRate / 100);
  const energies = Array.from({ length: Math.floor(samples.length / block) }, (_, index) =>
    meanSquare(samples, index * block, (index + 1) * block),
  );
  const threshold = Math.max(...energies, 0) * 10 ** (-silenceDecibels / 10);
  const first = energies.findIndex((energy) => energy > threshold);
  if (first < 0) return samples;
  const last = energies.findLastIndex((energy) => energy > threshold);
  const keep = Math.round(keepSeconds * sampleRate);
  return samples.slice(Math.max(0, first * block - keep), Math.min(samples.length, (last + 1) * block + keep));
}

/**
 * Scales speech to a level: the root mean square, in decibels below full scale, of the blocks that are not silent. Peaks stay below 0.98.
 */
export function setLevel(samples: Float32Array, sampleRate: number, decibels: number): Float32Array {
  const block = Math.round(sampleRate / 50);
  const energies = Array.from({ length: Math.ceil(samples.length / block) }, (_, index) =>
    meanSquare(samples, index * block, (index + 1) * block),
  );
  const threshold = Math.max(...energies, 0) / 1000;
  const loud = energies.filter((energy) => energy > threshold);
  if (loud.length === 0) return samples;
  const level = Math.sqrt(loud.reduce((sum, energy) => sum + energy, 0) / loud.length);
  const peak = samples.reduce((largest, sample) => Math.max(largest, Math.abs(sample)), 0);
  const gain = Math.min(10 ** (decibels / 20) / level, 0.98 / peak);
  return samples.map((sample) => sample * gain);
}

function meanSquare(samples: Float32Array, start: number, end: number): number {
  const stop = Math.min(end, samples.length);
  let sum = 0;
  for (let i = start; i < stop; i++) sum += samples[i] * samples[i];
  return sum / Math.max(1, stop - start);
}
