// The whole of GPT-Talker at inference, top to bottom: history → segments → speech tokens → samples.
import type { Audio } from '@gpt-talker/audio';
import {
  buildContext,
  rememberTurns,
  type Dialogue,
  type ReplyText,
  type Segment,
  type TurnTokenizer,
} from '@gpt-talker/context';
import { Gpt, type GenerateOptions, type Generation } from '@gpt-talker/gpt';
import { SessionHost, openVoice, type SessionOptions, type Voice, type VoiceManifest } from '@gpt-talker/runtime';
import { Vits, type Style } from '@gpt-talker/vits';
import { TalkerError } from './errors';
import type { ProgressListener } from './progress';
import { ReplyStream } from './reply-stream';
import { Timbre } from './timbre';
import { stopwatch, type Timings } from './timings';
import { VoiceTokenizer } from './voice-tokenizer';

export interface TalkerOptions extends SessionOptions {
  onProgress?: ProgressListener;
}

/** How ConGPT chooses tokens; what is left out is as the voice says. */
export type Sampling = Pick<
  GenerateOptions,
  'topK' | 'topP' | 'temperature' | 'repetitionPenalty' | 'minimumTokens' | 'maximumTokens'
>;

export interface ReplyOptions {
  /** The same seed gives the same samples; 0 unless told. */
  seed?: number;
  /** How many turns before the reply are read; as the voice says unless told. */
  historyTurns?: number;
  sampling?: Sampling;
  /** Speech that gives the reply its timbre, instead of the agent's latest turn. */
  reference?: Audio;
  /** How much the synthesis varies; as the voice says unless told. */
  noiseScale?: number;
  signal?: AbortSignal;
  onProgress?: ProgressListener;
}

export interface Reply {
  audio: Audio;
  /** Semantic tokens, 25 a second; with `phonemes`, what a later turn's history would be. */
  tokens: Int32Array;
  /** The text's phonemes, by the voice's symbol table. */
  phonemes: Int32Array;
  /** `length`: the reply was cut at the cap on tokens or at the voice's positions. */
  stopReason: 'end-of-speech' | 'length';
  /** How many turns of the dialogue were read. */
  historyTurns: number;
  /** What was left out of a text, or read by guessing; one line each. */
  warnings: string[];
  timings: Timings;
}

/** What a talker is made of; `Talker.load` puts it together. */
export interface TalkerParts {
  voice: Voice;
  gpt: Pick<Gpt, 'generate' | 'dispose'>;
  vits: Pick<Vits, 'style' | 'synthesize' | 'stream' | 'dispose'>;
  tokenizer: TurnTokenizer;
  /** Frees what the parts share. */
  dispose(): Promise<void>;
}

/** What synthesis needs of a reply, before there is a sound. */
interface Prepared {
  generation: Generation;
  phonemes: Int32Array;
  style: Style;
  historyTurns: number;
  warnings: string[];
  readingSeconds: number;
}

/** Speaks the agent's part of a conversation with one voice. */
export class Talker {
  private readonly tokenizer: TurnTokenizer;
  private readonly timbre: Timbre;
  private disposal: Promise<void> | undefined;

  /** For those who bring their own parts; `Talker.load` is the usual way. */
  constructor(private readonly parts: TalkerParts) {
    this.tokenizer = rememberTurns(parts.tokenizer);
    this.timbre = new Timbre(parts.vits, parts.voice);
  }

  /**
   * Checks a voice's folder and loads its graphs into a worker thread.
   * @throws VoiceFileError, RuntimeError, GptError, VitsError or TalkerError, each with a one-line message
   */
  static async load(voiceFolder: string, { onProgress, ...sessionOptions }: TalkerOptions = {}): Promise<Talker> {
    const PARTS = 4;
    let done = 0;
    const counted = async <T>(part: Promise<T>): Promise<T> => {
      const loaded = await part;
      done++;
      onProgress?.({ stage: 'loading', done, total: PARTS });
      return loaded;
    };
    onProgress?.({ stage: 'loading', done, total: PARTS });
    const starting = SessionHost.start(sessionOptions);
    try {
      const voice = await counted(openVoice(voiceFolder));
      const host = await starting;
      const [gpt, vits, tokenizer] = await Promise.all([
        counted(Gpt.load(host, voice)),
        counted(Vits.load(host, voice)),
        counted(VoiceTokenizer.load(voice)),
      ]);
      return new Talker({ voice, gpt, vits, tokenizer, dispose: () => host.dispose() });
    } catch (error) {
      await starting.then((host) => host.dispose()).catch(() => undefined);
      throw error;
    }
  }

  /** What voice.json says. */
  get manifest(): VoiceManifest {
    return this.parts.voice.manifest;
  }

