// What goes wrong with generated tokens before anybody listens: replies that never end, that stutter, or that are far too long or
// short for their text.

export interface GeneratedTokens {
  tokens: ArrayLike<number>;
  phonemes: number;
  stopReason: 'end-of-speech' | 'length';
}

export interface TokenHealth {
  /** Share of replies that were cut because they did not end. */
  endFailures: number;
  /** Share of replies in which a sequence of tokens is said at least three times in a row. */
  repeating: number;
  /** Mean number of tokens a phoneme. */
  tokensPerPhoneme: number;
  /** Share of replies with less than half or more than twice the tokens a phoneme of the recordings. */
  lengthOutliers: number;
}

const SHORTEST = 3;
const LONGEST = 25;
const TIMES = 3;

/** @param expected tokens a phoneme of the recordings */
export function tokenHealth(replies: readonly GeneratedTokens[], expected: number): TokenHealth {
  const share = (holds: (reply: GeneratedTokens) => boolean) => replies.filter(holds).length / replies.length;
  const rate = ({ tokens, phonemes }: GeneratedTokens) => tokens.length / Math.max(1, phonemes);
  return {
    endFailures: share(({ stopReason }) => stopReason === 'length'),
    repeating: share(({ tokens }) => repeatedSequence(tokens) !== undefined),
    tokensPerPhoneme: replies.reduce((sum, reply) => sum + rate(reply), 0) / replies.length,
    lengthOutliers: share((reply) => rate(reply) < expected / 2 || rate(reply) > expected * 2),
  };
}

/**
 * Where a sequence of 3 to 25 different tokens comes three times in a row; undefined where none does. A single token that is held,
 * as in silence, is no repetition.
 */
export function repeatedSequence(tokens: ArrayLike<number>): { start: number; length: number } | undefined {
  for (let length = SHORTEST; length <= LONGEST; length++) {
    let equal = 0;
    for (let place = length; place < tokens.length; place++) {
      equal = tokens[place] === tokens[place - length] ? equal + 1 : 0;
      if (equal < length * (TIMES - 1)) continue;
      const start = place - length * TIMES + 1;
      const said = new Set(Array.from({ length }, (_, offset) => tokens[start + offset]));
      if (said.size >= SHORTEST) return { start, length };
    }
  }
  return undefined;
}
