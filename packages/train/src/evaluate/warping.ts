// Dynamic time warping (Sakoe & Chiba 1978): which frames of two utterances belong together when one runs faster than the other.

/** Rows of features: `data[frame × width + feature]`. */
export interface Frames {
  data: Float32Array;
  frames: number;
  width: number;
}

export interface Warping {
  /** Mean Euclidean distance of the pairs. */
  distance: number;
  /** Frame of a and frame of b, from the first pair to the last. */
  path: [number, number][];
}

/** The cheapest path through both, advancing in one or in both at every step. @throws RangeError for an empty sequence */
export function warp(a: Frames, b: Frames): Warping {
  if (a.frames === 0 || b.frames === 0) throw new RangeError('An empty sequence cannot be aligned.');
  const costs = new Float64Array(a.frames * b.frames);
  const distances = new Float64Array(a.frames * b.frames);
  const at = (i: number, j: number) => (i < 0 || j < 0 ? Infinity : costs[i * b.frames + j]);
  for (let i = 0; i < a.frames; i++) {
    for (let j = 0; j < b.frames; j++) {
      const distance = frameDistance(a, i, b, j);
      const before = i === 0 && j === 0 ? 0 : Math.min(at(i - 1, j - 1), at(i - 1, j), at(i, j - 1));
      distances[i * b.frames + j] = distance;
      costs[i * b.frames + j] = before + distance;
    }
  }
  const path: [number, number][] = [];
  let [i, j] = [a.frames - 1, b.frames - 1];
  for (;;) {
    path.push([i, j]);
    if (i === 0 && j === 0) break;
    const [diagonal, above, left] = [at(i - 1, j - 1), at(i - 1, j), at(i, j - 1)];
    if (diagonal <= above && diagonal <= left) [i, j] = [i - 1, j - 1];
    else if (above <= left) i--;
    else j--;
  }
  path.reverse();
  const sum = path.reduce((total, [row, column]) => total + distances[row * b.frames + column], 0);
  return { distance: sum / path.length, path };
}

function frameDistance(a: Frames, row: number, b: Frames, column: number): number {
  let sum = 0;
  for (let feature = 0; feature < a.width; feature++)
    sum += (a.data[row * a.width + feature] - b.data[column * b.width + feature]) ** 2;
  return Math.sqrt(sum);
}
