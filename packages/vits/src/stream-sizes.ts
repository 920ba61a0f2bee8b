// How many tokens the chunks of a stream have, and how many around them they are computed with.
import type { ChunkOptions } from './chunks';
import { VitsError } from './errors';
import type { VitsVoice } from './voice';

/** Context for voices whose attention has no window. */
const UNLIMITED_CONTEXT_TOKENS = 25;

export interface StreamSizeOptions {
  /** Tokens of the first chunk; default 10, 0.4 s. */
  firstChunkTokens?: number;
  /** Later chunks double up to this many tokens; default 100, four seconds. */
  largestChunkTokens?: number;
  /**
   * How many tokens beyond its end the first chunk waits for; later chunks double it up to all that a sample may depend on.
   * Default: two fifths of that. More is more exact, less is sooner heard.
   */
  firstLookaheadTokens?: number;
}

/** @throws VitsError `input` for what is no whole number from 1 on */
export function streamSizes(
  { attentionWindow, contextTokens }: VitsVoice['vits'],
  { firstChunkTokens = 10, largestChunkTokens = 100, firstLookaheadTokens }: StreamSizeOptions = {},
): Required<ChunkOptions> {
  const context = attentionWindow === null ? contextTokens || UNLIMITED_CONTEXT_TOKENS : contextTokens;
  return {
    context,
    first: requireCount('firstChunkTokens', firstChunkTokens),
    largest: requireCount('largestChunkTokens', largestChunkTokens),
    firstLookahead: requireCount('firstLookaheadTokens', firstLookaheadTokens ?? Math.max(1, Math.ceil(0.4 * context))),
  };
}

function requireCount(name: string, value: number): number {
  if (Number.isInteger(value) && value >= 1) return value;
  throw new VitsError('input', `${name} is ${value}; it must be a whole number from 1 on`);
}
