// What a reply is made of and with, as its two halves know it.
import type { Segment, TurnTokenizer } from '@gpt-talker/context';
import type { GptContext, TokenEmissions } from '@gpt-talker/gpt';
import type { Style, Vits } from '@gpt-talker/vits';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { ReplyOptions } from './reply';
import type { ReplyJournal, SpokenChunk, SpokenPiece } from './reply-journal';
import type { TextPiece } from './text-piece';

/** What a reply is made with. */
export interface SynthesisParts {
  manifest: VoiceManifest;
  tokenizer: TurnTokenizer;
  vits: Pick<Vits, 'stream'>;
  /** What says which token is which phoneme, where the voice has it. */
  emissions?: TokenEmissions;
}

/** The conversation that a reply answers, as far as it has been read. */
export interface ReadConversation {
  /** Keys and values of the history; the reply leaves them as they are. */
  context: Pick<GptContext, 'generate'>;
  /** The history that `context` has read, one list a turn. */
  history: readonly (readonly Segment[])[];
  style: Style;
}

/**
 * The pieces of the text, until the signal fires.
 * @param isHungry whether the listener will have nothing to hear unless something is said soon
 */
export type TextPieces = (
  signal: AbortSignal,
  isHungry: () => boolean,
) => AsyncIterable<TextPiece> | Iterable<TextPiece>;

/** A token of a piece on its way to its sound; without one, the piece has ended. */
export interface PieceToken {
  piece: SpokenPiece;
  token?: number;
}

/** All that a reply takes. */
export interface SynthesisTask extends SynthesisParts {
  conversation: ReadConversation;
  pieces: TextPieces;
  options: Omit<ReplyOptions, 'signal'> & { language?: string };
  /** Where it is noted what was made. */
  journal: ReplyJournal;
  /** Takes the sound, chunk by chunk, each as soon as there is room for it. */
  emit: (chunk: SpokenChunk) => Promise<void>;
  signal: AbortSignal;
}
