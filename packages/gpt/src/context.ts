// A conversation that ConGPT has read: every position's keys and values stay in the runtime's row cache, so that a reply pays
// for its own text and tokens only. A reply works on a fork of the cache, and leaves the conversation as it was.
//
// Rows are always computed segment by segment, one run each, whether a conversation comes at once or turn by turn: products of
// other shapes are rounded otherwise, and a kept conversation would not give, to the bit, the reply that the whole one gives.
import { sequenceLength, type Segment } from '@gpt-talker/context';
import { fedRows, type KvCache, type Session } from '@gpt-talker/runtime';
import { ContextLengthError, GptError } from './errors';
import { PhonemeGuide, phonemeModel, type TokenEmissions } from './align';
import { heldRowsFed, segmentFeeds, tokenFeeds, type RowsFed } from './feeds';
import { Generation, type StopReason } from './generation';
import { seededRandom } from './random';
import { checkSampling, sampleToken, type SamplingOptions } from './sampler';
import { TokenSteps } from './token-steps';
import { LOGITS, cachePairs, remembersByHeads, type GptVoice } from './voice';

export interface GenerateOptions extends Partial<SamplingOptions> {
  /** The same seed gives the same reply; default 0. */
  seed?: number;
  /** The most tokens of a reply (25 a second); default 750, 30 seconds. The voice's `maxPositions` may end it earlier. */
  maximumTokens?: number;
  /**
   * How long the reply is to last, as a multiple of what its text lasts with this voice: 0.8 is hurried, 1.25 slow. Default: 1. Only
   * voices with an alignment prior follow it.
   */
  pace?: number;
  /** Tokens of the reply that have been said already: it goes on from there, and gives out only what follows. Interleaved order only. */
  prefix?: readonly number[];
  /** What says which token sounds like which phoneme; without it `phonemeWeight` counts for nothing. */
  emissions?: TokenEmissions;
  /**
   * How much it counts, beside ConGPT's own opinion of 1, that a token sounds like the phoneme that is due (`PhonemeGuide`). Default: as the
   * voice says; 0 = nothing, as in GPT-SoVITS.
   */
  phonemeWeight?: number;
  signal?: AbortSignal;
}

type TextSegment = Extract<Segment, { kind: 'text' }>;

const DEFAULT_MAXIMUM_TOKENS = 750;

export class GptContext {
  private disposed = false;
  private readonly rowsFed: RowsFed;

  private constructor(
    private readonly session: Session,
    private readonly voice: GptVoice,
    private readonly steps: TokenSteps,
    /** Keys and values of `read`; with the text-first order nothing is encoded before a reply's text is known. */
    private readonly cache: KvCache,
    private readonly read: Segment[],
  ) {
    this.rowsFed = remembersByHeads(session) ? fedRows : heldRowsFed;
  }

  /** An empty conversation. */
  static async open(session: Session, voice: GptVoice, steps = new TokenSteps(session)): Promise<GptContext> {
    const cache = await session.createCache({
      pairs: cachePairs(voice.gpt, remembersByHeads(session)),
      capacity: voice.layout.maxPositions,
      padEmpty: true,
    });
    return new GptContext(session, voice, steps, cache, []);
  }

  /** How many positions (phonemes and speech tokens) the conversation takes. */
  get positions(): number {
    return sequenceLength(this.read);
  }

  /** How many segments have been read. */
  get segments(): number {
    return this.read.length;
  }

  /** Bytes of the keys and values: the runtime's tables. */
  get bytes(): number {
    return this.cache.bytes;
  }

  /**
   * Reads what was said next. Only the new segments are computed, but for the text-first order, in which a new text comes
   * before the earlier speech. Aborted, it has read the segments before the one that it was at.
   * @throws ContextLengthError where the voice cannot hold the conversation; it stays as it was
   */
  async append(segments: readonly Segment[], { signal }: { signal?: AbortSignal } = {}): Promise<void> {
    this.checkOpen();
    this.checkRoom(segments);
    for (const segment of segments) {
      if (this.incremental) await this.readInto(this.cache, [...this.read, segment], signal);
      this.read.push(segment);
    }
  }

  /** A conversation of its own that starts with what this one has read. */
  async fork(): Promise<GptContext> {
    this.checkOpen();
    return new GptContext(this.session, this.voice, this.steps, await this.cache.fork(), [...this.read]);
  }

  /**
   * Speaks. The conversation is left as it was: append the reply's text and tokens to it if it is to remember them.
   * @param segments what comes after what has been read; the last one is the text to be spoken
   * @throws GptError `sampling` or `input`, at once; ContextLengthError when the reply is read
   */
  generate(segments: readonly Segment[], options: GenerateOptions = {}): Generation {
    this.checkOpen();
    const settings = samplingSettings(this.voice, options);
    const last = segments[segments.length - 1];
    if (last?.kind !== 'text' || last.phonemes.length === 0) {
      throw new GptError(
        'input',
        'the last segment of a reply must be the text to be spoken, with at least one phoneme; add it',
      );
    }
    if (options.prefix && options.prefix.length > 0 && !this.incremental)
      throw new GptError('input', 'a voice that reads all text first cannot go on from a prefix; leave it out');
    return new Generation(() => this.speak(segments, last, settings, options));
  }

