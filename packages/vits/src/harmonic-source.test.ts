import { harmonicSource } from './harmonic-source';

const OPTIONS = { sampleRate: 8000, hopSamples: 80, seed: 3 };

test('pulses are the sum of all harmonics below half of the sample rate, equally strong', () => {
  const { samples, turns } = harmonicSource(new Float32Array(4).fill(130), OPTIONS);
  expect(samples).toHaveLength(2 * 4 * 80);
  expect(turns).toHaveLength(4 * 80 + 1);
  for (let n = 0; n < 320; n++) {
    expect(turns[n]).toBeCloseTo((130 * n) / 8000, 9);
    let sum = 0;
    for (let harmonic = 1; harmonic <= 29; harmonic++) sum += Math.cos(2 * Math.PI * harmonic * turns[n]);
    // The thirtieth, at 3900 Hz, is nearly faded out.
    expect(Math.abs(samples[n] / samples[0] - sum / 29)).toBeLessThan(0.06);
  }
});

test('the phase runs on through a pitch that glides, and may be anchored anywhere', () => {
  const pitch = Float32Array.of(100, 120, 150, 140, 90);
  const { turns, samples } = harmonicSource(pitch, OPTIONS);
  const anchored = harmonicSource(pitch, { ...OPTIONS, anchor: { sample: 200, turns: turns[200] } });
  anchored.turns.forEach((value, n) => expect(value).toBeCloseTo(turns[n], 9));
  anchored.samples.forEach((value, n) => expect(value).toBeCloseTo(samples[n], 5));
  // Between the middles of two frames the pitch is between theirs.
  const hertz = (n: number) => (turns[n + 1] - turns[n]) * 8000;
  expect(hertz(10)).toBeCloseTo(100, 3);
  expect(hertz(80)).toBeCloseTo(110.125, 3);
  expect(hertz(399)).toBeCloseTo(90, 3);
});

test('noise is that of the frame, wherever the piece begins', () => {
  const pitch = new Float32Array(6).fill(200);
  const whole = harmonicSource(pitch, OPTIONS).samples.subarray(6 * 80);
  const piece = harmonicSource(pitch.subarray(2), { ...OPTIONS, firstFrame: 2 }).samples.subarray(4 * 80);
  expect(piece).toEqual(whole.subarray(2 * 80));
  const power = whole.reduce((sum, value) => sum + value * value, 0) / whole.length;
  expect(Math.sqrt(power)).toBeGreaterThan(0.015);
  expect(Math.sqrt(power)).toBeLessThan(0.025);
  expect(harmonicSource(pitch, { ...OPTIONS, seed: 4 }).samples.subarray(6 * 80)).not.toEqual(whole);
});

test.each([0, -1, NaN, Infinity])('a pitch of %d is refused', (hertz) => {
  expect(() => harmonicSource(Float32Array.of(100, hertz), OPTIONS)).toThrow(
    /latent.onnx: gives a pitch of .* Hz; export the voice again/,
  );
});
