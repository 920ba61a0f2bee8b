// Small tensors taken together: biases, scales and the like are most of a model's tensors and next to nothing of its numbers, and an
// update of one costs onnxruntime more to begin than to do. Tensors that differ only in their first axis are joined along it.
import * as tf from '@tensorflow/tfjs-core';
import { elementCount } from '@gpt-talker/runtime';

const SMALL_ELEMENTS = 2 ** 14;

/** Worth an operator of its own. */
export const isLarge = (shape: readonly number[]): boolean => elementCount(shape) > SMALL_ELEMENTS;

/**
 * Which of the tensors to take together: every index once, in groups.
 * @param kind tensors of different kinds stay apart
 */
export function flattenableGroups(shapes: readonly (readonly number[])[], kind: (index: number) => string): number[][] {
  const groups = new Map<string, number[]>();
  shapes.forEach((shape, index) => {
    const key = shape.length > 0 && !isLarge(shape) ? `${shape.slice(1).join()} ${kind(index)}` : `alone ${index}`;
    const group = groups.get(key);
    if (group) group.push(index);
    else groups.set(key, [index]);
  });
  return [...groups.values()];
}

/** Tensors of a group, one behind the other. */
export function flattenParameters(tensors: readonly tf.Tensor[]): tf.Tensor {
  return tensors.length === 1 ? tensors[0] : tf.concat([...tensors], 0);
}

/** What `joined` joined: parts of the given lengths along the first axis. */
export function unflattenParameters(tensor: tf.Tensor, lengths: readonly number[]): tf.Tensor[] {
  return lengths.length === 1 ? [tensor] : tf.split(tensor, [...lengths], 0);
}
