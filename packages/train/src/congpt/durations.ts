// How long each phoneme lasts on average, by ridge regression over whole turns: a turn's tokens are the sum of its phonemes'
// durations and of the silence at its edges. No alignment is needed for that.
import { expectedTokens, type AlignmentPrior } from '@gpt-talker/context';
import type { PreparedTurn } from '@gpt-talker/dataset';

export interface Durations {
  /** By phoneme id, in tokens. */
  durations: number[];
  /** Tokens of silence at either edge. */
  edgeTokens: number;
}

/** A list, or what is read piece by piece. */
type Streamed<T> = Iterable<T> | AsyncIterable<T>;

/** Shrinks rare phonemes towards the mean duration, as if each had been seen this many times more with it. */
const PRIOR_COUNT = 20;

/**
 * @param turns are gone through once
 * @param phonemeVocabulary number of phoneme ids
 */
export async function estimateDurations(
  turns: Streamed<Pick<PreparedTurn, 'phonemes' | 'tokens'>>,
  phonemeVocabulary: number,
): Promise<Durations> {
  const edges = phonemeVocabulary; // the last column is the edges
  const square = Array.from({ length: edges + 1 }, () => new Float64Array(edges + 1));
  const [withTokens, withPhonemes] = [new Float64Array(edges + 1), new Float64Array(edges + 1)];
  const used = new Set<number>();
  let [phonemes, tokens] = [0, 0];
  for await (const turn of turns) {
    phonemes += turn.phonemes.length;
    tokens += turn.tokens.length;
    const counts = new Map<number, number>([[edges, 2]]);
    // The last one, nearly always a full stop or the like, lasts as long as the silence at the edge, not as its pause elsewhere.
    for (const id of turn.phonemes.slice(0, -1)) counts.set(id, (counts.get(id) ?? 0) + 1);
    for (const [row, a] of counts) {
      for (const [other, b] of counts) square[row][other] += a * b;
      withTokens[row] += a * turn.tokens.length;
      withPhonemes[row] += a * (turn.phonemes.length - 1);
      if (row !== edges) used.add(row);
    }
  }
  const mean = tokens / Math.max(1, phonemes);
  const columns = [...used, edges];
  // Normal equations of the deviations from the mean duration.
  const matrix = columns.map((row, index) => {
    const equation = columns.map((other) => square[row][other]);
    equation[index] += PRIOR_COUNT;
    return Float64Array.of(...equation, withTokens[row] - mean * withPhonemes[row]);
  });
  const solved = solve(matrix);
  const durations = Array<number>(phonemeVocabulary).fill(round(mean));
  [...used].forEach((id, index) => (durations[id] = round(Math.max(0, mean + solved[index]))));
  return { durations, edgeTokens: round(Math.max(0, solved[used.size])) };
}

/** Turns of weight 0 that are added to the regression: little data says that a reply follows little. */
const FOLLOWING_PRIOR = 1;

/**
 * How the pace of a turn comes from that of the turn before it, by regression of logarithms over all turns of the roles that learn.
 * @param dialogues are gone through once
 * @param prior durations of phonemes, by which pace is measured
 */
export async function estimateFollowing(
  dialogues: Streamed<{ turns: readonly Pick<PreparedTurn, 'role' | 'phonemes' | 'tokens'>[] }>,
  roles: readonly PreparedTurn['role'][],
  prior: AlignmentPrior,
): Promise<{ offset: number; slope: number }> {
  const logPace = ({ phonemes, tokens }: Pick<PreparedTurn, 'phonemes' | 'tokens'>): number =>
    Math.log(Math.max(1, tokens.length) / Math.max(1, expectedTokens(phonemes, prior)));
  // Of each turn that learns: the pace of the turn before it, and its own.
  const before: number[] = [];
  const own: number[] = [];
  for await (const { turns } of dialogues)
    for (let index = 1; index < turns.length; index++) {
      if (!roles.includes(turns[index].role)) continue;
      before.push(logPace(turns[index - 1]));
      own.push(logPace(turns[index]));
    }
  const sum = (of: (pair: number) => number): number => own.reduce((total, _, pair) => total + of(pair), 0);
  const count = Math.max(1, own.length);
  const [meanBefore, meanOwn] = [sum((pair) => before[pair]) / count, sum((pair) => own[pair]) / count];
  const product = sum((pair) => (before[pair] - meanBefore) * (own[pair] - meanOwn));
  const square = sum((pair) => (before[pair] - meanBefore) ** 2);
  const slope = product / (square + FOLLOWING_PRIOR);
  return { offset: round(meanOwn - slope * meanBefore), slope: round(slope) };
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
