// Equality with Kaldi's filter banks as the reference computes them (torchaudio), and what is refused.
import { existsSync } from 'node:fs';
import path from 'node:path';
import { readParityFile } from '../test/parity-file';
import { kaldiFbank } from './kaldi-fbank';

const parity = readParityFile('kaldi-fbank.safetensors', path.join(__dirname, '../test/fixtures'));
const wave = parity.get('wav_16k')!;

function expectEqual(numbers: Map<string, Float32Array>): void {
  const { data, frames, mels } = kaldiFbank(numbers.get('wav_16k')!, { sampleRate: 16_000 });
  const expected = numbers.get('fbank')!;
  expect(frames * mels).toBe(expected.length);
  const worst = data.reduce((most, value, i) => Math.max(most, Math.abs(value - expected[i])), 0);
  expect(worst).toBeLessThan(2e-3);
  const mean = data.reduce((sum, value, i) => sum + Math.abs(value - expected[i]), 0) / data.length;
  expect(mean).toBeLessThan(1e-5);
}

test('equals the reference: 80 bands, 199 frames', () => {
  expectEqual(parity);
  expect(kaldiFbank(wave, { sampleRate: 16_000 })).toMatchObject({ frames: 199, mels: 80 });
});

const other = process.env.PARITY_V2_DIR;
const name = 'eres2netv2-small.io.safetensors';
(other && existsSync(path.join(other, name)) ? test : test.skip)('equals the numbers in PARITY_V2_DIR', () => {
  expectEqual(readParityFile(name, other!));
});

test('only whole frames are taken', () => {
  const frames = (length: number) => kaldiFbank(wave.subarray(0, length), { sampleRate: 16_000 }).frames;
  expect([0, 399, 400, 559, 560].map(frames)).toEqual([0, 0, 1, 1, 2]);
});

test('a louder sound is the same but for an offset, and silence is the floor', () => {
  const once = kaldiFbank(wave, { sampleRate: 16_000 }).data;
  const louder = kaldiFbank(
    wave.map((sample) => 4 * sample),
    { sampleRate: 16_000 },
  ).data;
  expect(louder[90] - once[90]).toBeCloseTo(Math.log(16), 4);
  const silence = kaldiFbank(new Float32Array(800), { sampleRate: 16_000 }).data;
  expect(silence.every((value) => Math.abs(value - Math.log(2 ** -23)) < 1e-5)).toBe(true);
});

test('refuses options out of range and samples that are not finite', () => {
  expect(() => kaldiFbank(wave, { sampleRate: 16_000, mels: 0 })).toThrow('mels is 0');
  expect(() => kaldiFbank(wave, { sampleRate: 16_000, highHertz: 9000 })).toThrow('highHertz is 9000');
  const broken = wave.slice();
  broken[1000] = NaN;
  expect(() => kaldiFbank(broken, { sampleRate: 16_000 })).toThrow('are not all finite');
});
