import fs from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { logMelSpectrogram } from '@gpt-talker/audio';
import { SessionHost } from '@gpt-talker/runtime';
import { openVoice, type Voice } from '@gpt-talker/voice';
import { SAMPLES_PER_TOKEN, writeMadeUpVoice } from '../test/made-up-voice';
import { TINY, TINY_HIFIGAN, TINY_SOURCE_FILTER } from '../test/tiny';
import { type Style } from './style';
import { Vits, tokensOfFirstSound } from './vits';

const RATE = 500;
const PHONEMES = Int32Array.of(1, 5, 2, 8);
const reference = { samples: Float32Array.from({ length: 400 }, (_, n) => Math.sin(n / 3) * 0.5), sampleRate: RATE };
const tokens = (count: number) => Int32Array.from({ length: count }, (_, index) => (index * 7 + (index >> 2)) % 11);

let folder: string;
let host: SessionHost;
let voice: Voice;
let vits: Vits;
let style: Style;

beforeAll(async () => {
  folder = await fs.mkdtemp(path.join(os.tmpdir(), 'vits-'));
  await writeMadeUpVoice(path.join(folder, 'windowed'));
  await writeMadeUpVoice(path.join(folder, 'hifigan'), TINY_HIFIGAN);
  await writeMadeUpVoice(path.join(folder, 'source-filter'), TINY_SOURCE_FILTER);
  await writeMadeUpVoice(path.join(folder, 'unlimited'), { ...TINY, attentionWindow: null });
  host = await SessionHost.start({ intraOpThreads: 1 });
  voice = await openVoice(path.join(folder, 'windowed'));
  vits = await Vits.load(host, voice);
  style = await vits.style(reference);
});

afterAll(async () => {
  // What never came to be has nothing to dispose of; a host that stays would keep the process.
  await vits?.dispose();
  await host?.dispose();
  await fs.rm(folder, { recursive: true });
});

/** The voice, as if its style graph took much memory. */
function withLargeStyle(where: (key: string) => string = (key) => voice.path(key)): Pick<Voice, 'path' | 'manifest'> {
  const { manifest } = voice;
  const style = { ...manifest.files.style, bytes: 43_000_000 };
  return { path: where, manifest: { ...manifest, files: { ...manifest.files, style } } };
}

/** Energy of a − b relative to a, in decibels. */
function difference(a: Float32Array, b: Float32Array): number {
  const energy = (x: Float32Array) => x.reduce((sum, value) => sum + value * value, 0);
  return 10 * Math.log10(energy(a.map((value, index) => value - b[index])) / energy(a));
}

/** Mean absolute difference of two sounds' log-mel spectrograms, in decibels. */
function melDifference(a: Float32Array, b: Float32Array): number {
  const mel = (samples: Float32Array) =>
    logMelSpectrogram(samples, { sampleRate: RATE, fftSize: 64, hopSamples: 10, windowSamples: 64, mels: 8 }).data;
  const [left, right] = [mel(a), mel(b)];
  const decibels = 20 / Math.LN10;
  return (decibels * left.reduce((sum, value, index) => sum + Math.abs(value - right[index]), 0)) / left.length;
}

async function join(
  chunks: AsyncIterable<{ samples: Float32Array }>,
): Promise<{ samples: Float32Array; lengths: number[] }> {
  const all: number[] = [];
  const lengths: number[] = [];
  for await (const { samples } of chunks) {
    all.push(...samples);
    lengths.push(samples.length);
  }
  return { samples: Float32Array.from(all), lengths };
}

async function* oneByOne(source: Iterable<number>): AsyncGenerator<number> {
  for (const token of source) yield token;
}

