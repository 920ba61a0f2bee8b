// ConVITS as the library offers it: semantic tokens, phonemes and a style in, sound out, from exported graphs.
import { type Audio } from '@gpt-talker/audio';
import { float32, int32, type SessionHost, type Voice } from '@gpt-talker/runtime';
import { chunksOf, type Chunk } from './chunks';
import { crossFade } from './cross-fade';
import { VitsError } from './errors';
import { frameNoise } from './frame-noise';
import { referenceSpectrogram, type Style } from './style';
import { checkGraphs, type VitsSessions, type VitsVoice } from './voice';

export interface SpeechOptions {
  /** Phoneme ids of the text to be spoken, at least one. */
  phonemes: Int32Array | readonly number[];
  style: Style;
  /** Any whole number; the same seed gives the same samples. Default 0. */
  seed?: number;
  /** How lively the voice is: 0 always says it the same way. Default: the voice's own. */
  noiseScale?: number;
  signal?: AbortSignal;
}

export interface SynthesizeOptions extends SpeechOptions {
  /** Semantic tokens, at 25 Hz, at least one. */
  tokens: Int32Array | readonly number[];
}

export interface StreamOptions extends SpeechOptions {
  /** Semantic tokens, at 25 Hz, as they come. */
  tokens: AsyncIterable<number> | Iterable<number>;
  /** Tokens of the first chunk; default 12, half a second. */
  firstChunkTokens?: number;
  /** Later chunks double up to this many tokens; default 100, four seconds. */
  largestChunkTokens?: number;
}

/** Beyond this, synthesis of a windowed voice works in pieces, whose sum costs less memory than the whole. */
const WHOLE_TOKENS = 250;
/** Context and fade for voices whose attention has no window. */
const UNLIMITED_CONTEXT_TOKENS = 25;
const FADE_SECONDS = 0.02;

/** Speaks with one voice. Safe to use from several places at once; calls queue up in the host's thread. */
export class Vits {
  private disposal: Promise<void> | undefined;

  private constructor(
    private readonly sessions: VitsSessions,
    private readonly voice: VitsVoice,
  ) {}

  /**
   * Loads a voice's `style.onnx`, `latent.onnx` and `decoder.onnx` into the host's thread.
   * @throws VitsError `graph` where a graph is not the one that voice.json describes; RuntimeError where one cannot be loaded
   */
  static async load(host: Pick<SessionHost, 'load'>, voice: Pick<Voice, 'path' | 'manifest'>): Promise<Vits> {
    const loading = (['style', 'latent', 'decoder'] as const).map((key) => host.load(voice.path(key)));
    const results = await Promise.allSettled(loading);
    const dispose = () =>
      Promise.all(results.map(async (result) => result.status === 'fulfilled' && result.value.dispose()));
    try {
      const [style, latent, decoder] = await Promise.all(loading);
      const sessions = { style, latent, decoder };
      checkGraphs(sessions, voice.manifest);
      return new Vits(sessions, voice.manifest);
    } catch (error) {
      await dispose();
      throw error;
    }
  }

  /** The style of some speech (its first half minute counts), to speak with. @throws VitsError `input` for less than 0.2 s */
  async style(reference: Audio, { signal }: { signal?: AbortSignal } = {}): Promise<Style> {
    this.refuseAfterDisposal();
    const spectrogram = await referenceSpectrogram(reference, this.voice);
    const { style } = await this.sessions.style.run({ spectrogram }, { signal });
    return { vector: style.data as Float32Array };
  }

  /** Speaks all tokens; the samples are in [−1, 1]. @throws VitsError `input` for tokens or phonemes that cannot be spoken */
  async synthesize({ tokens, ...options }: SynthesizeOptions): Promise<Audio> {
    if (tokens.length === 0) throw new VitsError('input', 'there are no tokens to speak');
    const size = this.voice.vits.attentionWindow === null ? tokens.length : WHOLE_TOKENS;
    const samples = new Float32Array(tokens.length * this.samplesPerToken);
    let filled = 0;
    for await (const chunk of this.stream({ ...options, tokens, firstChunkTokens: size, largestChunkTokens: size })) {
      samples.set(chunk.samples, filled);
      filled += chunk.samples.length;
    }
    return { samples, sampleRate: this.voice.sampleRate };
  }

