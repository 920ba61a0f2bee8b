// How like its text a take is: which of several a listener understands best.
import { TokenAligner, phonemeModel, type TokenEmissions } from '@gpt-talker/gpt';

/** The score of the best way to lay the phonemes over the tokens, a token; −Infinity where there is none. */
export function likeness(
  tokens: readonly number[],
  phonemes: ArrayLike<number>,
  emissions: TokenEmissions,
  pace: number,
): number {
  const aligner = new TokenAligner(phonemeModel(phonemes, emissions, pace));
  for (const token of tokens) aligner.push(token);
  return aligner.score / Math.max(1, tokens.length);
}