test('the style depends on the reference and is taken at its rate', async () => {
  expect(style.vector).toHaveLength(TINY.styleChannels);
  const other = await vits.style({ ...reference, samples: reference.samples.map((value) => value ** 3) });
  expect(other.vector).not.toEqual(style.vector);
  // The same sound at twice the rate has nearly the same style.
  const doubled = Float32Array.from({ length: 800 }, (_, n) => Math.sin(n / 6) * 0.5);
  const resampled = await vits.style({ samples: doubled, sampleRate: 2 * RATE });
  expect(difference(style.vector, resampled.vector)).toBeLessThan(difference(style.vector, other.vector));
});

test('speaks 40 ms a token, the same for the same seed', async () => {
  const once = await vits.synthesize({ tokens: tokens(9), phonemes: PHONEMES, style, seed: 3 });
  expect(once.sampleRate).toBe(RATE);
  expect(once.samples).toHaveLength(9 * SAMPLES_PER_TOKEN);
  expect((await vits.synthesize({ tokens: tokens(9), phonemes: PHONEMES, style, seed: 3 })).samples).toEqual(
    once.samples,
  );
  expect((await vits.synthesize({ tokens: tokens(9), phonemes: PHONEMES, style, seed: 4 })).samples).not.toEqual(
    once.samples,
  );
  const still = await vits.synthesize({ tokens: tokens(9), phonemes: PHONEMES, style, seed: 3, noiseScale: 0 });
  expect(still.samples).toEqual(
    (await vits.synthesize({ tokens: tokens(9), phonemes: PHONEMES, style, seed: 4, noiseScale: 0 })).samples,
  );
});

test.each(['windowed', 'hifigan', 'source-filter'])('chunks put together equal the whole (%s)', async (name) => {
  const speaker = name === 'windowed' ? vits : await Vits.load(host, await openVoice(path.join(folder, name)));
  const options = { phonemes: PHONEMES, style, seed: 11 };
  const whole = await speaker.synthesize({ tokens: tokens(90), ...options });
  const { samples, lengths } = await join(
    speaker.stream({
      tokens: oneByOne(tokens(90)),
      ...options,
      firstChunkTokens: 3,
      largestChunkTokens: 12,
      firstLookaheadTokens: 40,
    }),
  );
  expect(lengths.slice(0, 4).map((length) => length / SAMPLES_PER_TOKEN)).toEqual([3, 6, 12, 12]);
  expect(samples).toHaveLength(whole.samples.length);
  expect(difference(whole.samples, samples)).toBeLessThan(-80);
  if (speaker !== vits) await speaker.dispose();
});

test('a short look-ahead comes near the whole, and then equals it', async () => {
  const options = { phonemes: PHONEMES, style, seed: 11 };
  const whole = await vits.synthesize({ tokens: tokens(90), ...options });
  const { samples } = await join(vits.stream({ tokens: tokens(90), ...options, largestChunkTokens: 20 }));
  expect(difference(whole.samples, samples)).toBeLessThan(-40);
  const settled = 60 * SAMPLES_PER_TOKEN;
  expect(difference(whole.samples.subarray(settled), samples.subarray(settled))).toBeLessThan(-80);
});

test.each([0.5, 0.8, 1.6, 4])('at speed %d it lasts that much less, and chunks still meet', async (speed) => {
  const options = { phonemes: PHONEMES, style, seed: 11, speed };
  const whole = await vits.synthesize({ tokens: tokens(90), ...options });
  expect(whole.samples).toHaveLength(Math.ceil(180 / speed) * (SAMPLES_PER_TOKEN / 2));
  let spoken = 0;
  const chunks: number[] = [];
  for await (const chunk of vits.stream({ tokens: tokens(90), ...options, firstLookaheadTokens: 9 })) {
    expect(chunk.last).toBe((spoken += chunk.tokens) === 90);
    chunks.push(...chunk.samples);
  }
  expect(spoken).toBe(90);
  expect(difference(whole.samples, Float32Array.from(chunks))).toBeLessThan(-80);
});

