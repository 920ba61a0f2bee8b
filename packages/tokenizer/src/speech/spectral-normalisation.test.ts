import { melBandHertz } from '@gpt-talker/audio';
import { relativePitch } from './spectral-normalisation';
import { cepstraOf, measureFrames, MELS, type SpectralFrames } from './spectral-frames';

function framesWithPitch(logPitch: number[], silent: number[] = logPitch.map(() => 0)): SpectralFrames {
  const frames = logPitch.length;
  return {
    frames,
    bands: new Float32Array(frames * MELS),
    logPitch: Float32Array.from(logPitch),
    silent: Uint8Array.from(silent),
  };
}

test('pitch is relative to the register, in a straight line through gaps, held at the ends', () => {
  const pitch = relativePitch(framesWithPitch([NaN, 5, NaN, NaN, 5.75, NaN]), 5);
  expect([...pitch]).toEqual([0, 0, 0.25, 0.5, 0.75, 0.75]);
});

test('silence has no pitch, nor has an utterance without voice', () => {
  expect([...relativePitch(framesWithPitch([5.5, NaN, NaN, 5.5], [0, 1, 0, 0]), 5)]).toEqual([0.5, 0, 0.5, 0.5]);
  expect([...relativePitch(framesWithPitch([NaN, NaN]), 5)]).toEqual([0, 0]);
});

test('frames below a hundredth of the loudest are silent, and all frames of digital silence', () => {
  const samples = new Float32Array(320 * 4);
  samples.fill(0.5, 0, 320);
  samples.fill(0.004, 320, 640);
  samples.fill(0.006, 640, 960);
  expect([...measureFrames(samples).silent]).toEqual([0, 1, 0, 1]);
  expect([...measureFrames(new Float32Array(640)).silent]).toEqual([1, 1]);
});

test('warping moves a resonance down by its factor', () => {
  const centres = melBandHertz({ sampleRate: 16000, fftSize: 1024, mels: MELS });
  const resonance = (hertz: number) => Float32Array.from(centres, (centre) => -60 * Math.abs(Math.log(centre / hertz)));
  const frames = { ...framesWithPitch([NaN]), bands: resonance(1800) };
  const unchanged = cepstraOf(frames);
  const lower = cepstraOf(frames, 1.2);
  const expected = cepstraOf({ ...frames, bands: resonance(1500) });
  const distance = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((value, i) => value - b[i]));
  expect(cepstraOf(frames, 1)).toEqual(unchanged);
  expect(distance(lower, expected)).toBeLessThan(distance(unchanged, expected) / 5);
});
