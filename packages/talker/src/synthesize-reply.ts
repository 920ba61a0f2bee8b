// From pieces of text to sound: ConGPT makes the tokens of one piece after the other, ConVITS makes sound of them while they come.
// Both work at the same time, so a piece's sound is made while the next one's tokens already are.
import { BoundedQueue } from './bounded-queue';
import { makeSound } from './make-sound';
import { makeTokens } from './make-tokens';
import type { PieceToken, SynthesisTask } from './synthesis-task';

/** Tokens that may wait for their sound: ten minutes of speech, so that a voice that is slow at one of the two is slowed by nothing else. */
const QUEUED_TOKENS = 15_000;

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
