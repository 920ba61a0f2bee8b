// Rows of an embedding table, with a gradient made of one matrix product. The gradient of tf.gather visits every row of the table
// in turn on the CPU backend (20 s for the fixture model where this takes 20 ms).
import * as tf from '@tensorflow/tfjs-core';

/**
 * @param table `[rows, width]`
 * @param ids int32, any shape `[...]`
 * @returns `[..., width]`
 */
export function lookUp(table: tf.Tensor2D, ids: tf.Tensor): tf.Tensor {
  const [rows, width] = table.shape;
  const gather = tf.customGrad((...inputs) => {
    const [weights, save] = inputs as [tf.Tensor, tf.GradSaveFunc];
    save([ids]);
    const gradFunc = (upstream: tf.Tensor, [saved]: tf.Tensor[]): tf.Tensor => {
      const chosen = tf.cast(tf.oneHot(tf.reshape(saved, [-1]), rows), 'float32') as tf.Tensor2D; // (N, rows)
      return tf.matMul(chosen, tf.reshape(upstream, [-1, width]) as tf.Tensor2D, true, false); // (rows, width)
    };
    return { value: tf.gather(weights, ids as tf.Tensor1D), gradFunc };
  });
  return gather(table);
}
