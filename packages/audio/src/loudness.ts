// How loud sound is: root mean square and decibels, and integrated loudness after ITU-R BS.1770-4 (K-weighting and gating).
import { type Audio } from './audio';
import { requireWhole } from './errors';

/** Root mean square of `samples`; 0 when there are none. */
export function rootMeanSquare(samples: Float32Array): number {
  let sum = 0;
  for (let i = 0; i < samples.length; i++) sum += samples[i] * samples[i];
  return samples.length === 0 ? 0 : Math.sqrt(sum / samples.length);
}

/** The largest absolute sample; 0 when there are none. */
export function peak(samples: Float32Array): number {
  let largest = 0;
  for (let i = 0; i < samples.length; i++) {
    const size = samples[i] < 0 ? -samples[i] : samples[i];
    if (size > largest) largest = size;
  }
  return largest;
}

/** An amplitude in decibels, 0 dB for an amplitude of 1; never below `floor`. */
export function decibels(amplitude: number, floor = -120): number {
  return Math.max(floor, 20 * Math.log10(Math.max(amplitude, 0)));
}

/** The amplitude that `value` decibels stand for. */
export function amplitudeFromDecibels(value: number): number {
  return 10 ** (value / 20);
}

const BLOCK_SECONDS = 0.4;
const BLOCK_OVERLAP = 4;
const ABSOLUTE_GATE = -70;
const RELATIVE_GATE = -10;

/**
 * Integrated loudness in LUFS of one channel (ITU-R BS.1770-4): a full-scale 997 Hz sine is −3.01. Sound shorter than
 * 0.4 s counts as one block; silence gives −Infinity.
 */
export function integratedLoudness({ samples, sampleRate }: Audio): number {
  requireWhole('sampleRate', sampleRate, 1);
  const powers = blockPowers(weigh(samples, sampleRate), sampleRate);
  const loud = powers.filter((power) => loudness(power) > ABSOLUTE_GATE);
  const gate = loudness(mean(loud)) + RELATIVE_GATE;
  return loudness(mean(loud.filter((power) => loudness(power) > gate)));
}

const loudness = (power: number) => -0.691 + 10 * Math.log10(power);
const mean = (values: number[]) =>
  values.length === 0 ? 0 : values.reduce((sum, value) => sum + value, 0) / values.length;

function blockPowers(samples: Float64Array, sampleRate: number): number[] {
  const length = Math.min(samples.length, Math.round(BLOCK_SECONDS * sampleRate));
  const step = Math.max(1, Math.round((BLOCK_SECONDS * sampleRate) / BLOCK_OVERLAP));
  const powers: number[] = [];
  if (length === 0) return powers;
  for (let start = 0; start + length <= samples.length; start += step) {
    let sum = 0;
    for (let i = start; i < start + length; i++) sum += samples[i] * samples[i];
    powers.push(sum / length);
  }
  return powers;
}

/** K-weighting: a shelf that stands for the head, then a high-pass. The constants are the analogue prototypes of BS.1770's filters. */
function weigh(samples: Float32Array, sampleRate: number): Float64Array {
  const shelf = highShelf(sampleRate, {
    hertz: 1681.974450955533,
    gain: 3.999843853973347,
    quality: 0.7071752369554196,
  });
  const pass = highPass(sampleRate, { hertz: 38.13547087602444, quality: 0.5003270373238773 });
  return filter(filter(Float64Array.from(samples), shelf), pass);
}

interface Biquad {
  b: [number, number, number];
  a: [number, number, number];
}

function highShelf(
  sampleRate: number,
  { hertz, gain, quality }: { hertz: number; gain: number; quality: number },
): Biquad {
  const k = Math.tan((Math.PI * hertz) / sampleRate);
  const high = 10 ** (gain / 20);
  const middle = high ** 0.4996667741545416;
  return {
    b: [high + (middle * k) / quality + k * k, 2 * (k * k - high), high - (middle * k) / quality + k * k],
    a: [1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k],
  };
}

function highPass(sampleRate: number, { hertz, quality }: { hertz: number; quality: number }): Biquad {
  const k = Math.tan((Math.PI * hertz) / sampleRate);
  const a: Biquad['a'] = [1 + k / quality + k * k, 2 * (k * k - 1), 1 - k / quality + k * k];
  return { b: [a[0], -2 * a[0], a[0]], a }; // the numerator is 1, −2, 1 as the standard has it: not normalised
}

function filter(samples: Float64Array, { b, a }: Biquad): Float64Array {
  let [x1, x2, y1, y2] = [0, 0, 0, 0];
  const output = new Float64Array(samples.length);
  for (let i = 0; i < samples.length; i++) {
    const x = samples[i];
    const y = (b[0] * x + b[1] * x1 + b[2] * x2 - a[1] * y1 - a[2] * y2) / a[0];
    [x2, x1, y2, y1] = [x1, x, y1, y];
    output[i] = y;
  }
  return output;
}
