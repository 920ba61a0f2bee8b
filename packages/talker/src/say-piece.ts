// The tokens of one piece: made, listened to, and made again with another seed where a word is missing, as long as nobody has heard them.
import type { Segment, TextWord } from '@gpt-talker/context';
import type { GenerateOptions, GptContext, StopReason, TokenEmissions } from '@gpt-talker/gpt';
import { doubtOf } from './said-or-not';
import { likeness } from './likeness';

/** When a piece whose words are not all there may be said again. */
export type Retake =
  /** Never; what is wrong is a warning. */
  | 'never'
  /** As long as none of its sound has left: every piece but the first, and that one too where it is over before its first sound is made. */
  | 'unheard'
  /** Always: no sound leaves before its whole piece has been checked. */
  | 'always';

/** A piece is said at most this many times. */
export const MOST_ATTEMPTS = 3;

export interface PieceToSay {
  context: Pick<GptContext, 'generate'>;
  segment: Extract<Segment, { kind: 'text' }>;
  words: readonly TextWord[];
  /** As the voice's durations have it; absent where it knows none. */
  expectedTokens?: number;
  emissions: TokenEmissions | undefined;
  /** How long phonemes are to last, as a multiple of what they lasted in the corpus: what the voice has, times what is asked for. */
  pace: number;
  options: GenerateOptions;
  /** Of an attempt, from 0. */
  seedOf: (attempt: number) => number;
  /** Whether it is the reply's first. */
  first: boolean;
  /** So many tokens the first sound is made of, and no earlier: holding back one less costs nobody time. */
  firstSoundTokens: number;
  retake: Retake;
  /** How often it is said, whether anything is wrong or not, for the take that is most like its text; nothing is heard before. */
  takes: number;
  /** Takes a token for good. */
  push: (token: number) => Promise<void>;
}

export interface PieceSaid {
  tokens: number;
  attempts: number;
  stopReason: StopReason;
  /** What is still wrong with it. */
  warning?: string;
}

interface Attempt {
  tokens: number[];
  stopReason: StopReason;
  weight: number;
  /** How like its text it is, the larger the better. */
  likeness: number;
  warning?: string;
}

export async function sayPiece(piece: PieceToSay): Promise<PieceSaid> {
  const held = holdOf(piece);
  let best: Attempt | undefined;
  let attempts = 0;
  while (attempts < Math.max(MOST_ATTEMPTS, piece.takes)) {
    const { attempt, released } = await tryOnce(piece, attempts++, held);
    if (released) return said(attempt, attempts);
    if (!best || isBetter(attempt, best)) best = attempt;
    if ((best.weight === 0 && attempts >= piece.takes) || isCapped(piece, best)) break;
  }
  for (const token of best!.tokens) await piece.push(token);
  return said(best!, attempts);
}

const isBetter = (a: Attempt, b: Attempt): boolean =>
  a.weight < b.weight || (a.weight === b.weight && a.likeness > b.likeness);

/** Whether another attempt would be cut as well. */
function isCapped({ options, expectedTokens }: PieceToSay, { stopReason }: Attempt): boolean {
  return stopReason === 'length' && (options.maximumTokens ?? Infinity) < 1.5 * (expectedTokens ?? 0);
}

/** How many tokens may be held back. */
function holdOf({ retake, takes, first, firstSoundTokens, options, emissions }: PieceToSay): number {
  if (takes > 1) return Infinity;
  if (retake === 'always') return Infinity;
  if (retake === 'never') return 0;
  if (!first) return Infinity;
  return emissions ? Math.min(firstSoundTokens - 1, options.maximumTokens ?? Infinity) : 0;
}

async function tryOnce(
  piece: PieceToSay,
  number: number,
  held: number,
): Promise<{ attempt: Attempt; released: boolean }> {
  const { context, segment, words, expectedTokens, emissions, pace, options, seedOf, push } = piece;
  const generation = context.generate([segment], { ...options, seed: seedOf(number) });
  const tokens: number[] = [];
  let released = false;
  for await (const token of generation) {
    tokens.push(token);
    if (released) await push(token);
    else if (tokens.length > held) {
      released = true;
      for (const known of tokens) await push(known);
    }
  }
  const stopReason = generation.stopReason!;
  const doubt =
    tokens.length === 0
      ? undefined
      : doubtOf({ tokens, phonemes: segment.phonemes, words, expectedTokens, pace, stopReason }, emissions);
  // Nothing is the worst that can be said.
  const weight = tokens.length === 0 ? Infinity : (doubt?.weight ?? 0);
  const like = piece.takes > 1 && emissions ? likeness(tokens, segment.phonemes, emissions, pace) : 0;
  return { attempt: { tokens, stopReason, weight, likeness: like, warning: doubt?.warning }, released };
}

function said({ tokens, stopReason, warning }: Attempt, attempts: number): PieceSaid {
  return { tokens: tokens.length, attempts, stopReason, ...(warning !== undefined && { warning }) };
}
