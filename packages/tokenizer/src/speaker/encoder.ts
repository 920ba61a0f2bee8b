// Who speaks, as a vector: Kaldi's filter banks of a recording through an exported speaker encoder. Loads no TensorFlow.js.
import { kaldiFbank, resample, type Audio } from '@gpt-talker/audio';
import type { Session, SessionHost } from '@gpt-talker/runtime';
import { requireFiniteSamples } from '../speech/finite-samples';
import { BANDS, SAMPLE_RATE } from './config';
import { SpeakerEncoderError } from './errors';

export interface SpeakerEncoderOptions {
  /** speaker.onnx: its path, or its bytes. */
  graph: string | Uint8Array;
  /** A longer recording is read in pieces of this many frames (100 a second), whose embeddings are averaged; default 3000, 30 seconds. */
  pieceFrames?: number;
}

/** Less than this (a fifth of a second) says nothing about a speaker. */
const LEAST_FRAMES = 20;

export class SpeakerEncoder {
  private constructor(
    private readonly session: Session,
    private readonly pieceFrames: number,
  ) {}

  /** @throws RuntimeError where the graph cannot be loaded, SpeakerEncoderError `graph` where it is another one */
  static async load(
    host: Pick<SessionHost, 'load'>,
    { graph, pieceFrames = 3000 }: SpeakerEncoderOptions,
  ): Promise<SpeakerEncoder> {
    const session = await host.load(graph);
    const fits = session.inputs.some(({ name }) => name === 'fbank');
    if (fits && Number.isInteger(pieceFrames) && pieceFrames >= LEAST_FRAMES)
      return new SpeakerEncoder(session, pieceFrames);
    await session.dispose();
    throw new SpeakerEncoderError(
      'graph',
      fits
        ? `pieceFrames is ${pieceFrames}; give a whole number of at least ${LEAST_FRAMES}`
        : "speaker.onnx: has no input 'fbank'; import the voice again",
    );
  }

  /**
   * A recording at any sample rate → its embedding (20480 numbers for v2Pro's encoder), whose direction identifies the speaker.
   * @throws SpeakerEncoderError `bad-audio` for less than 0.22 s; SpeechEncoderError `bad-audio` for samples that are not finite
   */
  async embed(audio: Audio, { signal }: { signal?: AbortSignal } = {}): Promise<Float32Array> {
    requireFiniteSamples(audio);
    const { samples } = await resample(audio, SAMPLE_RATE);
    const { data, frames } = kaldiFbank(samples, { sampleRate: SAMPLE_RATE, mels: BANDS });
    if (frames < LEAST_FRAMES) {
      const seconds = (audio.samples.length / audio.sampleRate).toFixed(2);
      throw new SpeakerEncoderError(
        'bad-audio',
        `a recording of ${seconds} s does not show who speaks; give at least 0.22 s`,
      );
    }
    const pieces = Math.ceil(frames / this.pieceFrames);
    let sum: Float64Array | undefined;
    for (let piece = 0; piece < pieces; piece++) {
      const [from, to] = [piece, piece + 1].map((index) => Math.round((index * frames) / pieces));
      const fbank = {
        type: 'float32' as const,
        data: data.slice(from * BANDS, to * BANDS),
        dims: [1, to - from, BANDS],
      };
      const { embedding } = await this.session.run({ fbank }, { signal });
      sum ??= new Float64Array(embedding.data.length);
      const share = (to - from) / frames;
      (embedding.data as Float32Array).forEach((value, index) => (sum![index] += share * value));
    }
    return Float32Array.from(sum!);
  }

  async dispose(): Promise<void> {
    await this.session.dispose();
  }
}

/** How alike two embeddings' directions are: from −1 to 1, the same speaker near 1. Embeddings of different widths are a RangeError. */
export function speakerSimilarity(a: Float32Array, b: Float32Array): number {
  if (a.length !== b.length)
    throw new RangeError(`embeddings of ${a.length} and ${b.length} numbers are of different speaker encoders`);
  let [product, left, right] = [0, 0, 0];
  for (let index = 0; index < a.length; index++) {
    product += a[index] * b[index];
    left += a[index] * a[index];
    right += b[index] * b[index];
  }
  return product / Math.sqrt(left * right);
}
