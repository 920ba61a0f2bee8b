// What a reply is asked for with, and what it is when it has been spoken.
import type { Audio } from '@gpt-talker/audio';
import type { GenerateOptions } from '@gpt-talker/gpt';
import type { SplitStrategy } from '@gpt-talker/tokenizer';
import type { ProgressListener } from './progress';
import type { References } from './timbre';
import type { Timings } from './timings';

/** How ConGPT chooses tokens; what is left out is as the voice says. */
export type Sampling = Pick<
  GenerateOptions,
  'topK' | 'topP' | 'temperature' | 'repetitionPenalty' | 'minimumTokens' | 'stutterTokens' | 'maximumTokens'
>;

export interface ReplyOptions {
  /** The same seed gives the same samples; 0 unless told. */
  seed?: number;
  /** How many turns before the reply are read; as the voice says unless told. */
  historyTurns?: number;
  sampling?: Sampling;
  /** Speech that gives the reply its timbre, instead of the agent's latest turn; several recordings are averaged. */
  reference?: References;
  /** How much the synthesis varies; as the voice says unless told. */
  noiseScale?: number;
  /** From 0.25 to 4; the pitch stays. 1 unless told. */
  speed?: number;
  /** Where a long text is cut into pieces that are spoken one after the other; `sentence` unless told, `cut0` for nowhere. */
  split?: SplitStrategy;
  /** The least silence between two pieces, twice as much between paragraphs; 0.25 s unless told. */
  pauseSeconds?: number;
  signal?: AbortSignal;
  onProgress?: ProgressListener;
}

/** A stretch of a reply that was spoken in one go: usually a sentence. */
export interface ReplyPiece {
  text: string;
  /** How many of the reply's tokens are its. */
  tokens: number;
  /** When its sound begins and ends within the reply. */
  beginSeconds: number;
  endSeconds: number;
}

export interface Reply {
  audio: Audio;
  /** What was said: the text, or, of an interrupted reply, the words of it that were heard. */
  text: string;
  /** Semantic tokens, 25 a second; with `text`, what a later turn's history is. */
  tokens: Int32Array;
  /** The phonemes of the pieces, by the voice's symbol table. */
  phonemes: Int32Array;
  pieces: ReplyPiece[];
  /**
   * `length`: cut at the cap on tokens or at the voice's positions; `interrupted`: the reader left or `interrupt` was called, and the
   * reply is what had been read by then.
   */
  stopReason: 'end-of-speech' | 'length' | 'interrupted';
  seed: number;
  /** How many turns of the dialogue were read. */
  historyTurns: number;
  /** What was left out of a text, or read by guessing; one line each. */
  warnings: string[];
  timings: Timings;
}
