// How a codebook learns without gradients: each code drifts to the average of the vectors that chose it, unused codes are
// set on a vector of the batch, and k-means gives the start (van den Oord et al. 2017, appendix A.1; upstream `core_vq`).
// Pure functions of the buffers, so that a traced training step can hold them. A frozen codebook is one that nobody updates.
// Shapes: N vectors, W width, Q codes.
import * as tf from '@tensorflow/tfjs-core';

export interface CodebookState {
  /** Code vectors [Q, W]. */
  embed: tf.Tensor;
  /** Average sum of the vectors that chose a code [Q, W]. */
  embedAverage: tf.Tensor;
  /** Average number of vectors that chose a code [Q]. */
  clusterSize: tf.Tensor;
}

export interface CodebookUpdateOptions {
  /** Share of the old averages that is kept; 0.99. */
  decay?: number;
  /** Keeps the sizes of unused codes away from zero; 1e-5. */
  epsilon?: number;
  /** Gives codes whose average size fell below `threshold` (upstream: 2) the vector of the row that `rows` (int32 [Q]) names. */
  revive?: {
    threshold: number;
    rows: tf.Tensor;
    /** Where several processes each have some of the vectors: 1 where the row is one of these, float32 [Q]. */
    here?: tf.Tensor;
  };
  /** Where several processes each have some of the vectors: the sum over all of them. */
  sum?: (what: 'counts' | 'vectors' | 'revived', own: tf.Tensor) => tf.Tensor;
}

/**
 * One step of the moving averages. `vectors` [N, W] are the features, `codes` int32 [N] their nearest codes before the step.
 * Revived codes get their averages too; upstream sets only `embed` and overwrites it in the same step, so its revival does nothing.
 */
export function updateCodebook(
  state: CodebookState,
  vectors: tf.Tensor,
  codes: tf.Tensor,
  options: CodebookUpdateOptions = {},
): CodebookState {
  const { decay = 0.99, epsilon = 1e-5, revive, sum = (_, own) => own } = options;
  const size = state.embed.shape[0];
  const chosen = tf.cast(tf.oneHot(codes as tf.Tensor1D, size), 'float32'); // (N, Q)
  const average = (old: tf.Tensor, now: tf.Tensor) => tf.add(tf.mul(old, decay), tf.mul(now, 1 - decay));
  let clusterSize = average(state.clusterSize, sum('counts', tf.sum(chosen, 0))); // (Q)
  const chosenSums = tf.matMul(chosen as tf.Tensor2D, vectors as tf.Tensor2D, true, false); // (Q, W)
  let embedAverage = average(state.embedAverage, sum('vectors', chosenSums));
  if (revive) {
    const dead = tf.cast(tf.less(clusterSize, revive.threshold), 'float32'); // (Q)
    const choose = (ifDead: tf.Tensor, otherwise: tf.Tensor, mask: tf.Tensor) =>
      tf.add(tf.mul(mask, ifDead), tf.mul(tf.sub(1, mask), otherwise));
    const named = tf.gather(vectors as tf.Tensor2D, revive.rows as tf.Tensor1D); // (Q, W)
    const replacement = sum('revived', revive.here ? tf.mul(named, tf.expandDims(revive.here, 1)) : named);
    embedAverage = choose(tf.mul(replacement, revive.threshold), embedAverage, tf.expandDims(dead, 1));
    clusterSize = choose(tf.mul(tf.onesLike(clusterSize), revive.threshold), clusterSize, dead);
  }
  const total = tf.sum(clusterSize);
  const smoothed = tf.mul(tf.div(tf.add(clusterSize, epsilon), tf.add(total, size * epsilon)), total); // (Q)
  return { embed: tf.div(embedAverage, tf.expandDims(smoothed, 1)), embedAverage, clusterSize };
}

/**
 * Starts a codebook by k-means on `vectors` [N, W]; `rows` (int32 [Q]) names the vectors that the clusters start from.
 * Runs eagerly, once, before the first step.
 */
export function startCodebook(vectors: tf.Tensor, rows: tf.Tensor, { iterations = 50 } = {}): CodebookState {
  return tf.tidy(() => {
    const points = vectors as tf.Tensor2D;
    let means = tf.gather(points, rows as tf.Tensor1D) as tf.Tensor2D; // (Q, W)
    let clusterSize: tf.Tensor = tf.zeros([means.shape[0]]);
    for (let iteration = 0; iteration < iterations; iteration++) {
      [means, clusterSize] = tf.tidy(() => {
        const likeness = tf.sub(tf.mul(tf.matMul(points, means, false, true), 2), tf.sum(tf.square(means), 1)); // (N, Q)
        const chosen = tf.cast(
          tf.oneHot(tf.argMax(likeness, 1) as tf.Tensor1D, means.shape[0]),
          'float32',
        ) as tf.Tensor2D; // (N, Q)
        const counts = tf.sum(chosen, 0); // (Q)
        const sums = tf.matMul(chosen, points, true, false); // (Q, W)
        const moved = tf.div(sums, tf.expandDims(tf.maximum(counts, 1), 1));
        // A cluster that nobody chose stays where it is.
        return [tf.where(tf.greater(tf.expandDims(counts, 1), 0), moved, means) as tf.Tensor2D, counts];
      });
    }
    const occupied = tf.maximum(clusterSize, 1);
    return {
      embed: means.clone(),
      embedAverage: tf.mul(means, tf.expandDims(occupied, 1)),
      clusterSize: occupied.clone(),
    };
  });
}
