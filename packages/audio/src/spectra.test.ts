// Frames, spectrogram, mel and MFCC against plain definitions, and at the edges.
import { AudioError } from './errors';
import { copyFrame, countFrames, frameStart } from './frames';
import { logMelSpectrogram, melFilterBank } from './mel';
import { mfcc } from './mfcc';
import { linearSpectrogram } from './spectrogram';

const wave = Float32Array.from({ length: 300 }, (_, i) => 0.4 * Math.sin(i / 3) + 0.2 * Math.sin(i * 1.1 + 1));

/** |DFT|² of a Hann-windowed frame by the definition. */
function powerByDefinition(frame: number[]): number[] {
  const size = frame.length;
  return Array.from({ length: size / 2 + 1 }, (_, bin) => {
    let [re, im] = [0, 0];
    frame.forEach((value, n) => {
      const windowed = value * (0.5 - 0.5 * Math.cos((2 * Math.PI * n) / size));
      re += windowed * Math.cos((2 * Math.PI * bin * n) / size);
      im -= windowed * Math.sin((2 * Math.PI * bin * n) / size);
    });
    return re * re + im * im;
  });
}

test('frames lie in the middle of their hop, or on its first sample when centred', () => {
  expect([countFrames(300, { hopSamples: 32 }), countFrames(300, { hopSamples: 32, center: true })]).toEqual([9, 10]);
  expect(frameStart(2, 64, { hopSamples: 32 })).toBe(48);
  expect(frameStart(2, 64, { hopSamples: 32, center: true })).toBe(32);
});

test('sound is reflected beyond its ends, as often as needed', () => {
  const target = new Float64Array(9);
  copyFrame(Float32Array.from([0, 1, 2]), -4, target);
  expect([...target]).toEqual([0, 1, 2, 1, 0, 1, 2, 1, 0]);
  copyFrame(Float32Array.from([7]), -4, target);
  expect([...target]).toEqual(new Array(9).fill(7));
});

test('the spectrogram is the transform of every frame', () => {
  const { data, bins, frames } = linearSpectrogram(wave, { fftSize: 64, hopSamples: 32 });
  expect([bins, frames]).toEqual([33, 9]);
  const expected = powerByDefinition([...wave.slice(3 * 32 - 16, 3 * 32 + 48)]);
  expected.forEach((power, bin) => expect(data[bin * frames + 3]).toBeCloseTo(Math.sqrt(power + 1e-6), 4));
});

test('a narrower window lies in the middle of the frame', () => {
  const click = new Float32Array(64);
  click[10] = 1;
  const level = (windowSamples: number) =>
    linearSpectrogram(click, { fftSize: 64, hopSamples: 64, windowSamples }).data[5];
  expect(level(64)).toBeGreaterThan(0.1);
  expect(level(32)).toBeCloseTo(1e-3, 6); // outside the window: only the power offset is left
});

test('MFCC are the orthonormal DCT-II of mel bands in decibels', () => {
  const options = { sampleRate: 16000, fftSize: 64, hopSamples: 32, mels: 8 };
  const { data, frames, coefficients } = mfcc(wave, { ...options, coefficients: 5 });
  expect([frames, coefficients]).toEqual([9, 5]);
  const power = powerByDefinition([...wave.slice(4 * 32 - 16, 4 * 32 + 48)]);
  const filters = melFilterBank(options);
  const levels = Array.from(
    { length: 8 },
    (_, mel) => 10 * Math.log10(power.reduce((sum, value, bin) => sum + value * filters[mel * 33 + bin], 0)),
  );
  for (let k = 0; k < 5; k++) {
    const sum = levels.reduce((total, level, n) => total + level * Math.cos((Math.PI * k * (2 * n + 1)) / 16), 0);
    expect(data[4 * 5 + k]).toBeCloseTo(sum * Math.sqrt((k === 0 ? 1 : 2) / 8), 3);
  }
});

test('twice the amplitude moves the first coefficient alone', () => {
  const options = { sampleRate: 16000, fftSize: 64, hopSamples: 32, mels: 8, coefficients: 4 };
  const quiet = mfcc(wave, options).data;
  const loud = mfcc(
    wave.map((value) => 2 * value),
    options,
  ).data;
  loud.forEach((value, i) =>
    expect(value - quiet[i]).toBeCloseTo(i % 4 === 0 ? 20 * Math.log10(2) * Math.sqrt(8) : 0, 3),
  );
});

test.each([
  ['no samples', new Float32Array(0)],
  ['one sample', Float32Array.from([0.3])],
  ['silence', new Float32Array(1000)],
  ['a constant', new Float32Array(1000).fill(0.5)],
])('%s: as many frames as there should be, all finite', (_name, samples) => {
  const options = { sampleRate: 16000, fftSize: 256, hopSamples: 100, mels: 20 };
  const frames = Math.floor(samples.length / 100);
  for (const { data, count } of [
    { data: linearSpectrogram(samples, options).data, count: 129 },
    { data: logMelSpectrogram(samples, options).data, count: 20 },
    { data: mfcc(samples, { ...options, coefficients: 13 }).data, count: 13 },
  ]) {
    expect(data).toHaveLength(frames * count);
    expect(data.every(Number.isFinite)).toBe(true);
  }
});

test.each([
  ['an fftSize of 1000', { fftSize: 1000 }],
  ['a hop of 0', { hopSamples: 0 }],
  ['a window wider than the transform', { windowSamples: 300 }],
  ['bands above half the sample rate', { highHertz: 9000 }],
  ['more coefficients than bands', { coefficients: 21 }],
])('%s is refused', (_name, change) => {
  const options = { sampleRate: 16000, fftSize: 256, hopSamples: 100, mels: 20, coefficients: 13, ...change };
  expect(() => mfcc(wave, options)).toThrow(AudioError);
});
