// In which pieces a stream of tokens is decoded. A piece is computed with context on either side, which is then cut off: where
// attention is windowed and the context covers everything that a sample depends on, the pieces equal the whole.
//
//   tokens   ····|·········|══════════════|·········|····
//                  context       chunk     look-ahead
//
// The first chunks look less far ahead, so that the first sound need not wait for many tokens; what is far ahead matters least.

export interface Chunk {
  /** Tokens that are decoded: [from, to). */
  from: number;
  to: number;
  /** Tokens whose samples are kept: [begin, end). */
  begin: number;
  end: number;
  /** Nothing follows. */
  last: boolean;
}

export interface ChunkOptions {
  /** Tokens of context on either side. */
  context: number;
  /** Tokens that the first chunk looks ahead; twice as many for each further one, up to `context`. Default: `context`. */
  firstLookahead?: number;
  /** Tokens of the first chunk: small, to be heard soon. */
  first: number;
  /** Later chunks double up to this many tokens, so that less context is computed twice. */
  largest: number;
}

/** How many tokens must be known before the first chunk is, unless they are all. */
export function tokensUntilFirst({ context, first, largest, firstLookahead = context }: ChunkOptions): number {
  // One more than needed: only then is it sure that this chunk is not the last.
  return Math.min(first, largest) + Math.min(firstLookahead, context) + 1;
}

/**
 * Reads tokens and yields chunks as soon as they can be computed, with all tokens so far (the array grows in place). Which
 * chunks there are depends on the tokens alone, never on when they come. An empty stream of tokens yields nothing.
 */
export async function* chunksOf(
  tokens: AsyncIterable<number> | Iterable<number>,
  { context, first, largest, firstLookahead = context }: ChunkOptions,
): AsyncGenerator<{ chunk: Chunk; tokens: readonly number[] }, void, undefined> {
  const known: number[] = [];
  let begin = 0;
  let size = Math.min(first, largest);
  let lookahead = Math.min(firstLookahead, context);
  const chunkTo = (end: number, last: boolean): Chunk => ({
    from: Math.max(0, begin - context),
    to: Math.min(known.length, end + (last ? context : lookahead)),
    begin,
    end,
    last,
  });
  for await (const token of tokens) {
    known.push(token);
    // As in tokensUntilFirst.
    if (known.length <= begin + size + lookahead) continue;
    yield { chunk: chunkTo(begin + size, false), tokens: known };
    begin += size;
    size = Math.min(2 * size, largest);
    lookahead = Math.min(2 * lookahead, context);
  }
  lookahead = context;
  while (begin < known.length) {
    const rest = known.length - begin;
    // A last piece shorter than half a chunk joins the one before.
    const end = rest <= 1.5 * largest ? known.length : begin + largest;
    yield { chunk: chunkTo(end, end === known.length), tokens: known };
    begin = end;
  }
}
