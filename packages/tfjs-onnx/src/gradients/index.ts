// The gradients of tfjs kernels. TensorFlow.js keeps its own in a file that Node cannot load beside the published core (only
// the union package `@tensorflow/tfjs` bundles them), and some of those are wrong or slow once traced: the gradient of
// reflected padding forgets the reflection, a batched product with one shared matrix fails.
import * as tf from '@tensorflow/tfjs-core';

import { CONVOLUTION_GRADIENTS } from './convolution';
import { ELEMENTWISE_GRADIENTS } from './elementwise';
import { type Gradient, type GradientTable } from './gradient';
import { IMAGE_GRADIENTS } from './image';
import { REDUCTION_GRADIENTS } from './reduction';
import { SHAPE_GRADIENTS } from './shape';

/** All gradients, by the name of the tfjs kernel. */
export const GRADIENTS: GradientTable = {
  ...ELEMENTWISE_GRADIENTS,
  ...REDUCTION_GRADIENTS,
  ...SHAPE_GRADIENTS,
  ...CONVOLUTION_GRADIENTS,
  ...IMAGE_GRADIENTS,
};

let registered = false;

/**
 * Registers the gradients of all kernels that this package maps, on every backend, so that `tf.grads` works with
 * `@tensorflow/tfjs-core` alone. `trace` and the fused ops do this by themselves; call it before differentiating eagerly
 * without them. May be called again.
 */
export function registerGradients(): void {
  if (registered) return;
  registered = true;
  for (const [kernelName, gradient] of Object.entries(GRADIENTS)) tf.registerGradient(configOf(kernelName, gradient));
}

function configOf(kernelName: string, gradient: Gradient): tf.GradConfig {
  return {
    kernelName,
    inputsToSave: gradient.save ? [...gradient.save] : [],
    outputsToSave: gradient.saveOutput ? [true] : [],
    saveAllInputs: gradient.saveAll ?? false,
    gradFunc: (dy, saved, attrs) => gradient.of(dy as tf.Tensor, saved, attrs as unknown as Record<string, unknown>),
  };
}
