// ConVITS as the library offers it: semantic tokens, phonemes and a style in, sound out, from exported graphs.
import { concatenateFloats, type Audio } from '@gpt-talker/audio';
import { float32, type SessionHost } from '@gpt-talker/runtime';
import { checkRequirement, type Voice } from '@gpt-talker/voice';
import { name, version } from '../package.json';
import { chunksOf, tokensUntilFirst, type Chunk } from './chunks';
import { crossFade } from './cross-fade';
import { decodeChunk, type DecodedChunk } from './decode-chunk';
import { VitsError } from './errors';
import { referenceSpectrogram, type Style } from './style';
import { streamSizes, type StreamSizeOptions } from './stream-sizes';
import { loadStyleGraph, type StyleGraph } from './style-graph';
import { loadGraph, type VitsSessions, type VitsVoice } from './voice';

export interface StyleOptions {
  /** Who speaks there, as the voice's speaker encoder says: for voices that have one, such as of GPT-SoVITS v2Pro. */
  speaker?: Float32Array;
  signal?: AbortSignal;
}
type Phonemes = Int32Array | readonly number[];

export interface SpeechOptions {
  /** Phoneme ids of the text to be spoken, at least one; a function where the text still grows, asked for each chunk. */
  phonemes: Phonemes | (() => Phonemes);
  style: Style;
  /** Any whole number; the same seed gives the same samples. Default 0. */
  seed?: number;
  /** How lively the voice is: 0 always says it the same way. Default: the voice's own. */
  noiseScale?: number;
  /** From 0.25 to 4: how many times faster than the tokens it is spoken, at the same pitch. Default 1. */
  speed?: number;
  /** A factor on the pitch, from 0.5 to 2, for voices whose source is 'harmonic'; others keep theirs. Default 1. */
  pitch?: number;
  /** A factor on how far the pitch moves, from 0 to 2, for the same voices: 0 is one tone. Default 1. */
  pitchRange?: number;
  signal?: AbortSignal;
}

export interface SynthesizeOptions extends SpeechOptions {
  /** Semantic tokens, at 25 Hz, at least one. */
  tokens: Int32Array | readonly number[];
}

export interface StreamOptions extends SpeechOptions, StreamSizeOptions {
  /** Semantic tokens, at 25 Hz, as they come. */
  tokens: AsyncIterable<number> | Iterable<number>;
}

/** A stretch of speech, and how much of the tokens it is. */
export interface SpokenChunk extends Audio {
  tokens: number;
  /** Nothing follows. */
  last: boolean;
}

/** Beyond this, synthesis of a windowed voice works in pieces, whose sum costs less memory than the whole. */
const WHOLE_TOKENS = 250;
/** Chunks fade into one another over so long where attention has a window, and where it has none. */
const FADE_SECONDS = 0.005;
const UNLIMITED_FADE_SECONDS = 0.02;
const SLOWEST = 0.25;
const FASTEST = 4;
const LOWEST_PITCH = 0.5;
const HIGHEST_PITCH = 2;

/** How many tokens `stream` takes, unless it is told otherwise, before it makes a sound; fewer only where they are all. */
export function tokensOfFirstSound(voice: Pick<Voice['manifest'], 'vits'>): number {
  return tokensUntilFirst(streamSizes(voice.vits));
}

/** Speaks with one voice. Safe to use from several places at once; calls queue up in the host's thread. */
export class Vits {
  private disposal: Promise<void> | undefined;

  private constructor(
    private readonly sessions: VitsSessions,
    private readonly styleGraph: StyleGraph,
    private readonly voice: VitsVoice,
  ) {}

  /**
   * Loads a voice's `latent.onnx` and `decoder.onnx` into the host's thread, and `style.onnx` where it is small; a large one is loaded when a
   * style is asked for, and let go when none has been for a while.
   * @throws VitsError `graph` where a graph is not the one that voice.json describes; RuntimeError where one cannot be loaded
   */
  static async load(host: Pick<SessionHost, 'load'>, voice: Pick<Voice, 'path' | 'manifest'>): Promise<Vits> {
    checkRequirement(voice.manifest, name, version);
    const loading = [
      loadGraph(host, voice, 'latent'),
      loadGraph(host, voice, 'decoder'),
      loadStyleGraph(host, voice),
    ] as const;
    try {
      const [latent, decoder, styleGraph] = await Promise.all(loading);
      return new Vits({ latent, decoder }, styleGraph, voice.manifest);
    } catch (error) {
      const results = await Promise.allSettled(loading);
      await Promise.all(results.map(async (result) => result.status === 'fulfilled' && result.value.dispose()));
      throw error;
    }
  }

  /**
   * The style of some speech (its first half minute counts), to speak with; that of several recordings is `meanStyle` of theirs.
   * @throws VitsError `input` for less than 0.2 s, or where the voice needs to be told the speaker and is not; `graph` for a large
   *   `style.onnx` that is not the one that voice.json describes
   */
  async style(reference: Audio, { signal, speaker }: StyleOptions = {}): Promise<Style> {
    this.refuseAfterDisposal();
    const width = this.voice.speaker?.width;
    if (speaker?.length !== width) {
      throw new VitsError(
        'input',
        width === undefined
          ? `the speaker's embedding of ${speaker?.length} numbers is of no use to this voice; leave it out`
          : `this voice needs the speaker's embedding of ${width} numbers, and got ${speaker?.length ?? 'none'}; make it with the voice's speaker encoder`,
      );
    }
    const feeds = {
      spectrogram: await referenceSpectrogram(reference, this.voice),
      ...(speaker && width !== undefined && { speaker: float32(speaker, [1, width]) }),
    };
    const { style } = await this.styleGraph.use((session) => session.run(feeds, { signal }));
    return { vector: style.data as Float32Array };
  }

