// ERes2NetV2 and its filter banks against the reference implementation: eagerly, and as an exported graph through the encoder.
// The weights (3.7 MB) are not copied here: PARITY_V2_DIR may name their folder.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { SessionHost } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { largestDifference, parityV2File, parityV2Numbers } from '../../test/parity';
import { SpeakerEncoder, speakerSimilarity } from './encoder';
import { readSpeakerEncoder, type SpeakerEncoderFile } from './file';
import { speakerEncoderGraph } from './graph';

tf.enableProdMode();

const file = parityV2File('eres2netv2-small.ckpt');

(file ? describe : describe.skip)('ERes2NetV2 (PARITY_V2_DIR or ../shared)', () => {
  let encoder: SpeakerEncoderFile;
  let expected: Map<string, { data: Float32Array; shape: number[] }>;
  beforeAll(async () => {
    encoder = await readSpeakerEncoder(file!);
    expected = parityV2Numbers('eres2netv2-small.io.safetensors');
  });
  afterAll(() => encoder.store.dispose());

  test('every weight of the file is used or known not to be', () => {
    expect(encoder.unexpected).toEqual([]);
    expect(encoder.config).toMatchObject({ scale: 4, expansion: 4 });
  });

  // Minutes on tfjs's CPU backend.
  const slow = process.env.PARITY_SLOW || process.env.PARITY_V2_DIR ? test : test.skip;
  slow(
    'eagerly, the embedding is the same (slow: set PARITY_SLOW=1)',
    () => {
      const fbank = expected.get('fbank')!;
      const embedding = encoder.model.forward(tf.tensor(fbank.data, [1, ...fbank.shape]));
      expect(embedding.shape).toEqual(expected.get('embedding')!.shape);
      expect(largestDifference(embedding.dataSync(), expected.get('embedding')!.data)).toBeLessThan(1e-4);
    },
    600_000,
  );

  test('exported, the embedding of the recording is the same, and batch norms are gone', async () => {
    const { run, inputs, options } = speakerEncoderGraph(encoder.model);
    const graph = trace(run, inputs, options);
    const kinds = new Set(graph.nodes.map(({ op }) => op));
    expect([...kinds].filter((kind) => /Norm|Sqrt|Div/.test(kind))).toEqual([]);
    const host = await SessionHost.start({ intraOpThreads: 1 });
    try {
      const speaker = await SpeakerEncoder.load(host, { graph: exportOnnx(graph) });
      const audio = { samples: expected.get('wav_16k')!.data, sampleRate: 16_000 };
      const embedding = await speaker.embed(audio);
      expect(largestDifference(embedding, expected.get('embedding')!.data)).toBeLessThan(1e-4);
      expect(speakerSimilarity(embedding, expected.get('embedding')!.data)).toBeCloseTo(1, 6);

      // In pieces it comes near; a fifth of a second is refused.
      const inPieces = await SpeakerEncoder.load(host, { graph: exportOnnx(graph), pieceFrames: 100 });
      expect(speakerSimilarity(await inPieces.embed(audio), embedding)).toBeGreaterThan(0.99);
      const short = { samples: audio.samples.slice(0, 3000), sampleRate: 16_000 };
      await expect(speaker.embed(short)).rejects.toMatchObject({ name: 'SpeakerEncoderError', code: 'bad-audio' });
    } finally {
      await host.dispose();
    }
  }, 600_000);
});
