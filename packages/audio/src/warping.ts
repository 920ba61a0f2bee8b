// Dynamic time warping (Sakoe & Chiba 1978): how far apart two utterances are, and which of their frames belong together, when one may
// run faster or slower than the other.
import { AudioError } from './errors';

/** Rows of features: `data[frame × width + feature]`. */
export interface FeatureSequence {
  data: Float32Array;
  frames: number;
  width: number;
}

/**
 * The mean Euclidean distance a step along the cheapest path that goes through both sequences from their first to their
 * last frames, advancing in one or in both at every step.
 *
 * @throws AudioError (`bad-option`) if a sequence is empty or the widths differ
 */
export function warpingDistance(a: FeatureSequence, b: FeatureSequence): number {
  requireComparable(a, b);
  // One row of the table is enough: cost and steps of the cheapest path to (row, column).
  const costs = new Float64Array(b.frames);
  const steps = new Int32Array(b.frames);
  for (let row = 0; row < a.frames; row++) {
    let diagonalCost = row === 0 ? 0 : Infinity;
    let diagonalSteps = 0;
    let leftCost = Infinity;
    let leftSteps = 0;
    for (let column = 0; column < b.frames; column++) {
      const aboveCost = row === 0 ? Infinity : costs[column];
      const aboveSteps = steps[column];
      let cost = diagonalCost;
      let count = diagonalSteps;
      if (leftCost < cost) {
        cost = leftCost;
        count = leftSteps;
      }
      if (aboveCost < cost) {
        cost = aboveCost;
        count = aboveSteps;
      }
      leftCost = costs[column] = cost + frameDistance(a, row, b, column);
      leftSteps = steps[column] = count + 1;
      diagonalCost = aboveCost;
      diagonalSteps = aboveSteps;
    }
  }
  return costs[b.frames - 1] / steps[b.frames - 1];
}

/** One step of a path: which frames of the two sequences it brings together, and how far apart they are. */
export interface WarpingStep {
  row: number;
  column: number;
  distance: number;
}

/**
 * The cheapest path itself, from the first frames to the last. Of several, the one that advances in both, or else in `b`, where it can.
 *
 * @throws AudioError as `warpingDistance`
 */
export function warpingPath(a: FeatureSequence, b: FeatureSequence): WarpingStep[] {
  requireComparable(a, b);
  const costs = new Float64Array(a.frames * b.frames);
  const at = (row: number, column: number): number =>
    row < 0 || column < 0 ? Infinity : costs[row * b.frames + column];
  for (let row = 0; row < a.frames; row++) {
    for (let column = 0; column < b.frames; column++) {
      const before =
        row + column === 0 ? 0 : Math.min(at(row - 1, column - 1), at(row, column - 1), at(row - 1, column));
      costs[row * b.frames + column] = before + frameDistance(a, row, b, column);
    }
  }
  const path: WarpingStep[] = [];
  let [row, column] = [a.frames - 1, b.frames - 1];
  for (;;) {
    path.push({ row, column, distance: frameDistance(a, row, b, column) });
    if (row + column === 0) return path.reverse();
    const [diagonal, left, above] = [at(row - 1, column - 1), at(row, column - 1), at(row - 1, column)];
    if (diagonal <= left && diagonal <= above) [row, column] = [row - 1, column - 1];
    else if (left <= above) column--;
    else row--;
  }
}

function requireComparable(a: FeatureSequence, b: FeatureSequence): void {
  if (a.frames === 0 || b.frames === 0)
    throw new AudioError('bad-option', 'An empty sequence cannot be compared; give at least one frame');
  if (a.width !== b.width)
    throw new AudioError('bad-option', `The widths differ, ${a.width} and ${b.width}; give the same features of both`);
}

function frameDistance(a: FeatureSequence, row: number, b: FeatureSequence, column: number): number {
  const { width } = a;
  let sum = 0;
  for (let i = row * width, j = column * width, end = i + width; i < end; i++, j++) {
    const difference = a.data[i] - b.data[j];
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
