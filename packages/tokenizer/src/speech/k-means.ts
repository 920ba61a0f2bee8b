// k-means clustering: k-means++ start (Arthur & Vassilvitskii 2007), Lloyd's iterations, exact but pruned by the triangle
// inequality between centroids (Phillips 2002, "sort-means"): most of the distances need never be computed.
import { drawDistinct, seededRandom } from './random';

/** Rows of equal width, one after the other. */
export interface Rows {
  data: Float32Array;
  width: number;
}

export interface KMeansOptions {
  /** Number of centroids; at most the number of different rows. */
  codes: number;
  seed: number;
  /** Default 25. */
  iterations?: number;
  /** Told after every iteration how many are done. */
  onIteration?: (done: number, total: number) => void | Promise<void>;
}

/** Rows that the start looks at for each centroid: enough to spread them, far fewer than there are. */
const START_ROWS_PER_CODE = 40;
/** Iterations end when the mean squared distance falls by less than this part. */
const ENOUGH = 1e-4;

/** Centroids [codes, width] of the rows. Deterministic: the same rows and seed give the same centroids. */
export async function kMeans(rows: Rows, options: KMeansOptions): Promise<Float32Array> {
  const { codes, seed, iterations = 25, onIteration } = options;
  const count = rows.data.length / rows.width;
  const random = seededRandom(seed);
  let centroids = startingCentroids(rows, codes, random);
  const labels = new Uint32Array(count);
  const distances = new Float64Array(count);
  let before = Infinity;
  for (let done = 1; done <= iterations; done++) {
    const total = assign(rows, centroids, labels, distances);
    centroids = meansByLabel(rows, labels, distances, codes);
    await onIteration?.(done, iterations);
    if (total >= before * (1 - ENOUGH)) break;
    before = total;
  }
  return centroids;
}

/** The centroid nearest to the row that begins at `offset` of `data`. */
export function nearestCentroid(data: Float32Array, offset: number, centroids: Float32Array, width: number): number {
  let best = Infinity;
  let nearest = 0;
  for (let code = 0; code * width < centroids.length; code++) {
    const distance = squaredDistance(data, offset, centroids, code * width, width, best);
    if (distance < best) {
      best = distance;
      nearest = code;
    }
  }
  return nearest;
}

/** Squared distance, or some number over `limit` as soon as it is certain to be larger. */
function squaredDistance(
  a: Float32Array,
  aAt: number,
  b: Float32Array,
  bAt: number,
  width: number,
  limit: number,
): number {
  let sum = 0;
  let i = 0;
  while (i < width) {
    for (const end = Math.min(i + 8, width); i < end; i++) {
      const difference = a[aAt + i] - b[bAt + i];
      sum += difference * difference;
    }
    if (sum > limit) return sum;
  }
  return sum;
}

function startingCentroids({ data, width }: Rows, codes: number, random: () => number): Float32Array {
  const count = data.length / width;
  const sample = drawDistinct(Math.min(count, START_ROWS_PER_CODE * codes), count, random);
  const centroids = new Float32Array(codes * width);
  const distances = new Float64Array(sample.length).fill(Infinity);
  let chosen = 0;
  for (let code = 0; code < codes; code++) {
    centroids.set(data.subarray(sample[chosen] * width, (sample[chosen] + 1) * width), code * width);
    let total = 0;
    for (let i = 0; i < sample.length; i++) {
      const distance = squaredDistance(data, sample[i] * width, centroids, code * width, width, distances[i]);
      if (distance < distances[i]) distances[i] = distance;
      total += distances[i];
    }
    chosen = drawWeighted(distances, random() * total);
  }
  return centroids;
}

/** The index at which the running sum of `weights` passes `target`. */
function drawWeighted(weights: Float64Array, target: number): number {
  let sum = 0;
  for (let i = 0; i < weights.length; i++) {
    sum += weights[i];
    if (sum > target) return i;
  }
  return weights.length - 1;
}

/** Moves every row to its nearest centroid, searched from its present one outwards; returns the sum of squared distances. */
function assign({ data, width }: Rows, centroids: Float32Array, labels: Uint32Array, distances: Float64Array): number {
  const { order, apart } = neighbours(centroids, width);
  const codes = centroids.length / width;
  let total = 0;
  for (let row = 0; row < labels.length; row++) {
    const at = row * width;
    const home = labels[row];
    let nearest = home;
    let best = squaredDistance(data, at, centroids, home * width, width, Infinity);
    const toHome = Math.sqrt(best);
    let reach = (2 * toHome) ** 2;
    for (let k = home * codes + 1; k < (home + 1) * codes; k++) {
      // Centroid c is at least |home − c| − |row − home| away: the remaining ones are all too far.
      if (apart[k] > reach) break;
      const code = order[k];
      const distance = squaredDistance(data, at, centroids, code * width, width, best);
      if (distance < best) {
        best = distance;
        nearest = code;
        reach = (toHome + Math.sqrt(best)) ** 2;
      }
    }
    labels[row] = nearest;
    distances[row] = best;
    total += best;
  }
  return total;
}

/** For every centroid, all centroids from itself outwards, and how far (squared) they are. */
function neighbours(centroids: Float32Array, width: number): { order: Uint32Array; apart: Float64Array } {
  const codes = centroids.length / width;
  const order = new Uint32Array(codes * codes);
  const apart = new Float64Array(codes * codes);
  const distances = new Float64Array(codes);
  for (let from = 0; from < codes; from++) {
    for (let to = 0; to < codes; to++) {
      distances[to] = squaredDistance(centroids, from * width, centroids, to * width, width, Infinity);
    }
    distances[from] = -1; // first even among copies of itself
    const sorted = Uint32Array.from({ length: codes }, (_, code) => code).sort(
      (a, b) => distances[a] - distances[b] || a - b,
    );
    order.set(sorted, from * codes);
    sorted.forEach((code, k) => (apart[from * codes + k] = distances[code]));
  }
  return { order, apart };
}

/** The mean of every centroid's rows; a centroid without rows moves to the row that is farthest from its own. */
function meansByLabel(
  { data, width }: Rows,
  labels: Uint32Array,
  distances: Float64Array,
  codes: number,
): Float32Array {
  const sums = new Float64Array(codes * width);
  const counts = new Uint32Array(codes);
  for (let row = 0; row < labels.length; row++) {
    const to = labels[row] * width;
    counts[labels[row]]++;
    for (let i = 0; i < width; i++) sums[to + i] += data[row * width + i];
  }
  const centroids = new Float32Array(codes * width);
  for (let code = 0; code < codes; code++) {
    if (counts[code] > 0) {
      for (let i = 0; i < width; i++) centroids[code * width + i] = sums[code * width + i] / counts[code];
    } else {
      const farthest = distances.reduce((most, distance, row) => (distance > distances[most] ? row : most), 0);
      distances[farthest] = 0;
      centroids.set(data.subarray(farthest * width, (farthest + 1) * width), code * width);
    }
  }
  return centroids;
}
