// The ear's half of ConVITS: self-supervised features, 50 a second, to the tokens that it speaks, 25 a second (upstream
// `extract_latent`: `ssl_proj`, then the nearest vector of the codebook). A HubertEncoder of @gpt-talker/tokenizer is given it.
import { float32, type Session, type SessionHost } from '@gpt-talker/runtime';
import { VitsError } from './errors';

const FRAMES_PER_TOKEN = 2;

export class FeatureQuantizer {
  private constructor(
    private readonly session: Session,
    /** Numbers in the features of one frame. */
    readonly width: number,
    /** Tokens are whole numbers below this. */
    readonly vocabulary: number,
  ) {}

  /**
   * Loads a voice's `quantizer.onnx`.
   * @param vocabulary how many codes the voice has
   * @throws VitsError `graph` where it is another graph; RuntimeError where it cannot be loaded
   */
  static async load(
    host: Pick<SessionHost, 'load'>,
    graph: string | Uint8Array,
    vocabulary: number,
  ): Promise<FeatureQuantizer> {
    const session = await host.load(graph);
    const width = session.inputs.find(({ name }) => name === 'ssl')?.dims[1];
    if (typeof width === 'number' && session.outputs.some(({ name }) => name === 'codes'))
      return new FeatureQuantizer(session, width, vocabulary);
    await session.dispose();
    throw new VitsError('graph', "quantizer.onnx: has no input 'ssl' or no output 'codes'; export the voice again");
  }

  /**
   * @param features [frames, width] row by row
   * @param frames an even number
   * @returns one token for every two frames
   * @throws VitsError `input` for features of another width
   */
  async quantize(features: Float32Array, frames: number, options: { signal?: AbortSignal } = {}): Promise<Int32Array> {
    const { width } = this;
    const tokens = frames / FRAMES_PER_TOKEN;
    if (!Number.isInteger(tokens) || tokens < 1 || features.length !== frames * width) {
      throw new VitsError(
        'input',
        `${features.length} numbers are no features of ${frames} frames (an even number), ${width} each; use this voice's speech encoder`,
      );
    }
    const channelsFirst = new Float32Array(features.length);
    for (let frame = 0; frame < frames; frame++)
      for (let channel = 0; channel < width; channel++)
        channelsFirst[channel * frames + frame] = features[frame * width + channel];
    const ssl = float32(channelsFirst, [1, width, tokens, FRAMES_PER_TOKEN]);
    const { codes } = await this.session.run({ ssl }, options);
    return Int32Array.from(codes.data as Int32Array);
  }

  /** Frees the graph. */
  dispose(): Promise<void> {
    return this.session.dispose();
  }
}
