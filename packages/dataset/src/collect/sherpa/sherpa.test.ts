// What is asked of sherpa-onnx-node, and what is said where it or a model is missing. With a stand-in for the addon; and with the
// addon itself, on made-up models, where it is installed.
import { mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { conv1d } from '@gpt-talker/tfjs-onnx';
import * as tf from '@tensorflow/tfjs-core';
import {
  joined,
  noise,
  SAMPLE_RATE,
  silence,
  temporaryFolder,
  tone,
  withMetadata,
  writeLoudnessRecognizer,
  writeModel,
} from '../../../test/collect-support';
import { DIARIZER_OPTIONS, SherpaDiarizer } from './diarizer';
import {
  loadSherpa,
  type Sherpa,
  type SherpaDiarizationConfig,
  type SherpaRecognizerConfig,
  type SherpaWave,
} from './load';
import { Recognizer, RECOGNIZER_OPTIONS, recognizerPlace } from './recognizer';

tf.enableProdMode();
const folder = temporaryFolder();

function file(name: string): string {
  const made = path.join(folder, name);
  mkdirSync(path.dirname(made), { recursive: true });
  writeFileSync(made, name);
  return made;
}

interface Asked {
  diarization?: SherpaDiarizationConfig;
  recognizer?: SherpaRecognizerConfig;
  heard: SherpaWave[];
}

/** A stand-in that remembers what it was asked. */
function standIn(): { asked: Asked; load: () => Promise<Sherpa> } {
  const asked: Asked = { heard: [] };
  const sherpa: Sherpa = {
    OfflineRecognizer: {
      async createAsync(config) {
        asked.recognizer = config;
        return {
          createStream: () => ({ acceptWaveform: (wave) => asked.heard.push(wave) }),
          decodeAsync: async () => ({ text: ' Hello. ' }),
        };
      },
    },
    OfflineSpeakerDiarization: class {
      readonly sampleRate = 8000;
      constructor(config: SherpaDiarizationConfig) {
        asked.diarization = config;
      }
      process(samples: Float32Array) {
        asked.heard.push({ samples, sampleRate: 8000 });
        return [{ start: 0.5, end: 1.25, speaker: 1 }];
      }
    },
  };
  return { asked, load: async () => sherpa };
}

describe('with a stand-in for the addon', () => {
  test('diarisation: both models, the clustering and the limits are handed on; sound comes at the model’s rate', async () => {
    const { asked, load } = standIn();
    const options = {
      ...DIARIZER_OPTIONS,
      segmentationModel: file('segmentation.onnx'),
      embeddingModel: file('embedding.onnx'),
    };
    const diarizer = await SherpaDiarizer.open({ ...options, speakers: 2 }, load);
    expect(await diarizer.diarize({ samples: silence(2), sampleRate: SAMPLE_RATE })).toEqual([
      { startSeconds: 0.5, endSeconds: 1.25, speaker: '1' },
    ]);
    expect(asked.diarization).toMatchObject({
      segmentation: { pyannote: { model: options.segmentationModel } },
      embedding: { model: options.embeddingModel },
      clustering: { numClusters: 2, threshold: 0.5 },
      minDurationOn: 0.3,
      minDurationOff: 0.5,
    });
    expect(asked.heard[0].samples).toHaveLength(16000);
    const other = await SherpaDiarizer.open(options, load);
    expect(other.identity).not.toEqual(diarizer.identity);
    expect(asked.diarization?.clustering.numClusters).toBe(-1);
  });

  test('recognition: files are found by their names, the exact ones before int8', async () => {
    const { asked, load } = standIn();
    for (const name of ['tiny-encoder.int8.onnx', 'tiny-encoder.onnx', 'tiny-decoder.int8.onnx', 'tiny-tokens.txt'])
      file(`whisper/${name}`);
    const model = path.join(folder, 'whisper');
    const recognizer = await Recognizer.open({ ...RECOGNIZER_OPTIONS, model, language: 'en' }, recognizerPlace(), load);
    expect(await recognizer.recognize({ samples: silence(1), sampleRate: 8000 })).toBe('Hello.');
    expect(asked.recognizer?.modelConfig).toEqual({
      whisper: {
        encoder: path.join(model, 'tiny-encoder.onnx'),
        decoder: path.join(model, 'tiny-decoder.int8.onnx'),
        language: 'en',
        task: 'transcribe',
      },
      tokens: path.join(model, 'tiny-tokens.txt'),
      numThreads: 2,
      debug: false,
    });
    expect([asked.heard[0].sampleRate, asked.heard[0].samples.length]).toEqual([16000, 32000]); // 2 s, resampled
  });

  test('moonshine’s four files are told apart', async () => {
    const { asked, load } = standIn();
    for (const name of ['preprocess', 'encode.int8', 'uncached_decode.int8', 'cached_decode.int8'])
      file(`moonshine/${name}.onnx`);
    file('moonshine/tokens.txt');
    await Recognizer.open(
      { kind: 'moonshine', model: path.join(folder, 'moonshine'), threads: 1 },
      recognizerPlace(),
      load,
    );
    const names = Object.fromEntries(
      Object.entries(asked.recognizer?.modelConfig.moonshine as Record<string, string>).map(([part, at]) => [
        part,
        path.basename(at),
      ]),
    );
    expect(names).toEqual({
      preprocessor: 'preprocess.onnx',
      encoder: 'encode.int8.onnx',
      uncachedDecoder: 'uncached_decode.int8.onnx',
      cachedDecoder: 'cached_decode.int8.onnx',
    });
  });
});

describe('what is missing is said, with where to get it', () => {
  const { load } = standIn();
  test('models for diarisation', async () => {
    await expect(SherpaDiarizer.open(DIARIZER_OPTIONS, load)).rejects.toThrow(
      /speaker segmentation model .*releases\/tag\/speaker-segmentation-models.*--segmentation-model .*--diarization rttm/,
    );
    const options = {
      ...DIARIZER_OPTIONS,
      segmentationModel: file('s.onnx'),
      embeddingModel: path.join(folder, 'none.onnx'),
    };
    await expect(SherpaDiarizer.open(options, load)).rejects.toThrow(
      /none\.onnx: the speaker embedding model is not there/,
    );
  });

  test('models for recognition, and files of one', async () => {
    await expect(Recognizer.open(RECOGNIZER_OPTIONS, recognizerPlace(), load)).rejects.toThrow(
      /speech recognition model .*releases\/tag\/asr-models.*--asr-model/,
    );
    file('part/x-encoder.onnx');
    await expect(
      Recognizer.open({ ...RECOGNIZER_OPTIONS, model: path.join(folder, 'part') }, recognizerPlace(), load),
    ).rejects.toThrow(/of kind whisper lacks decoder, tokens/);
  });
});

const installed = ((): boolean => {
  try {
    require.resolve('sherpa-onnx-node');
    return true;
  } catch {
    return false;
  }
})();

(installed ? test.skip : test)('without the addon: how to install it, and what does without', async () => {
  await expect(loadSherpa()).rejects.toThrow(
    /sherpa-onnx-node is not installed; run 'npm install sherpa-onnx-node', .*RTTM.*SRT/,
  );
});

const withSherpa = installed
  ? test
  : (name: string, work: () => Promise<void>) => test.skip(`${name} (skipped: no sherpa-onnx-node)`, work);

withSherpa('the addon runs a recogniser: a made-up one that writes AB for loud and nothing for silent', async () => {
  const model = writeLoudnessRecognizer(path.join(folder, 'tdnn'));
  const recognizer = await Recognizer.open({ kind: 'tdnn', model, threads: 1 });
  const loud = joined([silence(0.5), noise(SAMPLE_RATE, 0.5), silence(0.5)]);
  expect(await recognizer.recognize({ samples: loud, sampleRate: SAMPLE_RATE })).toBe('AB');
  expect(await recognizer.recognize({ samples: silence(2), sampleRate: SAMPLE_RATE })).toBe('');
});

/** Frames of pyannote's model: 270 samples apart, each reads 991. */
const FRAME = { window: 991, shift: 270 };

/** Nobody where it is silent, the first local speaker for low tones, the second for high ones: 7 classes, as pyannote has them. */
function segmentation({ x }: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const sound = x as tf.Tensor3D; // (N, 1, T)
  const mean = tf.fill([1, 1, FRAME.window], 1 / FRAME.window) as tf.Tensor3D;
  const power = (part: tf.Tensor) => conv1d(tf.square(part) as tf.Tensor3D, mean, { stride: FRAME.shift });
  const slope = conv1d(sound, tf.tensor3d([-1, 1], [1, 1, 2]), { padding: [1, 0] });
  const loud = tf.cast(tf.greater(power(sound), 1e-3), 'float32');
  const high = tf.cast(tf.greater(power(slope), tf.mul(power(sound), 0.3)), 'float32');
  const classes = [tf.sub(1, loud), tf.mul(loud, tf.sub(1, high)), tf.mul(loud, high)];
  const rest = tf.tile(tf.zerosLike(loud), [1, 4, 1]);
  return { y: tf.transpose(tf.mul(tf.concat([...classes, rest], 1), 10), [0, 2, 1]) };
}

withSherpa('the addon distinguishes two speakers: a low and a high tone, by made-up models', async () => {
  const graph = (
    name: string,
    build: Parameters<typeof writeModel>[2],
    shape: (number | string)[],
    metadata: Record<string, string | number>,
  ) => {
    const made = writeModel(folder, name, build, [{ name: 'x', shape }], {}).replace('.json', '.onnx');
    withMetadata(made, metadata);
    return made;
  };
  const segmentationModel = graph('segmentation-tones', segmentation, [1, 1, 10 * SAMPLE_RATE], {
    model_type: 'pyannote-segmentation-3.0',
    sample_rate: SAMPLE_RATE,
    window_size: 10 * SAMPLE_RATE,
    receptive_field_size: FRAME.window,
    receptive_field_shift: FRAME.shift,
    num_speakers: 3,
    powerset_max_classes: 2,
    num_classes: 7,
  });
  // The mean spectrum, without its level.
  const embed = ({ x }: Record<string, tf.Tensor>) => {
    const spectrum = tf.mean(x, 1);
    return { y: tf.sub(spectrum, tf.mean(spectrum, 1, true)) };
  };
  const embeddingModel = graph('embedding-tones', embed, ['N', 'T', 80], {
    framework: 'wespeaker',
    language: 'English',
    url: 'none',
    comment: 'none',
    sample_rate: SAMPLE_RATE,
    output_dim: 80,
    normalize_samples: 1,
    feature_normalize_type: '',
  });
  const turn = (hertz: number) => [tone(hertz, 2 * SAMPLE_RATE, 0.3), silence(0.7)];
  const samples = joined([silence(0.5), ...turn(300), ...turn(3000), ...turn(300), ...turn(3000)]);
  const diarizer = await SherpaDiarizer.open({ ...DIARIZER_OPTIONS, segmentationModel, embeddingModel });
  const spans = await diarizer.diarize({ samples, sampleRate: SAMPLE_RATE });
  expect(spans.map(({ speaker }) => speaker === spans[0].speaker)).toEqual([true, false, true, false]);
  spans.forEach(({ startSeconds, endSeconds }, index) => {
    expect(Math.abs(startSeconds - (0.5 + 2.7 * index))).toBeLessThan(0.1);
    expect(Math.abs(endSeconds - (2.5 + 2.7 * index))).toBeLessThan(0.1);
  });
});