test('a long reply in pieces equals the reply in one piece', async () => {
  const options = { phonemes: PHONEMES, style, seed: 1 };
  const pieces = await vits.synthesize({ tokens: tokens(600), ...options });
  const { samples, lengths } = await join(
    vits.stream({ tokens: tokens(600), ...options, firstChunkTokens: 600, largestChunkTokens: 600 }),
  );
  expect(lengths).toHaveLength(1);
  expect(difference(samples, pieces.samples)).toBeLessThan(-80);
});

test('too little context would be heard: the margin is needed', async () => {
  const { manifest } = voice;
  const narrow = { path: voice.path, manifest: { ...manifest, vits: { ...manifest.vits, contextTokens: 1 } } };
  const speaker = await Vits.load(host, narrow);
  const options = { phonemes: PHONEMES, style, seed: 11 };
  const whole = await vits.synthesize({ tokens: tokens(90), ...options });
  const { samples } = await join(
    speaker.stream({ tokens: tokens(90), ...options, firstChunkTokens: 3, largestChunkTokens: 12 }),
  );
  expect(difference(whole.samples, samples)).toBeGreaterThan(-60);
  await speaker.dispose();
});

test('a voice whose attention is unlimited fades its chunks into one another, without clicks', async () => {
  const speaker = await Vits.load(host, await openVoice(path.join(folder, 'unlimited')));
  const options = { phonemes: PHONEMES, style, seed: 11 };
  const whole = await speaker.synthesize({ tokens: tokens(200), ...options });
  const { samples, lengths } = await join(
    speaker.stream({ tokens: oneByOne(tokens(200)), ...options, firstChunkTokens: 20, largestChunkTokens: 20 }),
  );
  expect(samples).toHaveLength(whole.samples.length);
  expect(samples).not.toEqual(whole.samples);
  expect(difference(whole.samples, samples)).toBeLessThan(-10);
  // Where chunks meet, the sound leaps no further from one sample to the next than it does elsewhere.
  const leap = (at: number) => Math.abs(samples[at] - samples[at - 1]);
  const leaps = Array.from({ length: samples.length - 1 }, (_, index) => leap(index + 1)).sort((a, b) => a - b);
  const usual = leaps[Math.floor(leaps.length * 0.99)];
  let joint = 0;
  for (const length of lengths.slice(0, -1)) expect(leap((joint += length))).toBeLessThanOrEqual(usual);
  // How far apart they sound: mean difference of log-mel pictures, in decibels.
  const apart = melDifference(whole.samples, samples);
  expect(apart).toBeLessThan(1);
  expect(apart).toBeGreaterThan(0);
  await speaker.dispose();
});

test('the first chunk comes before the last token, and leaving early stops the tokens', async () => {
  let taken = 0;
  let stopped = false;
  async function* source(): AsyncGenerator<number> {
    try {
      for (const token of tokens(200)) {
        taken++;
        yield token;
      }
    } finally {
      stopped = true;
    }
  }
  for await (const chunk of vits.stream({ tokens: source(), phonemes: PHONEMES, style })) {
    expect(chunk.samples).toHaveLength(10 * SAMPLES_PER_TOKEN);
    break;
  }
  expect(taken).toBe(10 + Math.ceil(0.4 * voice.manifest.vits.contextTokens) + 1); // docs/decisions/0008-kept-conversations.md
  expect(taken).toBe(tokensOfFirstSound(voice.manifest));
  expect(stopped).toBe(true);
});

test('an aborted stream rejects with the reason', async () => {
  const controller = new AbortController();
  const chunks = vits.stream({ tokens: tokens(200), phonemes: PHONEMES, style, signal: controller.signal });
  await chunks.next();
  controller.abort(new Error('enough'));
  await expect(chunks.next()).rejects.toThrow('enough');
});

