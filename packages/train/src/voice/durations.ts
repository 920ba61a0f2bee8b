// How long each phoneme lasts on average, by ridge regression over whole turns: a turn's tokens are the sum of its phonemes'
// durations and of the silence at its edges. No alignment is needed for that.
import type { PreparedTurn } from '@gpt-talker/dataset';

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
