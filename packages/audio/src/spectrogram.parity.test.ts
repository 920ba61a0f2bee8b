// Equality with SoVITS's spectrogram and mel (torch, librosa's Slaney filters): ../shared/fixtures/parity/README.md.
import { readParityFile } from '../test/parity-file';
import { logMelSpectrogram, melFilterBank } from './mel';
import { linearSpectrogram } from './spectrogram';

const parity = readParityFile('spectrogram-32k.safetensors');
const layout = { fftSize: 2048, hopSamples: 640, windowSamples: 2048 };
const mel = { sampleRate: 32000, fftSize: 2048, mels: 128 };

function largestDifference(actual: Float32Array, expected: Float32Array): number {
  expect(actual).toHaveLength(expected.length);
  return actual.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
}

test('the linear spectrogram equals the reference', () => {
  const spectrogram = linearSpectrogram(parity.get('wav')!, layout);
  expect([spectrogram.bins, spectrogram.frames]).toEqual([1025, 50]);
  expect(largestDifference(spectrogram.data, parity.get('spectrogram')!)).toBeLessThan(1e-4);
});

test('the mel filters equal the reference', () => {
  expect(largestDifference(melFilterBank(mel), parity.get('mel_basis')!)).toBeLessThan(1e-7);
});

test('the log-mel spectrogram equals the reference', () => {
  const { data, mels, frames } = logMelSpectrogram(parity.get('wav')!, { ...layout, ...mel });
  expect([mels, frames]).toEqual([128, 50]);
  expect(largestDifference(data, parity.get('log_mel')!)).toBeLessThan(1e-4);
});
