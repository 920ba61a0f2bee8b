// A stretch of a reply that is spoken in one go, usually a sentence, and how it is to be said.
import type { Segment, TokenizedText } from '@gpt-talker/context';

/** What the text itself asks for, on top of the reply's options. */
export interface Manner {
  /** A factor on the reply's speed. */
  speed?: number;
  /** How much higher, in semitones. */
  pitchSemitones?: number;
  /** How much louder. */
  gainDecibels?: number;
  /** `en`, `zh`. */
  language?: string;
}

export interface TextPiece {
  /** What is read: markup has become plain text. Empty behind the last words, where marks are reached or something is to be told. */
  text: string;
  /** As it was written. */
  source: string;
  /** Where `source` begins in the text that was given. */
  from: number;
  /** Where a place of `text` is in the text that was given, as a beginning or as an end; without it, as far from `from`. */
  origin?: (place: number, end?: boolean) => number;
  manner?: Manner;
  /** Silence before it, beyond what sentences have between them; default 0. */
  pauseSeconds?: number;
  /** Names of places (`<mark>`) that are reached before it. */
  marks?: readonly string[];
  /** What was left out or is not known of its markup. */
  warnings?: readonly string[];
  /** How it goes on, where its sentence is still being written; absent: it is whole. */
  growth?: TextGrowth;
}

/** A sentence that is still being written. */
export interface TextGrowth {
  /** Waits for more of it. @returns the whole of it so far; `complete` where nothing follows */
  next(): Promise<{ text: string; complete: boolean }>;
}

export type TextSegment = Extract<Segment, { kind: 'text' }>;

/** A piece as it is read. */
export interface ReadPiece {
  segment: TextSegment;
  words: NonNullable<TokenizedText['words']>;
  warnings: readonly string[];
}