  /**
   * Speaks a text as the agent's next turn of the dialogue.
   * @throws TextError, DialogueError, GptError, VitsError or TalkerError; the signal's reason when aborted
   */
  async reply(dialogue: Dialogue, text: string | ReplyText, options: ReplyOptions = {}): Promise<Reply> {
    const total = stopwatch();
    const { generation, phonemes, style, historyTurns, warnings, readingSeconds } = await this.prepare(
      dialogue,
      text,
      options,
    );
    const tokens: number[] = [];
    for await (const token of this.counted(generation, options.onProgress)) tokens.push(token);
    const tokensSeconds = total() - readingSeconds;
    const spoken = Int32Array.from(tokens);
    options.onProgress?.({ stage: 'synthesising', seconds: this.seconds(tokens.length) });
    const { seed = 0, noiseScale, signal } = options;
    const audio = await this.parts.vits.synthesize({ tokens: spoken, phonemes, style, seed, noiseScale, signal });
    const totalSeconds = total();
    return {
      audio,
      tokens: spoken,
      phonemes,
      stopReason: generation.stopReason ?? 'length',
      historyTurns,
      warnings,
      timings: {
        readingSeconds,
        tokensSeconds,
        synthesisSeconds: totalSeconds - readingSeconds - tokensSeconds,
        firstAudioSeconds: totalSeconds,
        totalSeconds,
        realTimeFactor: (totalSeconds * audio.sampleRate) / audio.samples.length,
      },
    };
  }

  /**
   * Like `reply`, in chunks: an async iterable of Audio that begins before the reply's last token is made. Leaving the loop
   * early frees everything.
   */
  stream(dialogue: Dialogue, text: string | ReplyText, options: ReplyOptions = {}): ReplyStream {
    const { seed = 0, noiseScale, signal, onProgress } = options;
    return new ReplyStream(async () => {
      const { generation, phonemes, style, historyTurns, warnings, readingSeconds } = await this.prepare(
        dialogue,
        text,
        options,
      );
      return {
        generation: this.counted(generation, onProgress),
        stopReason: () => generation.stopReason,
        phonemes,
        historyTurns,
        warnings,
        readingSeconds,
        synthesize: (tokens) => this.parts.vits.stream({ tokens, phonemes, style, seed, noiseScale, signal }),
      };
    });
  }

  /** Frees the voice's graphs and ends the worker thread. May be called again. */
  dispose(): Promise<void> {
    return (this.disposal ??= this.disposeParts());
  }

  private async disposeParts(): Promise<void> {
    const { gpt, vits } = this.parts;
    await Promise.all([gpt.dispose(), vits.dispose()]);
    await this.parts.dispose();
  }

  /** Reads the conversation: its segments to ConGPT, its reference to ConVITS. */
  private async prepare(dialogue: Dialogue, text: string | ReplyText, options: ReplyOptions): Promise<Prepared> {
    if (this.disposal) throw new TalkerError('disposed', 'the talker has been disposed; load the voice again');
    const { signal, onProgress, seed = 0, sampling, reference } = options;
    const { layout } = this.manifest;
    const elapsed = stopwatch();
    const { segments, historyTurns, warnings } = await buildContext(
      dialogue,
      typeof text === 'string' ? { text } : text,
      this.tokenizer,
      {
        historyTurns: options.historyTurns ?? layout.historyTurns,
        maxPositions: layout.maxPositions,
        signal,
        onTurn: (done, total) => onProgress?.({ stage: 'reading', done, total }),
      },
    );
    const style = await this.timbre.style(dialogue, reference);
    onProgress?.({ stage: 'reading', done: historyTurns, total: historyTurns });
    const generation = this.parts.gpt.generate(segments, { ...sampling, seed, signal });
    return { generation, phonemes: lastPhonemes(segments), style, historyTurns, warnings, readingSeconds: elapsed() };
  }

  /** The tokens as they come, reported. */
  private async *counted(
    generation: Generation,
    onProgress?: ProgressListener,
  ): AsyncGenerator<number, void, undefined> {
    let count = 0;
    for await (const token of generation) {
      count++;
      onProgress?.({ stage: 'speaking', seconds: this.seconds(count) });
      yield token;
    }
    if (count === 0)
      throw new TalkerError(
        'silent',
        'the voice had nothing to say to this text; try another seed, or more minimumTokens',
      );
  }

  private seconds(tokens: number): number {
    return tokens / this.manifest.semantic.tokensPerSecond;
  }
}

function lastPhonemes(segments: readonly Segment[]): Int32Array {
  const last = segments[segments.length - 1];
  return last.kind === 'text' ? last.phonemes : new Int32Array(0);
}
