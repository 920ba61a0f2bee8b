// The contracts of separation and enhancement models, on made-up graphs whose answers are known: filters, masks and counters.
import { readFileSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { rootMeanSquare } from '@gpt-talker/audio';
import { SessionHost } from '@gpt-talker/runtime';
import { conv1d } from '@gpt-talker/tfjs-onnx';
import * as tf from '@tensorflow/tfjs-core';
import { noise, SAMPLE_RATE, temporaryFolder, tone, writeModel } from '../../../test/collect-support';
import { voiceToBackgroundDecibels } from '../rules/noise';
import { reordered } from './axes';
import { readDescription } from './description';
import { type Separated } from './separated';
import { ENHANCEMENT_PLACE, SEPARATION_PLACE, Separator } from './separator';
import { inverseStft, stft, type StftOptions } from './stft';

tf.enableProdMode();
const folder = temporaryFolder();
let host: SessionHost;
beforeAll(async () => {
  host = await SessionHost.start();
});
afterAll(() => host.dispose());

async function separated(model: string, samples: Float32Array, sampleRate = SAMPLE_RATE): Promise<Separated> {
  const separator = await Separator.open(host, model, SEPARATION_PLACE);
  try {
    return await separator.separate({ samples, sampleRate });
  } finally {
    await separator.dispose();
  }
}

/** How far two sounds are apart, as a share of the second; edges left out. */
function distance(found: Float32Array, expected: Float32Array, edge = 0): number {
  const difference = found.map((value, i) => value - expected[i]);
  const inner = (samples: Float32Array) => samples.subarray(edge, samples.length - edge);
  return rootMeanSquare(inner(difference)) / rootMeanSquare(inner(expected));
}

describe('the transform', () => {
  test.each<[string, StftOptions]>([
    ['fast, Hann', { fftSize: 512, hopSamples: 128, window: 'hann' }],
    ['fast, root of Hann, narrow window', { fftSize: 512, hopSamples: 128, windowSamples: 400, window: 'sqrt-hann' }],
    ['any even size', { fftSize: 400, hopSamples: 100, window: 'hann' }],
  ])('%s: there and back is the same', (_, options) => {
    const samples = noise(3001, 0.5);
    const back = inverseStft(stft(samples, options), samples.length, options);
    expect(distance(back, samples)).toBeLessThan(1e-5);
  });

  test('a tone is in its bin, and both ways of computing agree', () => {
    const samples = tone(1000, 4000, 0.5);
    for (const [fftSize, bin] of [
      [512, 32],
      [400, 25],
    ]) {
      const { data, bins, frames } = stft(samples, { fftSize, hopSamples: 200, window: 'hann' });
      expect([bins, frames]).toEqual([fftSize / 2 + 1, 21]);
      const at = (b: number) => Math.hypot(data[2 * (10 * bins + b)], data[2 * (10 * bins + b) + 1]);
      expect(at(bin)).toBeCloseTo((0.5 * fftSize) / 4, 1); // half the amplitude times the window's mean
      expect(at(bin + 5)).toBeLessThan(0.01 * at(bin));
    }
  });

  test('axes are put in any order', () => {
    const data = Float32Array.from([1, 2, 3, 4, 5, 6]); // [bins 2, frames 3]
    const sizes = { bins: 2, frames: 3, batch: 1 };
    expect([...reordered(data, ['bins', 'frames'], ['frames', 'batch', 'bins'], sizes)]).toEqual([1, 4, 2, 5, 3, 6]);
  });
});

/** A low-pass filter of 65 samples: what it lets through is the voice of these tests. */
function lowPass(cutOff: number, sampleRate: number): tf.Tensor3D {
  const taps = Float32Array.from({ length: 65 }, (_, i) => {
    const x = i - 32;
    const sinc =
      x === 0 ? (2 * cutOff) / sampleRate : Math.sin((2 * Math.PI * cutOff * x) / sampleRate) / (Math.PI * x);
    return sinc * (0.54 - 0.46 * Math.cos((2 * Math.PI * i) / 64));
  });
  return tf.tensor3d(taps, [1, 1, 65]);
}

const LENGTH = SAMPLE_RATE + 123;
const low = tone(300, LENGTH, 0.3);
const high = tone(5000, LENGTH, 0.1);
const mixture = low.map((value, i) => value + high[i]);

describe('waveform models', () => {
  test('one channel in, the voice out: the background is the rest', async () => {
    const kernel = lowPass(2000, SAMPLE_RATE);
    const model = writeModel(
      folder,
      'filter',
      ({ x }) => ({ y: conv1d(x as tf.Tensor3D, kernel, { padding: 32 }) }),
      [{ name: 'x', shape: [1, 1, 'T'] }],
      { kind: 'waveform', sampleRate: SAMPLE_RATE },
    );
    const { voice, background } = await separated(model, mixture);
    expect(distance(voice, low, 100)).toBeLessThan(0.02);
    expect(distance(background, high, 100)).toBeLessThan(0.05);
    expect(voiceToBackgroundDecibels(voice, background)).toBeCloseTo(20 * Math.log10(3), 0);
  });

  test('as Demucs: 44.1 kHz, two channels, four stems, segments of one length, mean and deviation taken out', async () => {
    const kernel = lowPass(2000, 44100);
    const stems = (x: tf.Tensor): tf.Tensor => {
      const vocals = conv1d(tf.reshape(x, [2, 1, 8192]) as tf.Tensor3D, kernel, { padding: 32 });
      const other = tf.reshape(tf.sub(tf.reshape(x, [2, 1, 8192]), vocals), [1, 1, 2, 8192]);
      const half = tf.mul(other, 0.5);
      return tf.concat([half, half, tf.zerosLike(half), tf.reshape(vocals, [1, 1, 2, 8192])], 1);
    };
    const model = writeModel(
      folder,
      'demucs',
      ({ mix }) => ({ stems: stems(mix) }),
      [{ name: 'mix', shape: [1, 2, 8192] }],
      {
        kind: 'waveform',
        sampleRate: 44100,
        channels: 2,
        segmentSamples: 8192,
        normalise: 'mean-std',
        output: { axes: ['batch', 'sources', 'channels', 'samples'], sources: ['drums', 'bass', 'other', 'vocals'] },
      },
    );
    const { voice, background } = await separated(model, mixture);
    expect([voice.length, background.length]).toEqual([LENGTH, LENGTH]);
    expect(distance(voice, low, 800)).toBeLessThan(0.03);
    expect(distance(background, high, 800)).toBeLessThan(0.06);
  });

  test('segments are faded into each other without a seam', async () => {
    // This model grows louder along its segment: cut hard, its segments would part by a fifth of the amplitude.
    const gains = Array.from({ length: 1000 }, (_, i) => 0.9 + (0.2 * i) / 999);
    const ramp = tf.tensor3d(gains, [1, 1, 1000]);
    const build = ({ x }: Record<string, tf.Tensor>) => ({ y: tf.mul(x, ramp) });
    const largestStep = async (overlap: number): Promise<number> => {
      const description = { kind: 'waveform', sampleRate: SAMPLE_RATE, segmentSamples: 1000, overlap };
      const model = writeModel(folder, `ramp-${overlap}`, build, [{ name: 'x', shape: [1, 1, 1000] }], description);
      const { voice } = await separated(model, new Float32Array(5000).fill(0.5));
      return Math.max(...voice.subarray(1).map((value, i) => Math.abs(value - voice[i])));
    };
    expect(await largestStep(0)).toBeCloseTo(0.1, 2);
    expect(await largestStep(0.5)).toBeLessThan(0.001);
  });
});

const STFT = { fftSize: 512, hopSamples: 256, window: 'sqrt-hann' as const };
/** 1 below 2 kHz, 0 above, for each of 257 bins. */
const passLow = Array.from({ length: 257 }, (_, bin) => (bin * SAMPLE_RATE < 2000 * 512 ? 1 : 0));

describe('spectrum models', () => {
  test('a real mask from magnitudes', async () => {
    const mask = tf.tensor3d(passLow, [1, 257, 1]);
    const model = writeModel(
      folder,
      'mask',
      ({ x }) => ({ m: tf.mul(tf.onesLike(x), mask) }),
      [{ name: 'x', shape: [1, 257, 'T'] }],
      {
        kind: 'spectrum',
        sampleRate: SAMPLE_RATE,
        ...STFT,
        input: { axes: ['batch', 'bins', 'frames'] },
        output: { axes: ['batch', 'bins', 'frames'], gives: 'mask' },
      },
    );
    const { voice, background } = await separated(model, mixture);
    expect(distance(voice, low, 600)).toBeLessThan(0.01);
    expect(distance(background, high, 600)).toBeLessThan(0.01);
  });

  test('a complex mask, and a spectrum with other axes: the same voice, a quarter of a turn later', async () => {
    const turned = tf.tensor5d(
      passLow.flatMap((value) => [0, value]),
      [1, 1, 257, 1, 2],
    ); // times i
    const asMask = writeModel(
      folder,
      'turn',
      ({ x }) => ({ m: tf.mul(tf.onesLike(x), turned) }),
      [{ name: 'x', shape: [1, 1, 257, 'T', 2] }],
      {
        kind: 'spectrum',
        sampleRate: SAMPLE_RATE,
        ...STFT,
        input: { axes: ['batch', 'channels', 'bins', 'frames', 'complex'] },
        output: { axes: ['batch', 'channels', 'bins', 'frames', 'complex'], gives: 'mask' },
      },
    );
    const mask = tf.tensor4d(passLow, [1, 1, 257, 1]);
    const asSpectrum = writeModel(
      folder,
      'spectrum',
      ({ x }) => {
        const [re, im] = tf.split(tf.mul(x, mask), 2, 1);
        return { y: tf.concat([tf.neg(im), re], 1) };
      },
      [{ name: 'x', shape: [1, 2, 257, 'T'] }],
      {
        kind: 'spectrum',
        sampleRate: SAMPLE_RATE,
        ...STFT,
        input: { axes: ['batch', 'complex', 'bins', 'frames'] },
        output: { axes: ['batch', 'complex', 'bins', 'frames'] },
      },
    );
    const quarter = Float32Array.from(
      { length: LENGTH },
      (_, i) => 0.3 * Math.cos((2 * Math.PI * 300 * i) / SAMPLE_RATE),
    );
    for (const model of [asMask, asSpectrum])
      expect(distance((await separated(model, mixture)).voice, quarter, 600)).toBeLessThan(0.02);
  });

  test('as GTCRN: a frame at a time, with states that start at zero for every recording', async () => {
    // Lets frames through from the fourth on: without states it could not know which it gets.
    const model = writeModel(
      folder,
      'states',
      ({ mix, count, scale }) => ({
        enh: tf.mul(mix, tf.mul(scale, tf.cast(tf.greaterEqual(tf.reshape(count, [1, 1, 1, 1]), 3), 'float32'))),
        count_out: tf.add(count, 1),
      }),
      [
        { name: 'mix', shape: [1, 257, 1, 2] },
        { name: 'count', shape: [1] },
        { name: 'scale', shape: [1] },
      ],
      {
        kind: 'spectrum',
        sampleRate: SAMPLE_RATE,
        ...STFT,
        framesPerRun: 1,
        states: [{ input: 'count', output: 'count_out', dims: [1] }],
        constants: [{ input: 'scale', type: 'float32', dims: [1], value: 2 }],
      },
    );
    const separator = await Separator.open(host, model, ENHANCEMENT_PLACE);
    for (let recording = 0; recording < 2; recording++) {
      const { voice } = await separator.separate({ samples: mixture, sampleRate: SAMPLE_RATE });
      expect(rootMeanSquare(voice.subarray(0, 512))).toBe(0);
      expect(
        distance(
          voice.subarray(1024),
          mixture.subarray(1024).map((value) => 2 * value),
        ),
      ).toBeLessThan(1e-4);
    }
    await separator.dispose();
  });
});

test('the descriptions in docs/collection.md are understood', async () => {
  const text = readFileSync(path.resolve(__dirname, '../../../../../docs/collection.md'), 'utf8');
  const blocks = [...text.matchAll(/```json\n([\s\S]*?)```/g)].map(([, block]) => block);
  const kinds: string[] = [];
  for (const [index, block] of blocks.entries()) {
    const file = path.join(folder, `documented-${index}.json`);
    writeFileSync(file, block);
    for (const name of [`documented-${index}.onnx`, 'gtcrn_simple.onnx']) writeFileSync(path.join(folder, name), '');
    kinds.push((await readDescription(file, SEPARATION_PLACE)).description.kind);
  }
  expect(kinds).toEqual(['waveform', 'spectrum']);
});

describe('what does not fit is said', () => {
  const open = (file: string | undefined) => Separator.open(host, file, SEPARATION_PLACE);
  const described = (name: string, description: object) =>
    writeModel(
      folder,
      name,
      ({ x, y }) => ({ z: tf.add(x, y) }),
      [
        { name: 'x', shape: [1, 1, 'T'] },
        { name: 'y', shape: [1] },
      ],
      description,
    );

  test('no model named, and a file that is not there', async () => {
    await expect(open(undefined)).rejects.toThrow(
      /source separation model .*demucs.*--separation-model .*--separation none/i,
    );
    await expect(open(path.join(folder, 'gone.json'))).rejects.toThrow(/gone\.json: .*not there/);
  });

  test('a graph without a description, a description without a graph, one that is not understood', async () => {
    writeFileSync(path.join(folder, 'bare.onnx'), '');
    await expect(open(path.join(folder, 'bare.onnx'))).rejects.toThrow(
      /bare\.json: the description .* is not there; .*docs\/collection\.md/,
    );
    const alone = path.join(folder, 'alone.json');
    writeFileSync(alone, JSON.stringify({ kind: 'waveform', sampleRate: 16000 }));
    await expect(open(alone)).rejects.toThrow(/alone\.onnx: .*not there/);
    writeFileSync(alone, JSON.stringify({ kind: 'waveform', sampleRate: 16000, input: { axes: ['samples', 'bins'] } }));
    await expect(open(alone)).rejects.toThrow(/alone\.json: .*'bins', which a waveform model does not/);
    writeFileSync(alone, '{');
    await expect(open(alone)).rejects.toThrow(/is not JSON/);
  });

  test('inputs that the description forgets or invents', async () => {
    const base = { kind: 'waveform', sampleRate: SAMPLE_RATE };
    await expect(open(described('forgotten', { ...base, input: { name: 'x' } }))).rejects.toThrow(
      /nothing is said of input 'y'/,
    );
    await expect(open(described('invented', { ...base, input: { name: 'w' } }))).rejects.toThrow(
      /names 'w'; the graph has inputs x, y/,
    );
  });

  test('an output of another shape', async () => {
    const model = writeModel(
      folder,
      'shape',
      ({ x }) => ({ y: tf.squeeze(x, [1]) }),
      [{ name: 'x', shape: [1, 1, 'T'] }],
      {
        kind: 'waveform',
        sampleRate: SAMPLE_RATE,
      },
    );
    await expect(separated(model, tone(300, 100, 0.1))).rejects.toThrow(
      /output 'y' is float32 \[1, 100\]; the description says float32 \[batch 1, channels 1, samples 100\]/,
    );
  });
});
