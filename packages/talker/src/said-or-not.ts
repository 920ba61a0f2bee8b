// Whether a piece was said as it is written: words that were left out or said twice, an ending that was swallowed, a voice that got stuck.
import type { TextWord } from '@gpt-talker/context';
import { findFaults, phonemeModel, type TokenEmissions } from '@gpt-talker/gpt';
import type { StopReason } from '@gpt-talker/gpt';

export interface SpeechDoubt {
  /** For people: which words, and what is wrong. */
  warning: string;
  /** The larger, the surer; what is compared between two attempts. */
  weight: number;
}

export interface SaidPiece {
  tokens: readonly number[];
  phonemes: ArrayLike<number>;
  words: readonly TextWord[];
  /** As the voice's durations have it; absent where it knows none. */
  expectedTokens?: number;
  /** How long its phonemes were to last, as a multiple of what they lasted in the corpus. Default 1. */
  pace?: number;
  stopReason: StopReason;
}

/** Without knowing what tokens sound like: beyond these shares of the expected length it is not the text. */
const SHORTEST_SHARE = 0.3;
const LONGEST_SHARE = 3.5;
/** One token held for so long is no sound of speech. */
const STUCK_TOKENS = 25;
/** The same tokens, this many of them and of at least three kinds, do not follow each other twice in speech. */
const REPEATED_TOKENS = 3;

/** For people; every voice has 25 tokens a second. */
const seconds = (tokens: number): string => (tokens / 25).toFixed(1);

/** What speaks against a piece's having been said right; nothing where all is well. */
export function doubtOf(piece: SaidPiece, emissions: TokenEmissions | undefined): SpeechDoubt | undefined {
  const { tokens, stopReason } = piece;
  if (stopReason === 'length')
    return {
      warning: `the reply was cut after ${seconds(tokens.length)} s; raise maximumTokens, or shorten the text or the history`,
      weight: 1000,
    };
  const heard = emissions ? byEvidence(piece, emissions) : byDuration(piece);
  return heard ?? stuck(piece);
}

function byEvidence({ tokens, phonemes, words, pace }: SaidPiece, emissions: TokenEmissions): SpeechDoubt | undefined {
  const spoken = words.filter((word) => word.phonemes.to > word.phonemes.from);
  const ranges = spoken.map((word) => word.phonemes);
  const { faults, evidence } = findFaults(tokens, phonemeModel(phonemes, emissions, pace), ranges);
  if (faults.length === 0) return undefined;
  const said = faults.map(({ kind, word, words: count }) => {
    const quoted = spoken
      .slice(word, word + count)
      .map(({ text }) => text)
      .join(' ');
    return kind === 'repeated'
      ? `'${quoted}' seems to be said twice`
      : kind === 'cut'
        ? `the end seems to be missing, from '${quoted}' on`
        : `'${quoted}' seems to be left out`;
  });
  return { warning: said.join('; '), weight: evidence };
}

function byDuration({ tokens, expectedTokens }: SaidPiece): SpeechDoubt | undefined {
  if (expectedTokens === undefined) return undefined;
  const share = tokens.length / Math.max(1, expectedTokens);
  if (share >= SHORTEST_SHARE && share <= LONGEST_SHARE) return undefined;
  return {
    warning: `the text took ${seconds(tokens.length)} s where about ${seconds(expectedTokens)} s are usual; words may be ${share < 1 ? 'missing' : 'repeated'}`,
    weight: 10 * Math.abs(Math.log(Math.max(0.01, share))),
  };
}

/** One token for a second and more, or a stretch that is said again at once. */
function stuck({ tokens }: SaidPiece): SpeechDoubt | undefined {
  let run = 1;
  // Silence at the end may last.
  const end = tokens.length - trailingRun(tokens);
  for (let at = 1; at < end; at++) {
    run = tokens[at] === tokens[at - 1] ? run + 1 : 1;
    if (run >= STUCK_TOKENS) return { warning: `one sound is held for ${seconds(run)} s`, weight: run };
  }
  for (let length = REPEATED_TOKENS; 2 * length <= tokens.length; length++) {
    for (let at = 0; at + 2 * length <= tokens.length; at++) {
      if (tokens[at] !== tokens[at + length] || tokens[at + length - 1] !== tokens[at + 2 * length - 1]) continue;
      const stretch = tokens.slice(at, at + length);
      if (new Set(stretch).size < 3 || !stretch.every((token, index) => token === tokens[at + length + index]))
        continue;
      return { warning: `${seconds(length)} s of sound are repeated`, weight: length };
    }
  }
  return undefined;
}

function trailingRun(tokens: readonly number[]): number {
  const last = tokens[tokens.length - 1];
  let run = 0;
  while (run < tokens.length && tokens[tokens.length - 1 - run] === last) run++;
  return run;
}
