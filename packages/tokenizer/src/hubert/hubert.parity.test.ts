// HuBERT against the reference implementation: eagerly, as exported graphs through the encoder, and in windows.
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { type Audio } from '@gpt-talker/audio';
import { SessionHost, float32 } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { PARITY_FOLDER, largestDifference, parityNumbers } from '../../test/parity';
import { HubertEncoder, type FeatureQuantizer, type HubertEncoderOptions } from './encoder';
import { readHubertFolder, type HubertFolder } from './folder';
import { hubertGraphs } from './graphs';
import { recordingStatistics } from './statistics';

tf.enableProdMode();

const expected = parityNumbers('hubert-small');
const samples = expected.get('wav_16k')!.data as Float32Array;
const features = expected.get('last_hidden_state')!;

/** Names each pair of frames by its place; what the codes are is ConVITS's affair. */
const counting: FeatureQuantizer = {
  vocabulary: 1000,
  quantize: (_, frames) => Promise.resolve(Int32Array.from({ length: frames / 2 }, (_, token) => token)),
};

let hubert: HubertFolder;
let host: SessionHost;
let graphs: Pick<HubertEncoderOptions, 'graph' | 'statistics' | 'quantizer'>;

beforeAll(async () => {
  hubert = await readHubertFolder(path.join(PARITY_FOLDER, 'hubert-small'));
  host = await SessionHost.start({ intraOpThreads: 1 });
  const { encoder, statistics } = hubertGraphs(hubert.model);
  graphs = {
    graph: exportOnnx(trace(encoder.run, encoder.inputs, encoder.options)),
    statistics: exportOnnx(trace(statistics.run, statistics.inputs, statistics.options)),
    quantizer: counting,
  };
});
afterAll(async () => {
  hubert.store.dispose();
  await host.dispose();
});

test('the folder says that samples are to be normalised, and nothing in it is unknown', () => {
  expect(hubert.normalize).toBe(true);
  expect(hubert.unexpected).toEqual([]);
});

test('eagerly, the last hidden state is the same', () => {
  const hidden = hubert.model.forward(tf.tensor2d(samples, [1, samples.length]));
  expect(hidden.shape).toEqual(features.shape);
  expect(largestDifference(hidden.dataSync(), features.data)).toBeLessThan(1e-5);
});

/** A sweeping, swelling tone with some noise-like ripple. */
function sound(seconds: number, sampleRate = 16_000): Audio {
  const length = Math.round(seconds * sampleRate);
  const at = (index: number) => {
    const time = index / sampleRate;
    const tone = Math.sin(2 * Math.PI * (150 * time + 25 * Math.sin(2 * time))) * (1 + Math.sin(4 * time));
    return 0.2 * tone + 0.02 * Math.sin(time * time * 9000);
  };
  return { samples: Float32Array.from({ length }, (_, index) => at(index)), sampleRate };
}

async function eager({ samples: heard }: Audio): Promise<Float32Array> {
  const hidden = hubert.model.forward(tf.tensor2d(heard, [1, heard.length]));
  return (await hidden.data()) as Float32Array;
}

const load = (options: Partial<HubertEncoderOptions> = {}) => HubertEncoder.load(host, { ...graphs, ...options });

describe('exported', () => {
  test('the last hidden state is the same, and two frames become one token', async () => {
    const encoder = await load();
    const { data, frames, width } = await encoder.features({ samples, sampleRate: 16_000 });
    expect([frames, width]).toEqual(features.shape.slice(1));
    expect(largestDifference(data, features.data)).toBeLessThan(1e-5);
    const tokens = await encoder.encode({ samples, sampleRate: 16_000 });
    expect(tokens).toEqual(Int32Array.from({ length: 12 }, (_, token) => token));
    await encoder.dispose();
  });

  test.each([1039, 2123])('%i samples are encoded as the eager model encodes them', async (length) => {
    const heard = { samples: sound(2).samples.slice(0, length), sampleRate: 16_000 };
    const { data, frames } = await (await load()).features(heard);
    expect(frames).toBe(Math.floor((length - 400) / 320) + 1);
    expect(largestDifference(data, await eager(heard))).toBeLessThan(1e-5);
  });

  test('a sound too short for a token is followed by silence', async () => {
    expect(await (await load()).encode(sound(0.01))).toHaveLength(1);
    expect(await (await load()).encode({ samples: new Float32Array(0), sampleRate: 8000 })).toHaveLength(1);
  });

  test('speech at 32 kHz is encoded at 16 kHz', async () => {
    const { data, frames } = await (await load()).features(sound(1, 32_000));
    expect(frames).toBe(49);
    const expectedFeatures = (await (await load()).features(sound(1))).data;
    // The tone begins and ends abruptly, which two rates cut differently: the middle counts.
    const middle = (values: Float32Array) => values.subarray(5 * features.shape[2], 44 * features.shape[2]);
    expect(largestDifference(middle(data), middle(expectedFeatures))).toBeLessThan(0.1);
  });

  test('silence is appended where GPT-SoVITS does so', async () => {
    const { data, frames } = await (await load({ tailSeconds: 0.6 })).features(sound(0.5));
    expect(frames).toBe(54);
    const padded = new Float32Array(17_600);
    padded.set(sound(0.5).samples);
    const expectedFeatures = (await (await load()).features({ samples: padded, sampleRate: 16_000 })).data;
    expect(largestDifference(data, expectedFeatures)).toBeLessThan(1e-5);
  });

  test('normalised samples have mean 0 and variance 1', async () => {
    const quiet = sound(0.5);
    const shifted = { ...quiet, samples: quiet.samples.map((sample) => 0.1 * sample + 0.2) };
    const encoder = await load({ normalize: true });
    const difference = largestDifference((await encoder.features(quiet)).data, (await encoder.features(shifted)).data);
    expect(difference).toBeLessThan(1e-3);
  });

  test('samples that are no numbers are refused, and a cancelled run ends', async () => {
    const encoder = await load();
    const broken = { samples: Float32Array.of(0, NaN), sampleRate: 16_000 };
    await expect(encoder.encode(broken)).rejects.toMatchObject({ code: 'bad-audio' });
    await expect(encoder.encode(sound(1), { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });
});

describe('long recordings', () => {
  test('statistics put together from pieces are those of the whole', async () => {
    const long = sound(25); // three pieces
    const session = await host.load(graphs.statistics);
    const { mean, variance } = await recordingStatistics(session, long.samples);
    const whole = await session.run({ samples: float32(long.samples, [1, long.samples.length]) });
    expect(largestDifference(mean.data as Float32Array, whole.mean.data as Float32Array)).toBeLessThan(1e-6);
    const expectedVariance = whole.variance.data as Float32Array;
    (variance.data as Float32Array).forEach((value, channel) => {
      expect(value / expectedVariance[channel]).toBeCloseTo(1, 4);
    });
  });

  // Attention within a window cannot see what is outside of it; values are around 1.
  test('overlapping windows differ from the whole by little, and nowhere more than elsewhere', async () => {
    const long = sound(8);
    const whole = await (await load({ windowFrames: 10_000 })).features(long);
    const joined = await (await load({ windowFrames: 200, overlapFrames: 80 })).features(long);
    expect(joined.frames).toBe(399);
    expect(largestDifference(joined.data, whole.data)).toBeLessThan(0.005);
    const apart = await load({ windowFrames: 200, overlapFrames: 0 });
    expect(largestDifference((await apart.features(long)).data, whole.data)).toBeGreaterThan(0.1);
  });
});
