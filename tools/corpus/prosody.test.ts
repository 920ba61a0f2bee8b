import { setLevel, trimSilence, varispeed } from './prosody';

const RATE = 16000;
const tone = (hertz: number, seconds: number, amplitude = 0.5): Float32Array =>
  Float32Array.from({ length: RATE * seconds }, (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / RATE));

function crossings(samples: Float32Array): number {
  let count = 0;
  for (let i = 1; i < samples.length; i++) if (samples[i - 1] < 0 && samples[i] >= 0) count++;
  return count;
}

describe('varispeed', () => {
  it.each([0.85, 1, 1.2])('raises pitch and shortens by %d', (factor) => {
    const output = varispeed(tone(200, 1), factor);
    expect(output.length).toBe(Math.floor(RATE / factor));
    expect(crossings(output) / (output.length / RATE)).toBeCloseTo(200 * factor, -1);
    const middle = output.subarray(1000, output.length - 1000);
    expect(Math.max(...middle)).toBeCloseTo(0.5, 2);
  });

  it('removes what would fold over when speeding up', () => {
    const output = varispeed(tone(7800, 1), 1.5);
    expect(Math.max(...output.subarray(1000, output.length - 1000))).toBeLessThan(0.02);
  });
});

it('trims silence to what is kept', () => {
  const samples = new Float32Array(RATE * 3);
  samples.set(tone(300, 1), RATE);
  const trimmed = trimSilence(samples, { sampleRate: RATE, keepSeconds: 0.08, silenceDecibels: 42 });
  expect(trimmed.length / RATE).toBeCloseTo(1.16, 2);
  expect(trimSilence(new Float32Array(100), { sampleRate: RATE, keepSeconds: 0.08, silenceDecibels: 42 })).toHaveLength(
    100,
  );
});

it('sets the level of what is not silent, and keeps peaks below full scale', () => {
  const samples = new Float32Array(RATE * 2);
  samples.set(tone(300, 1, 0.9), RATE);
  const level = (output: Float32Array): number =>
    20 * Math.log10(Math.sqrt(output.subarray(RATE).reduce((sum, x) => sum + x * x, 0) / RATE));
  expect(level(setLevel(samples, RATE, -20))).toBeCloseTo(-20, 1);
  expect(setLevel(samples, RATE, 0).reduce((peak, x) => Math.max(peak, Math.abs(x)), 0)).toBeCloseTo(0.98, 2);
});
