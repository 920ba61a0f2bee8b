// What a reply is asked for with, and what it is when it has been spoken.
import type { Audio } from '@gpt-talker/audio';
import type { GenerateOptions } from '@gpt-talker/gpt';
import type { SplitStrategy } from '@gpt-talker/tokenizer';
import type { ProgressListener } from './progress';
import type { References } from './timbre';
import type { Retake } from './say-piece';
import type { Timings } from './timings';

/** How ConGPT chooses tokens; what is left out is as the voice says. */
export type Sampling = Pick<
  GenerateOptions,
  'topK' | 'topP' | 'temperature' | 'repetitionPenalty' | 'minimumTokens' | 'stutterTokens' | 'maximumTokens'
>;

export interface ReplyOptions {
  /** The same seed gives the same samples; default 0. */
  seed?: number;
  /** How many turns before the reply are read; default: as the voice says. */
  historyTurns?: number;
  sampling?: Sampling;
  /** Speech that gives the reply its timbre, instead of the agent's latest turn; several recordings are averaged. */
  reference?: References;
  /** How much the synthesis varies; default: as the voice says. */
  noiseScale?: number;
  /** From 0.25 to 4; the pitch stays. Default 1. */
  speed?: number;
  /** How much higher the voice is, in semitones; for voices whose sound is made of pulses, as the embedded one's. Default 0. */
  pitchSemitones?: number;
  /** A factor on how far the pitch moves, for the same voices; default 1. */
  pitchRange?: number;
  /** How much louder; default 0. */
  gainDecibels?: number;
  /** How to speak, in words, such as "cheerful, a little slower"; `INSTRUCTION_WORDS` are known, and the rest is named in a warning. */
  instructions?: string;
  /** Which of the voice's speakers speaks (`talker.speakers`); default: that of the agent's latest turn, or the voice's first. */
  speaker?: string;
  /** Where a long text is cut into pieces that are spoken one after the other; default `sentence`; `cut0` for nowhere. */
  split?: SplitStrategy;
  /** Whether markup in the text is followed: `[pause 1s]`, SSML, `(laughs)`, links; default true. */
  markup?: boolean;
  /** Whether a sentence that is still being written may be begun before it ends, where the listener would wait; default true. */
  eager?: boolean;
  /** The least silence between two pieces, twice as much between paragraphs; default 0.25 s. */
  pauseSeconds?: number;
  /** When a piece whose words are not all there is said again, with another seed: at most twice; default `unheard`. */
  retake?: Retake;
  /**
   * How often every piece is said, from 1 to 8, for the take that is most like its text: better understood, but no sound leaves before, and ConGPT
   * works as many times as long. Voices without emissions (`alignment`) say the first that nothing is wrong with. Default 1.
   */
  takes?: number;
  signal?: AbortSignal;
  onProgress?: ProgressListener;
}

/** A phoneme of a word, and when it sounds. */
export interface ReplyPhoneme {
  /** Of the voice's symbol table: `AH0`, `sh`, `i4`. */
  symbol: string;
  /** Seconds from the beginning of the reply. */
  start: number;
  end: number;
}

/** A word of the text, and when it is said. */
export interface ReplyWord {
  /** As written, without the marks around it: `$5`. */
  text: string;
  /** As it is said: `five dollars`. */
  normalized: string;
  /** Where it stands in the text that was given: UTF-16 indices. */
  from: number;
  to: number;
  /** Seconds from the beginning of the reply. */
  start: number;
  end: number;
  phonemes: ReplyPhoneme[];
  /** Which of the reply's tokens are its; the last not included. */
  tokens: { from: number; to: number };
  /** From 0 to 1: how well what is heard fits the word; ½ where it is unknown. */
  confidence: number;
}

/** Where `<mark name>` stands in the text, and when that is reached. */
export interface ReplyMark {
  name: string;
  seconds: number;
}

/** A chunk of a reply's sound. */
export interface ReplyChunk extends Audio {
  /** Words that have ended by the end of this chunk, and were in none before. */
  words: ReplyWord[];
}

/** A stretch of a reply that was spoken in one go: usually a sentence. */
export interface ReplyPiece {
  text: string;
  /** How many of the reply's tokens are its. */
  tokens: number;
  /** How often it was said until it was taken. */
  attempts: number;
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
  /** Every word, and when it is said. */
  words: ReplyWord[];
  /** The marks that were reached. */
  marks: ReplyMark[];
  /** How often the piece that was said most often was said: 1 where no word was missed. */
  attempts: number;
  /**
   * `length`: cut at the cap on tokens or at the voice's positions; `interrupted`: the reader left or `interrupt` was called, and the
   * reply is what had been read by then.
   */
  stopReason: 'end-of-speech' | 'length' | 'interrupted';
  seed: number;
  /** How many turns of the dialogue were read. */
  historyTurns: number;
  /** What was left out of a text or read by guessing, what seems not to have been said, and where a reply was cut; one line each. */
  warnings: string[];
  timings: Timings;
}
