// In which pieces a stream of tokens is decoded. A piece is computed with `context` tokens on either side, which are then cut
// off: where attention is windowed and the context covers everything that a sample depends on, the pieces equal the whole.
//
//   tokens   ····|·········|══════════════|·········|····
//                 context       chunk       context

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
  /** Tokens of the first chunk: small, to be heard soon. */
  first: number;
  /** Later chunks double up to this many tokens, so that less context is computed twice. */
  largest: number;
}

/**
 * Reads tokens and yields chunks as soon as they can be computed, with all tokens so far (the array grows in place). An empty
 * stream of tokens yields nothing.
 */
export async function* chunksOf(
  tokens: AsyncIterable<number> | Iterable<number>,
  { context, first, largest }: ChunkOptions,
): AsyncGenerator<{ chunk: Chunk; tokens: readonly number[] }, void, undefined> {
  const known: number[] = [];
  let begin = 0;
  let size = Math.min(first, largest);
  const chunkTo = (end: number, last: boolean): Chunk => ({
    from: Math.max(0, begin - context),
    to: Math.min(known.length, end + context),
    begin,
    end,
    last,
  });
  for await (const token of tokens) {
    known.push(token);
    // One token more than needed: only then is it sure that this chunk is not the last.
    if (known.length <= begin + size + context) continue;
    yield { chunk: chunkTo(begin + size, false), tokens: known };
    begin += size;
    size = Math.min(2 * size, largest);
  }
  while (begin < known.length) {
    const rest = known.length - begin;
    // A last piece shorter than half a chunk joins the one before.
    const end = rest <= 1.5 * largest ? known.length : begin + largest;
    yield { chunk: chunkTo(end, end === known.length), tokens: known };
    begin = end;
  }
}
