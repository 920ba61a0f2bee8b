// A long text, or one that is still being written, in pieces that are spoken one after the other: sentences, by the tokenizer's
// rules. Very short ones go with the next, which is easier to say well; very long ones are cut where a speaker would breathe.
import { splitText, type SplitStrategy } from '@gpt-talker/tokenizer';

export interface PieceOptions {
  /** Where to cut; `sentence` unless told, `cut0` for not at all. */
  split?: SplitStrategy;
}

/** Fewer letters than this are not worth a piece of their own. */
const SHORTEST_LETTERS = 8;
/** More characters than this are cut at a mark or a space. */
const LONGEST_CHARACTERS = 280;
/** How long a sentence that looks complete waits for the word that would prove it. */
const PATIENCE_SECONDS = 0.2;

/** The pieces of a text that is there. Joined, they are the text. */
export function piecesOf(text: string, { split = 'sentence' }: PieceOptions = {}): string[] {
  // Nothing is a piece too: whoever reads it says what is wrong with it.
  if (split === 'cut0' || text.trim() === '') return [text];
  const pieces: string[] = [];
  let waiting = '';
  for (const sentence of splitText(text, split)) {
    waiting += sentence;
    if (letters(waiting) < SHORTEST_LETTERS) continue;
    pieces.push(...breaths(waiting));
    waiting = '';
  }
  if (waiting !== '') pieces.push(waiting);
  return pieces;
}

/**
 * The pieces of a text that arrives bit by bit, each as soon as it is certain where it ends: when a word of the next sentence is
 * there, or nothing has come for 0.2 s after what looks like an end. Pieces are those of the whole text, but for rare cases
 * (a quotation that is still open, a pause after an abbreviation).
 */
export async function* piecesFrom(
  stream: AsyncIterable<string> | Iterable<string>,
  { split = 'sentence', signal }: PieceOptions & { signal?: AbortSignal } = {},
): AsyncGenerator<string, void, undefined> {
  const source = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
  const aborted = rejectionOf(signal);
  let text = '';
  try {
    let coming = Promise.resolve(source.next());
    for (;;) {
      const pause = looksComplete(text, split) ? startPause() : undefined;
      const first = await Promise.race([coming, aborted.promise, ...(pause ? [pause.over] : [])]);
      pause?.cancel();
      if (first === 'pause') {
        yield* piecesOf(text, { split });
        text = '';
        continue;
      }
      if (first.done) break;
      coming = Promise.resolve(source.next());
      // An await may already have taken it over; without this, a failure while a piece is being spoken would be unhandled.
      coming.catch(() => undefined);
      text += first.value;
      const pieces = piecesOf(text, { split });
      while (pieces.length > 1 && isCertain(pieces.slice(1).join(''))) {
        const piece = pieces.shift()!;
        text = text.slice(piece.length);
        yield piece;
      }
    }
    if (text.trim() !== '') yield* piecesOf(text, { split });
  } finally {
    aborted.forget();
    // The writer may be in the middle of a word: it is told, and not waited for.
    void Promise.resolve(source.return?.()).catch(() => undefined);
  }
}

/** Whether the beginning of what follows shows that a sentence has ended before it. */
function isCertain(rest: string): boolean {
  return /^\s*\S+\s/.test(rest) || rest.length >= 24;
}

function looksComplete(text: string, split: SplitStrategy): boolean {
  return split === 'sentence' && letters(text) > 0 && /[.!?…。！？]["'”’」』)\]]*\s*$/.test(text);
}

function startPause(): { over: Promise<'pause'>; cancel(): void } {
  let timer!: NodeJS.Timeout;
  const over = new Promise<'pause'>((resolve) => (timer = setTimeout(() => resolve('pause'), 1000 * PATIENCE_SECONDS)));
  return { over, cancel: () => clearTimeout(timer) };
}

/** A promise that rejects when the signal fires. */
function rejectionOf(signal: AbortSignal | undefined): { promise: Promise<never>; forget(): void } {
  let abort: (() => void) | undefined;
  const promise = new Promise<never>((_, reject) => {
    if (signal?.aborted) return reject(signal.reason);
    abort = () => reject(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
  });
  promise.catch(() => undefined);
  return { promise, forget: () => abort && signal?.removeEventListener('abort', abort) };
}

function letters(text: string): number {
  return text.match(/[\p{L}\p{N}]/gu)?.length ?? 0;
}

/** A piece that is too long for one breath, cut behind a mark, else at a space, else anywhere. */
function breaths(piece: string): string[] {
  const parts: string[] = [];
  let rest = piece;
  while (rest.length > LONGEST_CHARACTERS) {
    const reach = rest.slice(0, LONGEST_CHARACTERS);
    const least = LONGEST_CHARACTERS / 3;
    const cuts = [/.*[,;:–—，；、]\s*/su, /.*\s+/su].map((pattern) => pattern.exec(reach)?.[0].length ?? 0);
    const cut = cuts.find((length) => length >= least) ?? LONGEST_CHARACTERS;
    parts.push(rest.slice(0, cut));
    rest = rest.slice(cut);
  }
  parts.push(rest);
  return parts;
}