  /** Speaks all tokens; the samples are in [−1, 1]. @throws VitsError `input` for tokens or phonemes that cannot be spoken */
  async synthesize({ tokens, ...options }: SynthesizeOptions): Promise<Audio> {
    if (tokens.length === 0) throw new VitsError('input', 'there are no tokens to speak');
    const size = this.voice.vits.attentionWindow === null ? tokens.length : WHOLE_TOKENS;
    const chunks: Float32Array[] = [];
    for await (const { samples } of this.stream({
      ...options,
      tokens,
      firstChunkTokens: size,
      largestChunkTokens: size,
      firstLookaheadTokens: size,
    }))
      chunks.push(samples);
    return { samples: concatenateFloats(chunks), sampleRate: this.voice.sampleRate };
  }

  /**
   * Speaks tokens while they come, in chunks that fade into one another. With a voice whose attention has a window, the chunks put
   * together equal the whole, but for what the first ones could not see yet (README, Streaming). Which chunks there are depends on the tokens alone, so the same tokens and seed always give the
   * same samples. Leaving the loop early stops the source of tokens too.
   * @throws VitsError as `synthesize`
   */
  async *stream({ tokens, ...options }: StreamOptions): AsyncGenerator<SpokenChunk, void, undefined> {
    this.refuseAfterDisposal();
    this.checkSpeech(options);
    const { sampleRate, vits } = this.voice;
    const fadeSeconds = vits.attentionWindow === null ? UNLIMITED_FADE_SECONDS : FADE_SECONDS;
    const fadeSamples = Math.round(fadeSeconds * sampleRate);
    const sizes = streamSizes(vits, options);
    let tail = new Float32Array();
    let state: { turns: number; pitchCentre?: number } = { turns: 0 };
    for await (const { chunk, tokens: known } of chunksOf(tokens, sizes)) {
      options.signal?.throwIfAborted();
      const decoding = await this.decode(chunk, known, state, options);
      const { samples: decoded, begin, end } = decoding;
      state = decoding;
      const samples = decoded.slice(begin, end);
      crossFade(tail, samples);
      tail = decoded.slice(end, Math.min(decoded.length, end + fadeSamples));
      yield { samples, sampleRate, tokens: chunk.end - chunk.begin, last: chunk.last };
    }
  }

  /** Frees the graphs. May be called again. */
  dispose(): Promise<void> {
    const parts = [...Object.values(this.sessions), this.styleGraph];
    return (this.disposal ??= Promise.all(parts.map((part) => part.dispose())).then(() => undefined));
  }

  private decode(
    chunk: Chunk,
    known: readonly number[],
    { turns, pitchCentre }: { turns: number; pitchCentre?: number },
    options: SpeechOptions,
  ): Promise<DecodedChunk> {
    const {
      seed = 0,
      style,
      noiseScale = this.voice.vits.noiseScale,
      speed = 1,
      pitch = 1,
      pitchRange = 1,
      signal,
    } = options;
    const phonemes = phonemesOf(options);
    const codes = Int32Array.from(known.slice(chunk.from, chunk.to), (token) => this.checkedToken(token));
    return decodeChunk(
      this.sessions,
      this.voice,
      { chunk, codes, phonemes, style, seed, noiseScale, speed, pitch, pitchRange, pitchCentre, turns },
      signal,
    );
  }

  private checkSpeech(options: SpeechOptions): void {
    const { style, noiseScale = 0, speed = 1, pitch = 1, pitchRange = 1 } = options;
    const { symbols, vits } = this.voice;
    const phonemes = phonemesOf(options);
    if (phonemes.length === 0) throw new VitsError('input', 'there are no phonemes to speak');
    for (const id of phonemes) {
      if (!Number.isInteger(id) || id < 0 || id >= symbols.length)
        throw new VitsError('input', `phoneme ${id} is not one of the voice's ${symbols.length} symbols`);
    }
    if (!(style?.vector instanceof Float32Array))
      throw new VitsError('input', 'there is no style to speak with; make one of some speech with style()');
    if (style.vector.length !== vits.styleChannels) {
      throw new VitsError(
        'input',
        `the style has ${style.vector.length} numbers, this voice's have ${vits.styleChannels}; make it with this voice`,
      );
    }
    if (!(noiseScale >= 0 && noiseScale < Infinity))
      throw new VitsError('input', `noiseScale is ${noiseScale}; it must be 0 or more`);
    if (!(speed >= SLOWEST && speed <= FASTEST))
      throw new VitsError('input', `speed is ${speed}; it must be from ${SLOWEST} to ${FASTEST}`);
    if (!(pitch >= LOWEST_PITCH && pitch <= HIGHEST_PITCH))
      throw new VitsError('input', `pitch is ${pitch}; it must be from ${LOWEST_PITCH} to ${HIGHEST_PITCH}`);
    if (!(pitchRange >= 0 && pitchRange <= 2))
      throw new VitsError('input', `pitchRange is ${pitchRange}; it must be from 0 to 2`);
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

function phonemesOf({ phonemes }: Pick<SpeechOptions, 'phonemes'>): Phonemes {
  return typeof phonemes === 'function' ? phonemes() : phonemes;
}
