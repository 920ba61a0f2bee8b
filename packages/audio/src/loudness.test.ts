import { amplitudeFromDecibels, decibels, integratedLoudness, peak, rootMeanSquare } from './loudness';

const sine = (hertz: number, amplitude: number, sampleRate: number, seconds = 3) => ({
  samples: Float32Array.from(
    { length: seconds * sampleRate },
    (_, i) => amplitude * Math.sin((2 * Math.PI * hertz * i) / sampleRate),
  ),
  sampleRate,
});

test('root mean square and peak', () => {
  expect(rootMeanSquare(Float32Array.from([3, -3, 3, -3]))).toBe(3);
  expect(rootMeanSquare(new Float32Array(0))).toBe(0);
  expect(peak(Float32Array.from([0.25, -0.75]))).toBe(0.75);
});

test('decibels and back, with a floor', () => {
  expect(decibels(0.1)).toBeCloseTo(-20);
  expect(decibels(0)).toBe(-120);
  expect(decibels(0, -60)).toBe(-60);
  expect(amplitudeFromDecibels(-6.0206)).toBeCloseTo(0.5, 5);
});

test.each([16000, 32000, 48000])(
  'a full-scale sine near 1 kHz is −3.01 LUFS at %i Hz (ITU-R BS.1770-4)',
  (sampleRate) => {
    expect(integratedLoudness(sine(997, 1, sampleRate))).toBeCloseTo(-3.01, 1);
    expect(integratedLoudness(sine(997, 0.1, sampleRate))).toBeCloseTo(-23.01, 1);
  },
);

test('pauses are gated out; low tones weigh less; silence is −Infinity', () => {
  const tone = sine(997, 0.1, 16000, 2);
  const withPause = { samples: new Float32Array(tone.samples.length * 4), sampleRate: 16000 };
  withPause.samples.set(tone.samples);
  expect(integratedLoudness(withPause)).toBeGreaterThan(integratedLoudness(tone) - 1);
  expect(integratedLoudness(sine(30, 0.1, 16000))).toBeLessThan(integratedLoudness(tone) - 5);
  expect(integratedLoudness({ samples: new Float32Array(16000), sampleRate: 16000 })).toBe(-Infinity);
  expect(integratedLoudness({ samples: new Float32Array(0), sampleRate: 16000 })).toBe(-Infinity);
});

test('sound shorter than a block is measured whole', () => {
  expect(integratedLoudness(sine(997, 0.1, 16000, 0.2))).toBeCloseTo(-23.1, 0);
});
