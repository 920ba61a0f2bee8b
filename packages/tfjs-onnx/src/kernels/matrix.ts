// Matrix products.
import { TraceError } from '../errors';
import { type Value } from '../graph';
import { type Recorder } from '../recorder';
import { type Kernel, type KernelTable } from './kernel';

const batchMatMul: Kernel = ({ recorder, inputs: { a, b }, attributes, whole }) =>
  recorder.matMul(whole(a), whole(b), Boolean(attributes.transposeA), Boolean(attributes.transposeB));

function activate(recorder: Recorder, x: Value, activation: string, slope: number, weights: Value | undefined): Value {
  switch (activation) {
    case 'linear':
      return x;
    case 'relu':
      return recorder.unary('Relu', x);
    case 'elu':
      return recorder.unary('Elu', x);
    case 'sigmoid':
      return recorder.unary('Sigmoid', x);
    case 'relu6':
      return recorder.node('Clip', [x, recorder.scalar(0, x.type), recorder.scalar(6, x.type)], x.shape, x.type);
    case 'leakyrelu':
      return recorder.unary('LeakyRelu', x, { alpha: { float: slope } });
    case 'prelu': {
      const negative = recorder.binary('Less', x, recorder.scalar(0, x.type), 'bool');
      return recorder.where(negative, recorder.binary('Mul', x, weights!), x);
    }
    default:
      throw new TraceError(
        'unsupported-op',
        `_FusedMatMul with activation ${activation} has no mapping to ONNX; apply the activation as an op of its own`,
      );
  }
}

const fusedMatMul: Kernel = (call) => {
  const { recorder, inputs, attributes, whole } = call;
  const product = batchMatMul(call) as Value;
  const sum = inputs.bias ? recorder.binary('Add', product, whole(inputs.bias)) : product;
  const weights = inputs.preluActivationWeights && whole(inputs.preluActivationWeights);
  return activate(
    recorder,
    sum,
    (attributes.activation as string) ?? 'linear',
    (attributes.leakyreluAlpha as number) ?? 0.2,
    weights,
  );
};

const einsum: Kernel = ({ recorder, inputs, attributes, whole }) => {
  const equation = attributes.equation as string;
  const tensors = Object.values(inputs);
  const [from, to] = equation.replace(/\s/g, '').split('->');
  const sizes = new Map<string, number>();
  from
    .split(',')
    .forEach((letters, index) => [...letters].forEach((letter, axis) => sizes.set(letter, tensors[index].shape[axis])));
  const shape = [...to].map((letter) => sizes.get(letter) ?? 1);
  return recorder.node('Einsum', tensors.map(whole), shape, 'float32', { equation });
};

export const MATRIX_KERNELS: KernelTable = { BatchMatMul: batchMatMul, _FusedMatMul: fusedMatMul, Einsum: einsum };
