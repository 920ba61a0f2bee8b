// A long text, or one that is still being written, in pieces that are spoken one after the other: sentences, by the tokenizer's
// rules. Very short ones go with the next, which is easier to say well; very long ones are cut where a speaker would breathe.
import { splitText, type SplitStrategy } from '@gpt-talker/tokenizer';
import { checkedPart } from './check-input';
import { mayHaveMarkup } from './markup';
import type { TextGrowth } from './text-piece';

export interface PieceOptions {
  /** Where to cut; default `sentence`; `cut0` for not at all. */
  split?: SplitStrategy;
}

/** Fewer letters than this are not worth a piece of their own. */
const SHORTEST_LETTERS = 8;
/** More characters than this are cut at a mark or a space. */
const LONGEST_CHARACTERS = 280;
/** A sentence is begun before it ends when this many of its words are there. */
const WORDS_TO_BEGIN = 4;
/** How long a sentence that looks complete waits for the word that would prove it. */
const PATIENCE_SECONDS = 0.2;

/** The pieces of a text that is there. Joined, they are the text. */
export function piecesOf(text: string, { split = 'sentence' }: PieceOptions = {}): string[] {
  // Nothing is a piece too: its reader says what is wrong with it.
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

export interface WrittenPiecesOptions extends PieceOptions {
  signal?: AbortSignal;
  /** Whether a sentence may be given out before it ends, once so much of it is there that it can be begun. */
  eager?: boolean;
  /** Asked before a sentence is given out early. */
  isHungry?: () => boolean;
}

/** A piece, or the beginning of one that still grows. */
export interface WrittenPiece {
  text: string;
  growth?: TextGrowth;
}

/** The pieces of a text that arrives bit by bit, all of them whole. */
export async function* piecesFrom(
  stream: AsyncIterable<string> | Iterable<string>,
  options: Omit<WrittenPiecesOptions, 'eager'> = {},
): AsyncGenerator<string, void, undefined> {
  for await (const { text } of writtenPieces(stream, { ...options, eager: false })) yield text;
}

/**
 * The pieces of a text that arrives bit by bit, each as soon as it is certain where it ends: when a word of the next sentence is
 * there, or nothing has come for 0.2 s after what looks like an end. Pieces are those of the whole text, but for rare cases
 * (a quotation that is still open, a pause after an abbreviation). With `eager`, a sentence of four words and more is given out before
 * it ends where the listener would wait; it must then be let grow until it is complete.
 */
export async function* writtenPieces(
  stream: AsyncIterable<string> | Iterable<string>,
  { split = 'sentence', signal, eager = false, isHungry = () => true }: WrittenPiecesOptions = {},
): AsyncGenerator<WrittenPiece, void, undefined> {
  const writer = new Writer(stream, split, signal);
  try {
    for (;;) {
      const state = await writer.more();
      for (let piece = writer.take(); piece !== undefined; piece = writer.take()) yield { text: piece };
      if (state === 'end') break;
      if (!eager || !writer.canBegin() || !isHungry()) continue;
      const begun = writer.text.slice(0, writer.endOfWords());
      yield { text: begun, growth: growthOf(writer, begun.length) };
    }
    yield* writer.rest().map((text) => ({ text }));
  } finally {
    writer.close();
  }
}

/** A sentence whose first `given` characters have been given out. */
function growthOf(writer: Writer, given: number): TextGrowth {
  let complete: string | undefined;
  return {
    async next() {
      if (complete !== undefined) return { text: complete, complete: true };
      const state = await writer.more();
      const piece = state === 'end' ? writer.takeRest(given) : writer.take(given);
      if (piece === undefined)
        return { text: writer.text.slice(0, Math.max(given, writer.endOfWords())), complete: false };
      complete = piece;
      return { text: piece, complete: true };
    },
  };
}

/** A text that is being written: what has come of it, and has not been taken. */
class Writer {
  text = '';
  private readonly source: AsyncIterator<string> | Iterator<string>;
  private readonly aborted: { promise: Promise<never>; forget(): void };
  private coming: Promise<IteratorResult<string, unknown>> | undefined;
  /** Pieces of a text behind which nothing came for a while. */
  private paused = false;
  private parts = 0;

  constructor(
    stream: AsyncIterable<string> | Iterable<string>,
    private readonly split: SplitStrategy,
    signal: AbortSignal | undefined,
  ) {
    this.source = Symbol.asyncIterator in stream ? stream[Symbol.asyncIterator]() : stream[Symbol.iterator]();
    this.aborted = rejectionOf(signal);
  }

  /** Waits for more text, or for so long that what looks complete is taken for it. @throws what the writer throws; the signal's reason */
  async more(): Promise<'more' | 'end'> {
    this.coming ??= this.read();
    const pause = looksComplete(this.text, this.split) ? startPause() : undefined;
    const first = await Promise.race([this.coming, this.aborted.promise, ...(pause ? [pause.over] : [])]);
    pause?.cancel();
    if (first === 'pause') {
      this.paused = true;
      return 'more';
    }
    this.coming = undefined;
    if (first.done) return 'end';
    this.text += checkedPart(first.value, ++this.parts);
    // What comes next is asked for at once, so that it is there when this has been spoken.
    this.coming = this.read();
    return 'more';
  }

  /** The first piece, if it is certain where it ends. @param given how much of it has been given out already */
  take(given = 0): string | undefined {
    if (this.text.trim() === '') return undefined;
    const pieces = piecesOf(this.text, { split: this.split });
    // A pause ends all of them.
    if (this.paused || (pieces.length > 1 && isCertain(pieces.slice(1).join('')))) {
      const piece = this.cut(Math.max(given, pieces[0].length));
      if (this.text.trim() === '') [this.paused, this.text] = [false, this.paused ? '' : this.text];
      return piece;
    }
    return undefined;
  }

  takeRest(given: number): string {
    const [piece = ''] = piecesOf(this.text, { split: this.split });
    return this.cut(Math.max(given, piece.length));
  }

  /** The pieces of what is left when nothing follows. */
  rest(): string[] {
    return this.text.trim() === '' ? [] : piecesOf(this.text, { split: this.split });
  }

  /** Whether enough is there for a sentence to be begun. */
  canBegin(): boolean {
    const words = this.text.slice(0, this.endOfWords());
    // Markup is read when it is whole, and a cut strategy says itself where to cut.
    return this.split === 'sentence' && !mayHaveMarkup(this.text) && wordsOf(words) >= WORDS_TO_BEGIN;
  }

  /** Where the last word ends that is whole: something follows it. */
  endOfWords(): number {
    const spaced = /^.*\S(?=\s)/su.exec(this.text)?.[0].length ?? 0;
    const han = /^.*\p{Script=Han}(?=.)/su.exec(this.text)?.[0].length ?? 0;
    return Math.max(spaced, han);
  }

  close(): void {
    this.aborted.forget();
    // The writer may be in the middle of a word: it is told, and not waited for.
    void Promise.resolve(this.source.return?.()).catch(() => undefined);
  }

  private read(): Promise<IteratorResult<string, unknown>> {
    const coming = Promise.resolve(this.source.next());
    // An await may already have taken it over; without this, a failure while a piece is being spoken would be unhandled.
    coming.catch(() => undefined);
    return coming;
  }

  private cut(length: number): string {
    const piece = this.text.slice(0, length);
    this.text = this.text.slice(length);
    return piece;
  }
}

function wordsOf(text: string): number {
  const spaced = text.match(/[^\s\p{Script=Han}]*[\p{L}\p{N}][^\s\p{Script=Han}]*/gu)?.length ?? 0;
  // Two characters make a word in Chinese, on average.
  return spaced + (text.match(/\p{Script=Han}/gu)?.length ?? 0) / 2;
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
