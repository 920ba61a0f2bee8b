import { AudioError } from './errors';
import { resample } from './resample';

const sine = (hertz: number, sampleRate: number, length: number) => ({
  samples: Float32Array.from({ length }, (_, i) => 0.5 * Math.sin((2 * Math.PI * hertz * i) / sampleRate)),
  sampleRate,
});

test.each([
  [44100, 32000],
  [44100, 16000],
  [16000, 32000],
  [8000, 16000],
  [44099, 16000],
])('%i Hz to %i Hz: ceil(length × to ÷ from) samples, in step from the first block to the last', async (from, to) => {
  const length = 150_001; // more than two blocks
  const { samples, sampleRate } = await resample(sine(440, from, length), to);
  expect(sampleRate).toBe(to);
  expect(samples).toHaveLength(Math.ceil((length * to) / from));
  const expected = sine(440, to, samples.length).samples;
  let largest = 0;
  for (let i = 500; i < samples.length - 500; i++) largest = Math.max(largest, Math.abs(samples[i] - expected[i]));
  expect(largest).toBeLessThan(1e-4);
});

test('what the new rate cannot hold is taken away, what it can hold stays', async () => {
  const rms = (samples: Float32Array) =>
    Math.sqrt(samples.slice(1000, 7000).reduce((sum, value) => sum + value ** 2, 0) / 6000);
  const level = async (hertz: number) =>
    20 * Math.log10(rms((await resample(sine(hertz, 44100, 44100), 16000)).samples) / (0.5 / Math.SQRT2));
  expect(await level(9000)).toBeLessThan(-95);
  expect(Math.abs(await level(6700))).toBeLessThan(0.05);
});

test('a click keeps its place', async () => {
  const samples = new Float32Array(1000);
  samples[500] = 1;
  const slower = (await resample({ samples, sampleRate: 32000 }, 16000)).samples;
  expect(slower.indexOf(Math.max(...slower))).toBe(250);
});

test('the same rate gives the same audio; no samples give none; one gives some', async () => {
  const audio = sine(100, 16000, 10);
  expect(await resample(audio, 16000)).toBe(audio);
  expect((await resample({ samples: new Float32Array(0), sampleRate: 8000 }, 16000)).samples).toHaveLength(0);
  expect((await resample({ samples: new Float32Array(1), sampleRate: 8000 }, 16000)).samples).toEqual(
    new Float32Array(2),
  );
});

test.each([0, -1, 16000.5, NaN, 1e9])('a sample rate of %p is refused', async (sampleRate) => {
  await expect(resample(sine(100, 16000, 10), sampleRate)).rejects.toThrow(AudioError);
  await expect(resample({ samples: new Float32Array(4), sampleRate }, 16000)).rejects.toThrow(AudioError);
});