  /** Frees the conversation's rows. */
  async dispose(): Promise<void> {
    this.disposed = true;
    await this.cache.dispose();
  }

  private async *speak(
    segments: readonly Segment[],
    { role, phonemes }: TextSegment,
    settings: SamplingOptions,
    {
      seed = 0,
      maximumTokens = DEFAULT_MAXIMUM_TOKENS,
      pace = 1,
      prefix = [],
      emissions,
      phonemeWeight = this.voice.sampling.phonemeWeight ?? 0,
      signal,
    }: GenerateOptions,
  ): AsyncGenerator<number, StopReason, undefined> {
    signal?.throwIfAborted();
    this.checkOpen();
    this.checkRoom(segments, 1);
    const { voice, session, steps } = this;
    const { endOfSpeech } = voice.semantic;
    const conversation = [...this.read, ...segments];
    const limit = Math.min(maximumTokens, voice.layout.maxPositions - sequenceLength(conversation));
    const random = seededRandom(seed);
    const cache = await this.cache.fork();
    let leave: (() => void) | undefined;
    try {
      if (this.incremental) {
        for (let end = this.read.length + 1; end < conversation.length; end++)
          await this.readInto(cache, conversation.slice(0, end), signal);
      }
      const tokens: number[] = [...prefix];
      const replyPace = pace * (voice.sampling.pace ?? 1);
      const feedsAfter = (known: number) => {
        const spoken: Segment = { kind: 'speech', role, tokens: Int32Array.from(tokens) };
        return tokenFeeds([...conversation, spoken], replyPace, voice, this.rowsFed, known);
      };
      // Not at the reply's pace: with phonemes that are due as late as that, more words and endings are lost (docs/decisions/0029).
      const guide =
        emissions && phonemeWeight > 0 && new PhonemeGuide(phonemeModel(phonemes, emissions), emissions.tokens);
      if (guide) for (const token of prefix) guide.push(token);
      let feeds = segmentFeeds(conversation, cache.length, voice, this.rowsFed);
      if (tokens.length > 0) {
        await this.readInto(cache, conversation, signal);
        feeds = feedsAfter(tokens.length);
      }
      if (tokens.length >= limit) return 'length';
      let logits = (await session.run(feeds, { fetch: [LOGITS], cache, signal }))[LOGITS].data as Float32Array;
      leave = steps.enter();
      while (tokens.length < limit) {
        if (tokens.length > prefix.length) logits = await steps.next(feedsAfter(1), cache, signal);
        const guided = guide ? guide.apply(logits, phonemeWeight, endOfSpeech) : logits;
        const token = sampleToken(guided, tokens, settings, endOfSpeech, random);
        if (token === endOfSpeech) return 'end-of-speech';
        tokens.push(token);
        if (guide) guide.push(token);
        yield token;
        signal?.throwIfAborted();
      }
      return 'length';
    } finally {
      leave?.();
      await cache.dispose();
    }
  }

  /** Computes the rows of the last of these segments, and keeps them. */
  private async readInto(cache: KvCache, segments: readonly Segment[], signal?: AbortSignal): Promise<void> {
    const feeds = segmentFeeds(segments, cache.length, this.voice, this.rowsFed);
    if (feeds.ids.data.length > 0) await this.session.run(feeds, { fetch: [], cache, signal });
  }

  /** Whether a segment's rows stay right when others follow. */
  private get incremental(): boolean {
    return this.voice.layout.order === 'interleaved';
  }

  private checkRoom(segments: readonly Segment[], reserve = 0): void {
    const positions = this.positions + sequenceLength(segments);
    const { maxPositions } = this.voice.layout;
    if (positions + reserve > maxPositions) throw new ContextLengthError(positions, maxPositions);
  }

  private checkOpen(): void {
    if (this.disposed) throw new GptError('disposed', 'this conversation has been disposed; open a new one');
  }
}

/** The voice's own settings, then the caller's. */
function samplingSettings(voice: GptVoice, options: GenerateOptions): SamplingOptions {
  const { topK, topP, temperature, repetitionPenalty, minimumTokens, stutterTokens } = voice.sampling;
  const settings = {
    topK: options.topK ?? topK,
    topP: options.topP ?? topP,
    temperature: options.temperature ?? temperature,
    repetitionPenalty: options.repetitionPenalty ?? repetitionPenalty,
    minimumTokens: options.minimumTokens ?? minimumTokens,
    stutterTokens: options.stutterTokens ?? stutterTokens,
  };
  checkSampling(settings);
  const { maximumTokens = DEFAULT_MAXIMUM_TOKENS, seed = 0, pace = 1, phonemeWeight = 0 } = options;
  if (!(pace >= 0.2 && pace <= 5))
    throw new GptError('sampling', `option pace is ${pace}; give a number from 0.2 to 5`);
  if (!(phonemeWeight >= 0 && phonemeWeight <= 10))
    throw new GptError('sampling', `option phonemeWeight is ${phonemeWeight}; give a number from 0 to 10`);
  if (!Number.isInteger(maximumTokens) || maximumTokens < 1) {
    throw new GptError('sampling', `option maximumTokens is ${maximumTokens}; give a whole number of at least 1`);
  }
  if (!Number.isSafeInteger(seed)) throw new GptError('sampling', `option seed is ${seed}; give a whole number`);
  return settings;
}
