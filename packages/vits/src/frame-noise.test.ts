import { frameNoise } from './frame-noise';

test('a frame has the same noise wherever its chunk begins', () => {
  const [channels, frames] = [3, 10];
  const whole = frameNoise(7, 0, frames, channels);
  const part = frameNoise(7, 4, 3, channels);
  for (let channel = 0; channel < channels; channel++) {
    for (let frame = 0; frame < 3; frame++) expect(part[channel * 3 + frame]).toBe(whole[channel * frames + frame + 4]);
  }
});

test('the noise is standard normal, uncorrelated from frame to frame, channel to channel and seed to seed', () => {
  const [channels, frames] = [50, 1000];
  const noise = frameNoise(1, 0, frames, channels);
  const other = frameNoise(2, 0, frames, channels);
  const mean = (f: (index: number) => number, count = noise.length) => {
    let sum = 0;
    for (let index = 0; index < count; index++) sum += f(index);
    return sum / count;
  };
  expect(Math.abs(mean((i) => noise[i]))).toBeLessThan(0.02);
  expect(Math.abs(mean((i) => noise[i] ** 2) - 1)).toBeLessThan(0.03);
  expect(Math.abs(mean((i) => noise[i] ** 4) - 3)).toBeLessThan(0.2);
  expect(Math.abs(mean((i) => noise[i] * noise[i + 1], noise.length - 1))).toBeLessThan(0.02);
  expect(Math.abs(mean((i) => noise[i] * noise[i + frames], noise.length - frames))).toBeLessThan(0.02);
  expect(Math.abs(mean((i) => noise[i] * other[i]))).toBeLessThan(0.02);
});

test('seeds beyond 32 bits count as well', () => {
  expect(frameNoise(1, 0, 4, 2)).not.toEqual(frameNoise(1 + 2 ** 32, 0, 4, 2));
});
