// What is to be said, as pieces to be said one after the other: of a text that is there, or of one that is still being written.
import { isSsmlDocument, mayHaveMarkup, parseMarkup } from './markup';
import { piecesOf, writtenPieces, type PieceOptions } from './text-pieces';
import type { TextPiece } from './text-piece';

export interface TextSourceOptions extends PieceOptions {
  /** Whether markup is followed (`[pause 1s]`, SSML, `(laughs)`, links); true unless told. */
  markup?: boolean;
}

/** The pieces of a text that is there. */
export function textPieces(text: string, { markup = true, split }: TextSourceOptions = {}): TextPiece[] {
  if (!markup || !mayHaveMarkup(text)) return plainPieces(text, 0, { split });
  const { parts, warnings } = parseMarkup(text);
  // Nothing is a piece too: whoever reads it says what is wrong with it.
  if (parts.length === 0) return [{ text: '', source: text, from: 0, warnings }];
  const pieces = parts.flatMap((part) => {
    let at = 0;
    return piecesOf(part.text, { split }).map((piece, index): TextPiece => {
      const begin = at;
      at += piece.length;
      return {
        text: piece,
        source: text.slice(part.origins.at(begin), part.origins.endAt(at)),
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

/** The pieces of a text that arrives bit by bit; a document of SSML is read whole. */
export async function* writtenTextPieces(
  stream: AsyncIterable<string> | Iterable<string>,
  { markup = true, split, ...options }: WrittenTextOptions = {},
): AsyncGenerator<TextPiece, void, undefined> {
  let from = 0;
  let document: string | undefined;
  for await (const piece of writtenPieces(stream, { split, ...options })) {
    if (markup && from === 0 && isSsmlDocument(piece.text)) document = '';
    if (document !== undefined) {
      document += (await wholeOf(piece)).text;
      from = document.length;
      continue;
    }
    if (piece.growth) {
      // The consumer lets it grow; where the next begins is known afterwards.
      const { growth } = piece;
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
      continue;
    }
    const begin = from;
    from += piece.text.length;
    if (!markup || !mayHaveMarkup(piece.text)) {
      yield { text: piece.text, source: piece.text, from: begin };
      continue;
    }
    const { parts, warnings } = parseMarkup(piece.text, begin);
    if (parts.length === 0) {
      yield { text: '', source: piece.text, from: begin, warnings };
      continue;
    }
    for (const [index, part] of parts.entries()) {
      yield {
        text: part.text,
        source: piece.text.slice(part.from - begin, part.to - begin),
        from: part.from,
        origin: (place, end = false) => (end ? part.origins.endAt(place) : part.origins.at(place)),
        manner: part.manner,
        pauseSeconds: part.pauseSeconds,
        marks: part.marks,
        ...(index === 0 && { warnings }),
      };
    }
  }
  if (document !== undefined) yield* textPieces(document, { markup, split });
}

async function wholeOf(piece: { text: string; growth?: TextPiece['growth'] }): Promise<{ text: string }> {
  if (!piece.growth) return piece;
  for (;;) {
    const grown = await piece.growth.next();
    if (grown.complete) return grown;
  }
}
