// Matrix products.
import { TraceError } from '../errors';
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type Kernel, type KernelTable } from './kernel';

const batchMatMul: Kernel = ({ builder, inputs: { a, b }, attributes, materialize }) =>
  builder.matMul(materialize(a), materialize(b), Boolean(attributes.transposeA), Boolean(attributes.transposeB));

function activate(
  builder: GraphBuilder,
  x: Value,
  activation: string,
  slope: number,
  weights: Value | undefined,
): Value {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return builder.unary('Relu', x);
    case 'elu':
      return builder.unary('Elu', x);
    case 'sigmoid':
      return builder.unary('Sigmoid', x);
    case 'relu6':
      return builder.node('Clip', [x, builder.scalar(0, x.type), builder.scalar(6, x.type)], x.shape, x.type);
    case 'leakyrelu':
      return builder.unary('LeakyRelu', x, { alpha: { float: slope } });
    case 'prelu': {
      const negative = builder.binary('Less', x, builder.scalar(0, x.type), 'bool');
      return builder.where(negative, builder.binary('Mul', x, weights!), x);
    }
    default:
      throw new TraceError(
        'unsupported-op',
        `_FusedMatMul with activation ${activation} has no mapping to ONNX; apply the activation as an op of its own`,
      );
  }
}

const fusedMatMul: Kernel = (call) => {
  const { builder, inputs, attributes, materialize } = call;
  const product = batchMatMul(call) as Value;
  const sum = inputs.bias ? builder.binary('Add', product, materialize(inputs.bias)) : product;
  const weights = inputs.preluActivationWeights && materialize(inputs.preluActivationWeights);
  return activate(
    builder,
    sum,
    (attributes.activation as string) ?? 'linear',
    (attributes.leakyreluAlpha as number) ?? 0.2,
    weights,
  );
};

const einsum: Kernel = ({ builder, inputs, attributes, materialize }) => {
  const equation = attributes.equation as string;
  const tensors = Object.values(inputs);
  const [from, to] = equation.replace(/\s/g, '').split('->');
  const sizes = new Map<string, number>();
  from
    .split(',')
    .forEach((letters, index) => [...letters].forEach((letter, axis) => sizes.set(letter, tensors[index].shape[axis])));
  const shape = [...to].map((letter) => sizes.get(letter) ?? 1);
  return builder.node('Einsum', tensors.map(materialize), shape, 'float32', { equation });
};

export const MATRIX_KERNELS: KernelTable = { BatchMatMul: batchMatMul, _FusedMatMul: fusedMatMul, Einsum: einsum };
