// From pieces of text to sound: ConGPT makes the tokens of one piece after the other, ConVITS makes sound of them while they come.
// Both work at the same time, so a piece's sound is made while the next one's tokens already are.
import { type Segment, type TurnTokenizer } from '@gpt-talker/context';
import type { GptContext, TokenEmissions } from '@gpt-talker/gpt';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { Style, Vits } from '@gpt-talker/vits';
import { BoundedQueue } from './bounded-queue';
import { makeSound } from './make-sound';
import { makeTokens } from './make-tokens';
import type { ReplyOptions } from './reply';
import type { ReplyJournal, SpokenChunk, SpokenPiece } from './reply-journal';
import type { TextPiece } from './text-piece';

/** What a reply is made with. */
export interface SynthesisParts {
  manifest: VoiceManifest;
  tokenizer: TurnTokenizer;
  vits: Pick<Vits, 'stream'>;
  /** What tells which token is which phoneme, where the voice has it. */
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

/** Tokens that may wait for their sound: ten minutes of speech, so that a voice that is slow at one of the two is slowed by nothing else. */
const QUEUED_TOKENS = 15_000;

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

/**
 * Speaks pieces of text, one after the other.
 * @throws TextError where none of it can be said; DialogueError `too-long`, TalkerError `silent`, GptError, VitsError
 */
export async function synthesizeReply(task: SynthesisTask): Promise<void> {
  const { signal } = task;
  const queue = new BoundedQueue<PieceToken>({ capacity: QUEUED_TOKENS });
  // Where one side fails, the other stops.
  const failing = new AbortController();
  const stop = () => failing.abort(signal.reason);
  if (signal.aborted) stop();
  else signal.addEventListener('abort', stop, { once: true });
  const stoppable = { ...task, signal: failing.signal };
  const guarded = (work: Promise<void>) =>
    work.catch((error: unknown) => {
      failing.abort(error);
      queue.cut({ error });
    });
  try {
    await Promise.all([guarded(makeTokens(stoppable, queue)), guarded(makeSound(stoppable, queue))]);
    failing.signal.throwIfAborted();
  } finally {
    signal.removeEventListener('abort', stop);
  }
}