  /**
   * Speaks tokens while they come, in chunks. With a voice whose attention has a window, the chunks put together equal the
   * whole; with others, they fade into one another. Leaving the loop early stops the source of tokens too.
   * @throws VitsError as `synthesize`
   */
  async *stream({
    tokens,
    firstChunkTokens = 12,
    largestChunkTokens = 100,
    ...options
  }: StreamOptions): AsyncGenerator<Audio, void, undefined> {
    this.refuseAfterDisposal();
    this.checkSpeech(options);
    const { attentionWindow, contextTokens } = this.voice.vits;
    const { sampleRate } = this.voice;
    const unlimited = attentionWindow === null;
    const fadeSamples = unlimited ? Math.round(FADE_SECONDS * sampleRate) : 0;
    const context = unlimited ? contextTokens || UNLIMITED_CONTEXT_TOKENS : contextTokens;
    const sizes = {
      context,
      first: requireCount('firstChunkTokens', firstChunkTokens),
      largest: requireCount('largestChunkTokens', largestChunkTokens),
    };
    let tail = new Float32Array();
    for await (const { chunk, tokens: known } of chunksOf(tokens, sizes)) {
      options.signal?.throwIfAborted();
      const decoded = await this.decode(chunk, known, options);
      const begin = (chunk.begin - chunk.from) * this.samplesPerToken;
      const end = (chunk.end - chunk.from) * this.samplesPerToken;
      const samples = decoded.slice(begin, end);
      crossFade(tail, samples);
      tail = decoded.slice(end, Math.min(decoded.length, end + fadeSamples));
      yield { samples, sampleRate };
    }
  }

  /** Frees the graphs. May be called again. */
  dispose(): Promise<void> {
    return (this.disposal ??= Promise.all(Object.values(this.sessions).map((session) => session.dispose())).then(
      () => undefined,
    ));
  }

  private get samplesPerToken(): number {
    return this.voice.vits.framesPerToken * this.voice.hopSamples;
  }

  /** The samples of tokens [from, to), clipped to [−1, 1]. */
  private async decode({ from, to }: Chunk, known: readonly number[], options: SpeechOptions): Promise<Float32Array> {
    const { seed = 0, phonemes, noiseScale = this.voice.vits.noiseScale, signal } = options;
    const { interChannels, styleChannels, framesPerToken } = this.voice.vits;
    const codes = Int32Array.from(known.slice(from, to), (token) => this.checkedToken(token));
    const style = float32(options.style.vector, [1, styleChannels, 1]);
    const noise = frameNoise(seed, from * framesPerToken, codes.length * framesPerToken, interChannels);
    const { latent } = await this.sessions.latent.run(
      {
        codes: int32(codes, [1, 1, codes.length]),
        text: int32(Int32Array.from(phonemes), [1, phonemes.length]),
        style,
        noise: float32(noise, [1, interChannels, codes.length, framesPerToken]),
        noise_scale: float32([noiseScale], []),
      },
      { signal },
    );
    const { audio } = await this.sessions.decoder.run({ latent, style }, { signal });
    return this.clipped(audio.data as Float32Array, codes.length);
  }

  private clipped(samples: Float32Array, tokens: number): Float32Array {
    if (samples.length !== tokens * this.samplesPerToken) {
      throw new VitsError(
        'graph',
        `decoder.onnx: made ${samples.length} samples of ${tokens} tokens instead of ${tokens * this.samplesPerToken}; export the voice again`,
      );
    }
    return samples.map((sample) => {
      if (Number.isNaN(sample))
        throw new VitsError('graph', 'decoder.onnx: made samples that are not numbers; export the voice again');
      return Math.min(1, Math.max(-1, sample));
    });
  }

  private checkSpeech({ phonemes, style, noiseScale = 0 }: SpeechOptions): void {
    const { symbols, vits } = this.voice;
    if (phonemes.length === 0) throw new VitsError('input', 'there are no phonemes to speak');
    for (const id of phonemes) {
      if (!Number.isInteger(id) || id < 0 || id >= symbols.length)
        throw new VitsError('input', `phoneme ${id} is not one of the voice's ${symbols.length} symbols`);
    }
    if (style.vector.length !== vits.styleChannels) {
      throw new VitsError(
        'input',
        `the style has ${style.vector.length} numbers, this voice's have ${vits.styleChannels}; make it with this voice`,
      );
    }
    if (!(noiseScale >= 0 && noiseScale < Infinity))
      throw new VitsError('input', `noiseScale is ${noiseScale}; it must be 0 or more`);
  }

  private checkedToken(token: number): number {
    const { vocabulary, endOfSpeech } = this.voice.semantic;
    if (Number.isInteger(token) && token >= 0 && token < vocabulary && token !== endOfSpeech) return token;
    throw new VitsError(
      'input',
      `token ${token} is not speech; this voice's are 0 to ${vocabulary - 1} without ${endOfSpeech}`,
    );
  }

  private refuseAfterDisposal(): void {
    if (this.disposal) throw new VitsError('disposed', 'the voice has been disposed; load it again');
  }
}

function requireCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new VitsError('input', `${name} is ${value}; it must be a whole number from 1 on`);
}
