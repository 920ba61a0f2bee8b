// What is to be said, as pieces to be said one after the other: of a text that is there, or of one that is still being written.
import { isSsmlDocument, mayHaveMarkup, parseMarkup, placeOfOpenMark, plainLength, type Marked } from './markup';
import { piecesOf, writtenPieces, type PieceOptions } from './text-pieces';
import type { TextGrowth, TextPiece } from './text-piece';

export interface TextSourceOptions extends PieceOptions {
  /** Whether markup is followed (`[pause 1s]`, SSML, `(laughs)`, links); default true. */
  markup?: boolean;
}

/** The pieces of a text that is there. */
export function textPieces(text: string, { markup = true, split }: TextSourceOptions = {}): TextPiece[] {
  if (!markup || !mayHaveMarkup(text)) return plainPieces(text, 0, { split });
  const marked = parseMarkup(text);
  const pieces = markedPieces(marked, { text, from: 0, split });
  // Nothing is a piece too: its reader says what is wrong with it.
  if (pieces.length === 0) return [{ text: '', source: text, from: 0, warnings: marked.warnings }];
  if (marked.marks.length > 0) pieces.push({ text: '', source: '', from: text.length, marks: marked.marks });
  return pieces;
}

/** The pieces of what was parsed of `text`, which begins at `from` of all that was given; none where it was nothing but markup. */
function markedPieces(
  { parts, warnings }: Marked,
  { text, from, split }: { text: string; from: number; split?: PieceOptions['split'] },
): TextPiece[] {
  const pieces = parts.flatMap((part) => {
    let at = 0;
    return piecesOf(part.text, { split }).map((piece, index): TextPiece => {
      const begin = at;
      at += piece.length;
      return {
        text: piece,
        source: text.slice(part.origins.at(begin) - from, part.origins.endAt(at) - from),
        from: part.origins.at(begin),
        origin: (place, end = false) => (end ? part.origins.endAt(begin + place) : part.origins.at(begin + place)),
        manner: part.manner,
        ...(index === 0 && { pauseSeconds: part.pauseSeconds, marks: part.marks }),
      };
    });
  });
  return pieces.map((piece, index) => (index === 0 ? { ...piece, warnings } : piece));
}

function plainPieces(text: string, from: number, options: PieceOptions): TextPiece[] {
  let at = from;
  return piecesOf(text, options).map((piece) => {
    const begin = at;
    at += piece.length;
    return { text: piece, source: piece, from: begin };
  });
}

export interface WrittenTextOptions extends TextSourceOptions {
  signal?: AbortSignal;
  /** Whether a sentence may be begun before it ends. */
  eager?: boolean;
  /** Whether the listener will have nothing to hear unless something is said soon. */
  isHungry?: () => boolean;
}

/**
 * The pieces of a text that arrives bit by bit; a document of SSML is read whole. A sentence that ends within a tag or a link waits for its
 * end, and what an element says of its text holds for the sentences that follow, until it is closed.
 */
export async function* writtenTextPieces(
  stream: AsyncIterable<string> | Iterable<string>,
  { markup = true, split, ...options }: WrittenTextOptions = {},
): AsyncGenerator<TextPiece, void, undefined> {
  let from = 0;
  let document: string | undefined;
  let held = '';
  // What the text so far has to say of what follows.
  let open: string[] = [];
  let before: Before = {};
  const parsed = function* (): Generator<TextPiece, void, undefined> {
    const text = held;
    held = '';
    const marked = parseMarkup(text, from, open);
    const pieces = markedPieces(marked, { text, from, split });
    from += text.length;
    ({ open } = marked);
    const [first] = pieces;
    if (first) Object.assign(first, joined(before, first));
    yield* pieces;
    // Marks and silence behind the last words stand before whatever comes next.
    const { pauseSeconds, marks, warnings } = marked;
    before = joined(first ? {} : before, { pauseSeconds, marks, warnings: first ? [] : warnings });
  };
  for await (const piece of writtenPieces(stream, { split, ...options })) {
    if (markup && from === 0 && held === '' && isSsmlDocument(piece.text)) document = '';
    if (document !== undefined) {
      document += (await wholeOf(piece)).text;
      from = document.length;
      continue;
    }
    const isMarked = markup && (held !== '' || open.length > 0 || hasSomething(before) || mayHaveMarkup(piece.text));
    if (isMarked) {
      held += (await wholeOf(piece)).text;
      if (held.length >= LONGEST_HELD || placeOfOpenMark(held) < 0) yield* parsed();
      continue;
    }
    if (piece.growth) {
      // The consumer lets it grow; where the next begins is known afterwards.
      const growth = markup ? untilMarkup(piece.growth, piece.text) : piece.growth;
      let { length } = piece.text;
      yield {
        text: piece.text,
        source: piece.text,
        from,
        growth: {
          async next() {
            const grown = await growth.next();
            ({ length } = grown.text);
            return grown;
          },
        },
      };
      from += length;
      // Markup has come in the middle of it: from there on it is read as such.
      held = (await wholeOf(piece)).text.slice(length);
      if (held !== '' && placeOfOpenMark(held) < 0) yield* parsed();
      continue;
    }
    yield { text: piece.text, source: piece.text, from };
    from += piece.text.length;
  }
  if (held !== '') yield* parsed();
  if (document !== undefined) yield* textPieces(document, { markup, split });
  // Nothing comes any more that it could stand before.
  else if (hasSomething(before)) yield { text: '', source: '', from, ...before };
}

/** A sentence that is being written, up to the first markup in it. */
function untilMarkup(growth: TextGrowth, begun: string): TextGrowth {
  return {
    async next() {
      const { text, complete } = await growth.next();
      if (!mayHaveMarkup(text)) return { text, complete };
      const open = placeOfOpenMark(text, { short: !complete });
      const plain = Math.min(plainLength(text), open < 0 ? text.length : open);
      if (plain === text.length) return { text, complete };
      // What is open may still turn out to be words.
      return { text: text.slice(0, Math.max(begun.length, plain)), complete: complete || plain !== open };
    },
  };
}

/** A sentence that ends within markup waits for this many characters at most. */
const LONGEST_HELD = 1200;

type Before = Pick<TextPiece, 'warnings' | 'pauseSeconds' | 'marks'>;

function joined(first: Before, second: Before): Required<Before> {
  return {
    warnings: [...(first.warnings ?? []), ...(second.warnings ?? [])],
    pauseSeconds: (first.pauseSeconds ?? 0) + (second.pauseSeconds ?? 0),
    marks: [...(first.marks ?? []), ...(second.marks ?? [])],
  };
}

const hasSomething = ({ warnings = [], pauseSeconds = 0, marks = [] }: Before): boolean =>
  warnings.length > 0 || pauseSeconds > 0 || marks.length > 0;

async function wholeOf(piece: { text: string; growth?: TextPiece['growth'] }): Promise<{ text: string }> {
  if (!piece.growth) return piece;
  for (;;) {
    const grown = await piece.growth.next();
    if (grown.complete) return grown;
  }
}
