import { resample, type Audio } from '@gpt-talker/audio';
import { SpectralEncoder } from './spectral-encoder';
import { SpeechEncoderError } from './speech-encoder';
import { HIGH_SPEAKER, LOW_SPEAKER, madeUpSpeech, speak, testWithFlite } from './testing/spoken';

jest.setTimeout(180_000); // seconds of work, but minutes on a machine that is training meanwhile

const ORDERS = [
  [0, 1, 2, 3, 4],
  [4, 2, 0, 3, 1],
  [1, 4, 3, 0, 2],
  [3, 0, 4, 1, 2],
];
const corpus = () =>
  ORDERS.flatMap((vowels) => [madeUpSpeech(vowels, LOW_SPEAKER), madeUpSpeech(vowels, HIGH_SPEAKER)]);

let encoder: SpectralEncoder;
beforeAll(async () => {
  encoder = await SpectralEncoder.fit(corpus(), { codes: 24, seed: 1 });
});

const sound = (length: number, valueAt: (i: number) => number, sampleRate = 16000): Audio => ({
  samples: Float32Array.from({ length }, (_, i) => valueAt(i)),
  sampleRate,
});

test('one token for every 640 samples at 16 kHz, at least one, at any sample rate', async () => {
  for (const [length, tokens] of [
    [0, 1],
    [1, 1],
    [639, 1],
    [640, 1],
    [1279, 1],
    [1280, 2],
    [16000, 25],
  ]) {
    expect(await encoder.encode(sound(length, (i) => 0.1 * Math.sin(i / 20)))).toHaveLength(tokens);
  }
  const speech = madeUpSpeech([0, 1], LOW_SPEAKER);
  const tokens = await encoder.encode(speech);
  const fromFaster = await encoder.encode(await resample(speech, 44100));
  expect(fromFaster).toHaveLength(tokens.length);
  expect(tokens.filter((token, i) => token === fromFaster[i]).length).toBeGreaterThan(0.9 * tokens.length);
});

test('tokens are where their sound is', async () => {
  const pause = new Float32Array(6400);
  const speech = madeUpSpeech([0], LOW_SPEAKER).samples;
  const tokens = await encoder.encode({
    samples: Float32Array.from([...pause, ...speech, ...pause]),
    sampleRate: 16000,
  });
  const [silence] = tokens;
  expect([...tokens.slice(0, 9)]).toEqual(new Array(9).fill(silence));
  expect([...tokens.slice(11, 15)]).not.toContain(silence);
});

test('the same corpus and seed give the same bytes; bytes give the same encoder back', async () => {
  const again = await SpectralEncoder.fit(corpus(), { codes: 24, seed: 1 });
  expect(again.toBytes()).toEqual(encoder.toBytes());
  const copy = SpectralEncoder.fromBytes(encoder.toBytes());
  expect(copy.vocabulary).toBe(24);
  const speech = madeUpSpeech([2, 0, 1], HIGH_SPEAKER);
  expect(await copy.encode(speech)).toEqual(await encoder.encode(speech));
  expect(copy.toBytes()).toEqual(encoder.toBytes());
});

test.each([
  ['silence', sound(8000, () => 0)],
  ['a constant', sound(8000, () => 0.8)],
  ['noise', sound(8000, (i) => Math.sin(i * i * 12.9898))],
  ['a click', sound(8000, (i) => (i === 4000 ? 1 : 0))],
  ['clipped speech', sound(8000, (i) => Math.sign(Math.sin(i / 25)))],
  ['sound near the smallest numbers', sound(8000, (i) => 1e-30 * Math.sin(i / 20))],
  ['three samples', sound(3, () => 0.5)],
  ['8 kHz', sound(4000, (i) => 0.3 * Math.sin(i / 10), 8000)],
])('%s: finite features, tokens within the vocabulary', async (_name, audio) => {
  const { data, frames, width } = await encoder.features(audio);
  expect(data).toHaveLength(frames * width);
  expect(data.every(Number.isFinite)).toBe(true);
  for (const token of await encoder.encode(audio)) expect(token >= 0 && token < 24).toBe(true);
});

test('loudness changes no token', async () => {
  const speech = madeUpSpeech([0, 3, 1], LOW_SPEAKER);
  const quiet = { ...speech, samples: speech.samples.map((value) => value * 0.25) };
  expect(await encoder.encode(quiet)).toEqual(await encoder.encode(speech));
});

test('two speakers have two registers; each is told by its own', () => {
  const registers = encoder.statistics.registers.profiles.map(([logPitch]) => Math.exp(logPitch));
  expect(registers).toHaveLength(2);
  expect(Math.abs(registers[0] / LOW_SPEAKER.hertz - 1)).toBeLessThan(0.1);
  expect(Math.abs(registers[1] / HIGH_SPEAKER.hertz - 1)).toBeLessThan(0.1);
});

