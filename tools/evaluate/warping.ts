// Dynamic time warping (Sakoe & Chiba 1978): how far apart two utterances are when one may run faster or slower than the other.

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
 * @throws RangeError if a sequence is empty or the widths differ
 */
export function warpingDistance(a: FeatureSequence, b: FeatureSequence): number {
  if (a.frames === 0 || b.frames === 0) throw new RangeError('warpingDistance: an empty sequence has no distance');
  if (a.width !== b.width) throw new RangeError(`warpingDistance: widths differ, ${a.width} and ${b.width}`);
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

function frameDistance(a: FeatureSequence, row: number, b: FeatureSequence, column: number): number {
  const { width } = a;
  let sum = 0;
  for (let i = row * width, j = column * width, end = i + width; i < end; i++, j++) {
    const difference = a.data[i] - b.data[j];
    sum += difference * difference;
  }
  return Math.sqrt(sum);
}
