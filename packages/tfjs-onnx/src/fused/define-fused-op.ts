// Ops that TensorFlow.js does not have, as one ONNX node each. On other backends a fused op is the composition of tfjs ops
// that it stands for, so one model definition serves eager tests and traced graphs alike.
import * as tf from '@tensorflow/tfjs-core';

import { registerGradients } from '../gradients/index';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { isTracing, registerKernel } from '../register';

/** Tensors by name; optional inputs may be left out. */
export type FusedInputs = Readonly<Record<string, tf.Tensor | undefined>>;

type Present<Inputs extends FusedInputs> = Readonly<Record<keyof Inputs & string, Value>>;

type Gradients<Inputs extends FusedInputs> = Partial<Record<keyof Inputs & string, tf.Tensor>>;

export interface FusedOpDefinition<Inputs extends FusedInputs, Attributes> {
  /** Unique; shown in error messages. */
  readonly name: string;
  /** The same with plain tfjs ops. tfjs must be able to differentiate it. */
  compose(inputs: Inputs, attributes: Attributes): tf.Tensor;
  /**
   * Records the ONNX nodes. The first value is the result; further ones are handed to `gradient`.
   * Left-out inputs are missing from `inputs`.
   */
  record(builder: GraphBuilder, inputs: Partial<Present<Inputs>>, attributes: Attributes): Value[];
  /**
   * The gradients of the recorded op, written in tfjs ops (and fused ops). `saved` are the further values of `record`.
   * Default: the gradient of `compose`, which is then computed a second time.
   */
  gradient?(dy: tf.Tensor, inputs: Inputs, saved: tf.Tensor[], attributes: Attributes): Gradients<Inputs>;
}

export type FusedOp<Inputs extends FusedInputs, Attributes> = (inputs: Inputs, attributes: Attributes) => tf.Tensor;

/**
 * Makes an op that is composed of tfjs ops when computed eagerly, and recorded by `record` when traced. This is also how a
 * user of this package adds an ONNX operator of their own.
 */
export function defineFusedOp<Inputs extends FusedInputs, Attributes>(
  definition: FusedOpDefinition<Inputs, Attributes>,
): FusedOp<Inputs, Attributes> {
  const kernelName = `Fused:${definition.name}`;
  return (inputs, attributes) => {
    if (!isTracing()) {
      registerGradients();
      return tf.tidy(() => definition.compose(inputs, attributes));
    }
    registerKernel(kernelName, ({ builder, inputs: tensors, attributes: wrapped, materialize }) => {
      const values = Object.fromEntries(Object.entries(tensors).map(([name, tensor]) => [name, materialize(tensor)]));
      return definition.record(builder, values as Present<Inputs>, wrapped.attributes as Attributes);
    });
    return recordWithGradient(kernelName, definition, inputs, attributes);
  };
}

function recordWithGradient<Inputs extends FusedInputs, Attributes>(
  kernelName: string,
  definition: FusedOpDefinition<Inputs, Attributes>,
  inputs: Inputs,
  attributes: Attributes,
): tf.Tensor {
  const names = Object.keys(inputs).filter((name) => inputs[name] !== undefined);
  const withNames = (tensors: tf.Tensor[]): Inputs =>
    Object.fromEntries(names.map((name, index) => [name, tensors[index]])) as unknown as Inputs;
  const differentiable = tf.customGrad((...parameters) => {
    const tensors = parameters.slice(0, names.length) as tf.Tensor[];
    const save = parameters[names.length] as tf.GradSaveFunc;
    const [result, ...extra] = tf
      .engine()
      .runKernel(
        kernelName,
        withNames(tensors) as unknown as tf.NamedTensorMap,
        { attributes } as unknown as tf.NamedAttrMap,
      ) as unknown as tf.Tensor[];
    save([...tensors, ...extra]);
    const gradFunc = (dy: tf.Tensor, saved: tf.Tensor[]): tf.Tensor[] => {
      const original = withNames(saved.slice(0, names.length));
      const gradients = gradientOf(definition, dy, original, saved.slice(names.length), attributes);
      return names.map((name, index) => gradients[name] ?? tf.zerosLike(saved[index]));
    };
    return { value: result, gradFunc };
  });
  return differentiable(...names.map((name) => inputs[name]!));
}

function gradientOf<Inputs extends FusedInputs, Attributes>(
  definition: FusedOpDefinition<Inputs, Attributes>,
  dy: tf.Tensor,
  inputs: Inputs,
  saved: tf.Tensor[],
  attributes: Attributes,
): Gradients<Inputs> {
  if (definition.gradient) return definition.gradient(dy, inputs, saved, attributes);
  const names = Object.keys(inputs);
  const composed = (...tensors: tf.Tensor[]): tf.Tensor =>
    definition.compose(
      Object.fromEntries(names.map((name, index) => [name, tensors[index]])) as unknown as Inputs,
      attributes,
    );
  // tfjs does not expect a gradient inside of a gradient's second half: it would forget the outer tape.
  const { state } = tf.engine();
  const outerTape = state.activeTape;
  const gradients = tf.grads(composed)(
    names.map((name) => inputs[name]!),
    dy,
  );
  state.activeTape = outerTape;
  return Object.fromEntries(names.map((name, index) => [name, gradients[index]])) as Gradients<Inputs>;
}
