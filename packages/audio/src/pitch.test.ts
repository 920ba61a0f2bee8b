// Pitch of sounds whose pitch is known: tones, glides, and flite made to speak on one note.
import { speak, testWith } from '../test/programs';
import { AudioError } from './errors';
import { trackPitch } from './pitch';

const SAMPLE_RATE = 16000;
const OPTIONS = { sampleRate: SAMPLE_RATE, hopSamples: 320 };

/** A made-up random number in [−1, 1), the same in every run. */
function seededNoise(seed = 1): () => number {
  let state = seed;
  return () => (state = (Math.imul(state, 1664525) + 1013904223) >>> 0) / 2 ** 31 - 1;
}

/** Harmonics falling by 1/k, whose pitch follows `hertzAt(seconds)`. */
function harmonicTone(hertzAt: (seconds: number) => number, seconds: number, noiseLevel = 0): Float32Array {
  const noise = seededNoise();
  let phase = 0;
  return Float32Array.from({ length: seconds * SAMPLE_RATE }, (_, i) => {
    phase += (2 * Math.PI * hertzAt(i / SAMPLE_RATE)) / SAMPLE_RATE;
    let value = 0;
    for (let harmonic = 1; harmonic <= 10; harmonic++) value += Math.sin(harmonic * phase) / harmonic;
    return 0.2 * value + noiseLevel * noise();
  });
}

/** Which part of the voiced frames is within 5 % of what it should be. */
function partWithin(hertz: Float32Array, hertzAt: (seconds: number) => number): number {
  const voiced = [...hertz].flatMap((value, frame) => (value > 0 ? [{ value, seconds: (frame + 0.5) * 0.02 }] : []));
  expect(voiced.length).toBeGreaterThan(hertz.length / 3);
  return voiced.filter(({ value, seconds }) => Math.abs(value / hertzAt(seconds) - 1) < 0.05).length / voiced.length;
}

test.each([65, 80, 110, 150, 220, 330, 390])('a tone of %i Hz, clean and with noise', (hertz) => {
  for (const noiseLevel of [0, 0.05]) {
    const track = trackPitch(
      harmonicTone(() => hertz, 1, noiseLevel),
      OPTIONS,
    );
    expect(track.hertz.filter((value) => value > 0).length).toBeGreaterThan(47);
    expect(partWithin(track.hertz, () => hertz)).toBeGreaterThan(0.97);
  }
});

test('a pure sine is found to a tenth of a percent', () => {
  const samples = Float32Array.from(
    { length: 16000 },
    (_, i) => 0.5 * Math.sin((2 * Math.PI * 201.3 * i) / SAMPLE_RATE),
  );
  const { hertz, voicing } = trackPitch(samples, OPTIONS);
  hertz.slice(2, -2).forEach((value) => expect(Math.abs(value / 201.3 - 1)).toBeLessThan(1e-3));
  expect(Math.min(...voicing)).toBeGreaterThan(0.95);
});

test('a glide and a vibrato are followed', () => {
  const glide = (seconds: number) => 90 + 60 * seconds;
  expect(partWithin(trackPitch(harmonicTone(glide, 3), OPTIONS).hertz, glide)).toBeGreaterThan(0.95);
  const vibrato = (seconds: number) => 180 + 15 * Math.sin(2 * Math.PI * 4 * seconds);
  expect(partWithin(trackPitch(harmonicTone(vibrato, 3), OPTIONS).hertz, vibrato)).toBeGreaterThan(0.95);
});

test('a missing fundamental is heard all the same', () => {
  const samples = Float32Array.from({ length: 16000 }, (_, i) =>
    [3, 4, 5, 6].reduce((sum, harmonic) => sum + 0.1 * Math.sin((2 * Math.PI * 120 * harmonic * i) / SAMPLE_RATE), 0),
  );
  expect(partWithin(trackPitch(samples, OPTIONS).hertz, () => 120)).toBeGreaterThan(0.95);
});

test('silence, a constant and noise have no pitch', () => {
  const noise = seededNoise(5);
  for (const samples of [new Float32Array(16000), new Float32Array(16000).fill(0.7)]) {
    const { hertz, voicing } = trackPitch(samples, OPTIONS);
    expect([...hertz, ...voicing].every((value) => value === 0)).toBe(true);
  }
  const { hertz } = trackPitch(
    Float32Array.from({ length: 32000 }, () => 0.3 * noise()),
    OPTIONS,
  );
  expect(hertz.filter((value) => value > 0).length).toBeLessThan(5);
});

test('tiny sounds give as many frames as they have, all finite', () => {
  for (const length of [0, 1, 319, 320, 700]) {
    const { hertz, voicing } = trackPitch(
      harmonicTone(() => 150, length / SAMPLE_RATE),
      OPTIONS,
    );
    expect([hertz.length, voicing.length]).toEqual([Math.floor(length / 320), Math.floor(length / 320)]);
    expect([...hertz, ...voicing].every(Number.isFinite)).toBe(true);
  }
});

test('frequencies that make no sense are refused', () => {
  expect(() => trackPitch(new Float32Array(10), { ...OPTIONS, minimumHertz: 500, maximumHertz: 300 })).toThrow(
    AudioError,
  );
  expect(() => trackPitch(new Float32Array(10), { ...OPTIONS, maximumHertz: 9000 })).toThrow(AudioError);
  expect(() => trackPitch(new Float32Array(10), { ...OPTIONS, hopSamples: 0 })).toThrow(AudioError);
});

const withFlite = testWith('flite');

withFlite('flite on one note: within 5 % on 95 % of the voiced frames', async () => {
  const text = 'I would really like to come with you on Sunday, if the weather stays nice.';
  for (const [voice, low, high] of [
    ['slt', 150, 220],
    ['awb', 100, 160],
    ['kal16', 90, 140],
  ] as const) {
    for (const hertz of [low, high]) {
      const audio = speak(text, voice, { int_f0_target_mean: hertz, int_f0_target_stddev: 0 });
      const track = trackPitch(audio.samples, { sampleRate: audio.sampleRate, hopSamples: audio.sampleRate / 50 });
      expect(partWithin(track.hertz, () => hertz)).toBeGreaterThanOrEqual(0.95);
    }
  }
});