describe('refuses', () => {
  const speech = { tokens: tokens(5), phonemes: PHONEMES };
  test.each([
    ['no tokens', { tokens: [] }, 'no tokens'],
    ['the end-of-speech token', { tokens: [1, 11] }, 'token 11 is not speech'],
    ['a token beyond the vocabulary', { tokens: [12] }, 'token 12 is not speech'],
    ['no phonemes', { phonemes: [] }, 'no phonemes'],
    ['an unknown phoneme', { phonemes: [9] }, "not one of the voice's 9 symbols"],
    ['a style of another voice', { style: { vector: new Float32Array(3) } }, 'make it with this voice'],
    ['a negative noise scale', { noiseScale: -1 }, 'noiseScale is -1'],
    ['a speed beyond the ear', { speed: 5 }, 'speed is 5; it must be from 0.25 to 4'],
  ])('%s', async (_, change, message) => {
    await expect(vits.synthesize({ ...speech, style, ...change })).rejects.toThrow(message);
    await expect(vits.synthesize({ ...speech, style, ...change })).rejects.toMatchObject({
      name: 'VitsError',
      code: 'input',
    });
  });

  test('a reference that is too short', async () => {
    await expect(vits.style({ samples: new Float32Array(20), sampleRate: RATE })).rejects.toThrow('lasts 0.04 s');
  });

  test('chunks of no tokens', async () => {
    await expect(vits.stream({ ...speech, style, firstChunkTokens: 0 }).next()).rejects.toThrow(
      'firstChunkTokens is 0',
    );
  });

  test('graphs of another voice', async () => {
    const { manifest } = voice;
    const wrong = { path: voice.path, manifest: { ...manifest, vits: { ...manifest.vits, interChannels: 5 } } };
    await expect(Vits.load(host, wrong)).rejects.toMatchObject({
      code: 'graph',
      message: expect.stringContaining("its input 'noise' is 4 wide"),
    });
    const swapped = { path: (key: string) => voice.path(key === 'style' ? 'decoder' : key), manifest };
    await expect(Vits.load(host, swapped)).rejects.toThrow(
      "style.onnx: has no input 'spectrogram'; export the voice again",
    );
  });

  test('a large style graph of another voice, when a style is asked for', async () => {
    const speaker = await Vits.load(
      host,
      withLargeStyle((key) => voice.path(key === 'style' ? 'decoder' : key)),
    );
    await expect(speaker.style(reference)).rejects.toMatchObject({
      name: 'VitsError',
      code: 'graph',
      message: "style.onnx: has no input 'spectrogram'; export the voice again",
    });
    // With a style given, it speaks.
    expect((await speaker.synthesize({ ...speech, style })).samples.every(Number.isFinite)).toBe(true);
    await speaker.dispose();
  });

  test('work after disposal', async () => {
    const speaker = await Vits.load(host, voice);
    await speaker.dispose();
    await expect(speaker.synthesize({ ...speech, style })).rejects.toMatchObject({ code: 'disposed' });
    await speaker.dispose();
  });
});

test('a large style graph is loaded when a style is asked for, gives the same, and is freed with the voice', async () => {
  const loaded: string[] = [];
  const disposed: string[] = [];
  const watched: Pick<SessionHost, 'load'> = {
    load: async (source, options) => {
      const session = await host.load(source, options);
      const name = path.basename(String(source));
      loaded.push(name);
      const dispose = () => (disposed.push(name), session.dispose());
      return new Proxy(session, {
        get: (target, key) => {
          if (key === 'dispose') return dispose;
          const value: unknown = Reflect.get(target, key, target);
          return typeof value === 'function' ? (value.bind(target) as unknown) : value;
        },
      });
    },
  };
  const speaker = await Vits.load(watched, withLargeStyle());
  expect(loaded.sort()).toEqual(['decoder.onnx', 'latent.onnx']);
  const [again, both] = await Promise.all([speaker.style(reference), speaker.style(reference)]);
  expect(again).toEqual(style);
  expect(both).toEqual(style);
  expect(loaded.filter((name) => name === 'style.onnx')).toHaveLength(1);
  await speaker.dispose();
  expect(disposed.sort()).toEqual(['decoder.onnx', 'latent.onnx', 'style.onnx']);
});
