// Equality with librosa (soxr HQ) on a tone, away from its ends: ../shared/fixtures/parity/README.md.
import { readParityFile } from '../test/parity-file';
import { resample } from './resample';

const parity = readParityFile('resample.safetensors');

/** Power of `expected` over the power of the difference, in decibels, over the middle of both. */
function middleSignalToNoise(actual: Float32Array, expected: Float32Array): number {
  const margin = Math.floor(expected.length / 4);
  let signal = 0;
  let noise = 0;
  for (let i = margin; i < expected.length - margin; i++) {
    signal += expected[i] ** 2;
    noise += (actual[i] - expected[i]) ** 2;
  }
  return 10 * Math.log10(signal / noise);
}

describe('resample, against librosa', () => {
  test.each([
    [32000, 'out_32000_kaiser_best_soxr_hq'],
    [16000, 'out_16000_soxr_hq'],
  ])('44.1 kHz to %i Hz agrees within 60 dB', async (sampleRate, name) => {
    const expected = parity.get(name)!;
    const { samples } = await resample({ samples: parity.get('in_44100')!, sampleRate: 44100 }, sampleRate);
    expect(samples).toHaveLength(expected.length);
    expect(middleSignalToNoise(samples, expected)).toBeGreaterThan(90);
  });
});
