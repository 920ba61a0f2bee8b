// Matrix products.
import { type Value } from '../graph';
import { activate } from './activation';
import { type Kernel, type KernelTable } from './kernel';

const batchMatMul: Kernel = ({ builder, inputs: { a, b }, attributes, materialize }) =>
  builder.matMul(materialize(a), materialize(b), Boolean(attributes.transposeA), Boolean(attributes.transposeB));

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
