// How long each phoneme lasts on average, by ridge regression over whole turns: a turn's tokens are the sum of its phonemes'
// durations and of the silence at its edges. No alignment is needed for that.
import { expectedTokens, type AlignmentPrior } from '@gpt-talker/context';
import type { PreparedDialogue, PreparedTurn } from '@gpt-talker/dataset';

export interface Durations {
  /** By phoneme id, in tokens. */
  durations: number[];
  /** Tokens of silence at either edge. */
  edgeTokens: number;
}

/** Shrinks rare phonemes towards the mean duration, as if each had been heard this many times more with it. */
const PRIOR_COUNT = 20;

/** @param phonemeVocabulary number of phoneme ids */
export function estimateDurations(
  turns: readonly Pick<PreparedTurn, 'phonemes' | 'tokens'>[],
  phonemeVocabulary: number,
): Durations {
  const phonemes = turns.reduce((sum, turn) => sum + turn.phonemes.length, 0);
  const tokens = turns.reduce((sum, turn) => sum + turn.tokens.length, 0);
  const mean = tokens / Math.max(1, phonemes);
  const used = [...new Set(turns.flatMap((turn) => turn.phonemes.slice(0, -1)))];
  const column = new Map(used.map((id, index) => [id, index]));
  const size = used.length + 1; // the last column is the edges
  // Normal equations of the deviations from the mean duration.
  const matrix = Array.from({ length: size }, () => new Float64Array(size + 1));
  for (const turn of turns) {
    const counts = new Map<number, number>([[size - 1, 2]]);
    // The last one, nearly always a full stop or the like, lasts as long as the silence at the edge, not as its pause elsewhere.
    for (const id of turn.phonemes.slice(0, -1)) counts.set(column.get(id)!, (counts.get(column.get(id)!) ?? 0) + 1);
    const excess = turn.tokens.length - mean * (turn.phonemes.length - 1);
    for (const [row, a] of counts) {
      for (const [other, b] of counts) matrix[row][other] += a * b;
      matrix[row][size] += a * excess;
    }
  }
  for (let row = 0; row < size; row++) matrix[row][row] += PRIOR_COUNT;
  const solved = solve(matrix);
  const durations = Array<number>(phonemeVocabulary).fill(round(mean));
  used.forEach((id, index) => (durations[id] = round(Math.max(0, mean + solved[index]))));
  return { durations, edgeTokens: round(Math.max(0, solved[size - 1])) };
}

/** Turns of weight 0 that are added to the regression: little data says that a reply follows little. */
const FOLLOWING_PRIOR = 1;

/**
 * How the pace of a turn comes from that of the turn before it, by regression of logarithms over all turns of the roles that learn.
 * @param prior durations of phonemes, by which pace is measured
 */
export function estimateFollowing(
  dialogues: readonly { turns: readonly Pick<PreparedTurn, 'role' | 'phonemes' | 'tokens'>[] }[],
  roles: readonly PreparedDialogue['turns'][number]['role'][],
  prior: AlignmentPrior,
): { offset: number; slope: number } {
  const logPace = ({ phonemes, tokens }: Pick<PreparedTurn, 'phonemes' | 'tokens'>): number =>
    Math.log(Math.max(1, tokens.length) / Math.max(1, expectedTokens(phonemes, prior)));
  const pairs = dialogues.flatMap(({ turns }) =>
    turns.flatMap((turn, index) =>
      index > 0 && roles.includes(turn.role) ? [{ before: logPace(turns[index - 1]), own: logPace(turn) }] : [],
    ),
  );
  const mean = (of: (pair: { before: number; own: number }) => number): number =>
    pairs.reduce((sum, pair) => sum + of(pair), 0) / Math.max(1, pairs.length);
  const before = mean((pair) => pair.before);
  const own = mean((pair) => pair.own);
  const product = mean((pair) => (pair.before - before) * (pair.own - own)) * pairs.length;
  const square = mean((pair) => (pair.before - before) ** 2) * pairs.length;
  const slope = product / (square + FOLLOWING_PRIOR);
  return { offset: round(own - slope * before), slope: round(slope) };
}

const round = (value: number): number => Math.round(value * 1000) / 1000;

/** Gaussian elimination with pivoting of `[size, size + 1]`. */
function solve(matrix: Float64Array[]): number[] {
  const size = matrix.length;
  for (let pivot = 0; pivot < size; pivot++) {
    let best = pivot;
    for (let row = pivot + 1; row < size; row++)
      if (Math.abs(matrix[row][pivot]) > Math.abs(matrix[best][pivot])) best = row;
    [matrix[pivot], matrix[best]] = [matrix[best], matrix[pivot]];
    for (let row = 0; row < size; row++) {
      if (row === pivot) continue;
      const factor = matrix[row][pivot] / matrix[pivot][pivot];
      if (factor !== 0) for (let i = pivot; i <= size; i++) matrix[row][i] -= factor * matrix[pivot][i];
    }
  }
  return matrix.map((row, index) => row[size] / row[index]);
}