test('NaN is refused by its place; cancelled and impossible fits say so', async () => {
  await expect(encoder.encode(sound(1000, (i) => (i === 7 ? NaN : 0)))).rejects.toThrow('sample 7 is NaN');
  const fit = (sounds: Audio[], options = {}) => SpectralEncoder.fit(sounds, options).catch((error: unknown) => error);
  expect(await fit([sound(64000, () => 0)])).toMatchObject({ name: 'SpeechEncoderError', code: 'too-little-speech' });
  expect(await fit([])).toMatchObject({ code: 'too-little-speech' });
  expect(await fit(corpus().slice(0, 1), { codes: 512 })).toMatchObject({ code: 'too-little-speech' });
  expect(await fit(corpus(), { codes: 0 })).toMatchObject({ code: 'bad-option' });
  expect(await fit(corpus(), { signal: AbortSignal.abort() })).toMatchObject({ code: 'cancelled' });
});

test('damaged codebooks are refused', () => {
  const bytes = encoder.toBytes();
  const refuse = (broken: Uint8Array) => {
    expect(() => SpectralEncoder.fromBytes(broken)).toThrow(SpeechEncoderError);
    expect(() => SpectralEncoder.fromBytes(broken)).toThrow(/^speech codebook: [^\n]+; export the voice again$/);
  };
  refuse(new Uint8Array(0));
  refuse(bytes.subarray(0, bytes.length - 10));
  const altered = bytes.slice();
  altered.fill(0xff, altered.length - 8); // NaN
  refuse(altered);
  refuse(new TextEncoder().encode('not a codebook at all'));
});

const SENTENCES = [
  'I would really like to come with you on Sunday.',
  'My brother bought seven old books.',
  'How much longer do we have to wait here?',
];

/** Which part of the steps of the best alignment (dynamic time warping) is between equal tokens. */
function sharedPart(first: Int32Array, second: Int32Array): number {
  const width = second.length + 1;
  const cost = new Float64Array((first.length + 1) * width).fill(Infinity);
  const steps = new Float64Array(cost.length);
  cost[0] = 0;
  for (let i = 1; i <= first.length; i++) {
    for (let j = 1; j <= second.length; j++) {
      const at = i * width + j;
      const from = [at - width - 1, at - width, at - 1].reduce((best, other) =>
        cost[other] < cost[best] ? other : best,
      );
      cost[at] = cost[from] + (first[i - 1] === second[j - 1] ? 0 : 1);
      steps[at] = steps[from] + 1;
    }
  }
  return 1 - cost[cost.length - 1] / steps[steps.length - 1];
}

/** Mean log-pitch, relative to the register, of the voiced frames among [frames, 16] weighted features. */
function meanPitch(features: Float32Array, { weights }: SpectralEncoder['statistics']): number {
  const pitches: number[] = [];
  for (let at = 0; at < features.length; at += 16) {
    if (features[at + 15] > weights[15] / 2) pitches.push(features[at + 14] / weights[14]);
  }
  return mean(pitches);
}

const mean = (values: number[]) => values.reduce((sum, value) => sum + value, 0) / values.length;

testWithFlite('what is said shows more than who says it, and style survives', async () => {
  const say = (voice: string, features = {}) =>
    Promise.all(SENTENCES.map((sentence) => speak(sentence, voice, features)));
  const low = await say('rms');
  const middle = await say('slt', { int_f0_target_mean: 170 });
  const raised = await say('slt', { int_f0_target_mean: 204 });
  const slow = await say('slt', { int_f0_target_mean: 170, duration_stretch: 1.25 });
  const fitted = await SpectralEncoder.fit([...low, ...middle, ...raised, ...slow], { codes: 64, seed: 1 });
  const encode = (sounds: Audio[]) => Promise.all(sounds.map((audio) => fitted.encode(audio)));
  const [lowTokens, middleTokens, slowTokens] = await Promise.all([low, middle, slow].map(encode));

  const shares = lowTokens.map((first) => middleTokens.map((second) => sharedPart(first, second)));
  const same = shares.map((row, i) => row[i]);
  const others = shares.flatMap((row, i) => row.filter((_, j) => j !== i));
  expect(mean(same)).toBeGreaterThan(2 * mean(others));

  for (let i = 0; i < SENTENCES.length; i++) {
    const rise = async (featuresOf: (audio: Audio) => Promise<Float32Array>) =>
      meanPitch(await featuresOf(raised[i]), fitted.statistics) -
      meanPitch(await featuresOf(middle[i]), fitted.statistics);
    expect(await rise(async (audio) => (await fitted.features(audio)).data)).toBeCloseTo(Math.log(1.2), 1);
    // So few codes for so little speech keep a part of it; those of a whole corpus keep three quarters.
    const spoken = async (audio: Audio) =>
      Float32Array.from([...(await fitted.encode(audio))].flatMap((token) => [...fitted.centroid(token)]));
    expect(await rise(spoken)).toBeGreaterThan(0.03);
  }
  const lengthened = mean(slowTokens.map((tokens, i) => tokens.length / middleTokens[i].length));
  expect(lengthened).toBeGreaterThan(1.15);
});
