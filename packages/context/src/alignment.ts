// What is expected of speech before it is heard: how long a text lasts, and how much of that a history takes or adds.
import type { Segment } from './types';

/**
 * A prior on which phoneme a token sounds (docs/decisions/0002-alignment-prior.md): a token sees its own turn's text alone,
 * and a phoneme the less, the further it is from where its mean duration and those before it would have it. Interleaved only.
 */
export interface AlignmentPrior {
  /** By phoneme id: how many tokens it lasts on average. */
  durations: readonly number[];
  /** Tokens of silence before the first phoneme; the last phoneme of a text, usually a full stop, is taken to last as long. */
  edgeTokens: number;
  /** Within this many tokens of the expected place nothing is held back. */
  freeTokens: number;
  /** Beyond, attention scores fall by one per this many tokens. */
  decayTokens: number;
  /**
   * How a reply's pace (its length over what its text lasts on average) comes from that of the turn before it:
   * ln pace = offset + slope · ln pace before. Absent: a reply lasts what its text lasts on average.
   */
  following?: { offset: number; slope: number };
}

/** How many tokens a text lasts on average, with the silence at its edges. */
export function expectedTokens(phonemes: ArrayLike<number>, prior: AlignmentPrior): number {
  const durationOf = phonemeDurations(phonemes, prior);
  let total = prior.edgeTokens;
  for (let phoneme = 0; phoneme < phonemes.length; phoneme++) total += durationOf(phoneme);
  return total;
}

/** How many tokens the phoneme at an index lasts on average. */
export function phonemeDurations(phonemes: ArrayLike<number>, { durations, edgeTokens }: AlignmentPrior) {
  return (index: number): number => (index === phonemes.length - 1 ? edgeTokens : (durations[phonemes[index]] ?? 0));
}

/** The pace at which the last turn is to be expected, from the turn before it. */
export function followedPace(segments: readonly Segment[], prior: AlignmentPrior): number {
  const { following } = prior;
  const before = following && turnBeforeLast(segments);
  if (!following || !before) return 1;
  const pace = before.tokens / Math.max(1, expectedTokens(before.phonemes, prior));
  return Math.exp(following.offset + following.slope * Math.log(pace));
}

/** The latest turn before the last one that was spoken, not only written. */
function turnBeforeLast(segments: readonly Segment[]): { phonemes: Int32Array; tokens: number } | undefined {
  const texts = segments.flatMap((segment, index) => (segment.kind === 'text' ? [{ segment, index }] : []));
  for (const { segment, index } of texts.slice(0, -1).reverse()) {
    const speech = segments[index + 1];
    if (speech?.kind === 'speech' && speech.tokens.length > 0 && segment.phonemes.length > 0)
      return { phonemes: segment.phonemes, tokens: speech.tokens.length };
  }
  return undefined;
}
