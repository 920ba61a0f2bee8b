// The view that training has of a prepared corpus, whichever format it is stored in: dialogues of turns with phoneme ids and
// semantic tokens; sound and features are named, and read when a batch needs them.
import { type SymbolTable } from './symbol-table';
import { type RowSpan } from '../files/shard';

/** A training stage: ConGPT or ConVITS. */
export type Stage = 'gpt' | 'vits';
export type Split = 'train' | 'validation';

/** 16-bit samples inside a shard. */
export interface SoundSpan extends RowSpan {
  sampleRate: number;
}

export interface PreparedTurn {
  role: 'user' | 'agent';
  speaker: string;
  text: string;
  style?: string;
  /** Unlike any other of the corpus. */
  name?: string;
  language?: string;
  /** The text as it is said. */
  normalized?: string;
  /** How many phonemes each word of `normalized` has. */
  wordLengths?: number[];
  phonemes: number[];
  tokens: number[];
  /** A recording's path, or its place in a shard; absent where a corpus came without. Read it with `readTurnAudio`. */
  audio?: string | SoundSpan;
  /** BERT features: a place in a shard, or a `.pt` file. Read them with `readTurnFeatures`. */
  features?: string | RowSpan;
  /** SSL features: likewise, with `readTurnSsl`. */
  ssl?: string | RowSpan;
  /** Who speaks: likewise, with `readTurnSpeaker`. */
  speakerEmbedding?: string | RowSpan;
  seconds: number;
  /** Stages whose filter this turn does not pass: it is history only. */
  excludedFrom?: Stage[];
}

export interface PreparedDialogue {
  id: string;
  split: Split;
  turns: PreparedTurn[];
}

/** What batching needs to know of a turn. */
export interface TurnOutline {
  role: 'user' | 'agent';
  speaker: string;
  phonemes: number;
  tokens: number;
  seconds: number;
  /** How it was spoken, where the corpus says so. */
  style?: string;
  /** Whether there is a recording to read. */
  sound: boolean;
  excludedFrom?: readonly Stage[];
}

/** An open prepared corpus. Nothing but an index is held in memory. Close it. */
export interface PreparedCorpus {
  readonly format: 'compact' | 'upstream' | 'lines';
  readonly path: string;
  /** What made its tokens: how many codes there are, and the kind and fingerprint of the encoder; absent where the format does not say. */
  readonly tokens?: { readonly vocabulary: number; readonly encoder: string };
  /** What its phoneme ids are numbers of; absent where the format does not say. */
  readonly symbols?: SymbolTable;
  /** Number of dialogues. */
  readonly size: number;
  /** The id and split of a dialogue, without reading it. */
  entry(index: number): { id: string; split: Split };
  /** The sizes of a dialogue's turns; cheaper than reading them where an index has them. */
  outline(index: number): Promise<TurnOutline[]>;
  /** A dialogue by its place in the corpus. */
  dialogue(index: number): Promise<PreparedDialogue>;
  /** Turns `first` to `end` − 1 of a dialogue, without the others where the format allows. */
  turns(index: number, first: number, end: number): Promise<PreparedTurn[]>;
  /** All dialogues of a split (or of both), in order. */
  dialogues(split?: Split): AsyncGenerator<PreparedDialogue>;
  close(): Promise<void>;
}

/** Whether a stage's filter left a turn out. */
export function isExcluded({ excludedFrom }: TurnOutline, stage: Stage | undefined): boolean {
  return stage !== undefined && excludedFrom !== undefined && excludedFrom.includes(stage);
}

/** The sizes of turns that have been read. */
export function outlineOf({ turns }: PreparedDialogue): TurnOutline[] {
  return turns.map(({ role, speaker, phonemes, tokens, seconds, style, audio, excludedFrom }) => ({
    role,
    speaker,
    phonemes: phonemes.length,
    tokens: tokens.length,
    seconds,
    style,
    sound: audio !== undefined,
    excludedFrom,
  }));
}
