// A product with int8 weights in which every row of what is multiplied has a scale of its own, written out in operators: what
// DynamicQuantizeMatMul computes of one row alone, step by step and in its order, so that both give the same bits. For rows that are
// computed together and must not know of each other. A dozen operators or two instead of one: with one row they cost more than the product.
import { type Value } from '../graph';
import { type GraphBuilder, ONNX_TYPE } from '../graph-builder';
import { type ColumnProduct } from './quantize-columns';

const BYTE_STEPS = 255;
/** Keeps a row of zeros from being divided by nothing; too small to change any other. */
const LEAST_RANGE = 1e-30;

interface ByteRows {
  /** uint8, as `x` */
  readonly bytes: Value;
  /** float32 [rows, 1], and int32 [rows, 1] where a row may hold less than 0: x ≈ (bytes − zeros)·steps */
  readonly steps: Value;
  readonly zeros?: Value;
}

/** @param x [rows, inputs] */
function roundRows(builder: GraphBuilder, x: Value): ByteRows {
  const rows = [x.shape[0]];
  const one = (op: string, inputs: Value[], attributes = {}) => builder.node(op, inputs, rows, 'float32', attributes);
  const ofRow = (op: string) => one(op, [x, builder.integers([1])], { keepdims: 0 });
  const asColumn = (value: Value) =>
    builder.node('Unsqueeze', [value, builder.integers([1])], [...rows, 1], value.type);
  const rounded = (value: Value, steps: Value, zeros: Value) =>
    builder.node('QuantizeLinear', [value, steps, zeros], value.shape, 'uint8', { axis: 0 });
  const inSteps = (range: Value) => one('Div', [range, builder.scalar(BYTE_STEPS, 'float32')]);
  const nothing = builder.constant(new Uint8Array(rows[0]), rows, 'uint8');
  // The range always holds 0.
  const highest = one('Max', [ofRow('ReduceMax'), builder.scalar(LEAST_RANGE, 'float32')]);
  if (x.node?.op === 'Relu') {
    const steps = inSteps(highest);
    return { bytes: rounded(x, steps, nothing), steps: asColumn(steps) };
  }
  const below = one('Relu', [one('Neg', [ofRow('ReduceMin')])]);
  const steps = inSteps(one('Add', [highest, below]));
  const zeros = rounded(below, steps, nothing);
  return {
    bytes: rounded(x, steps, zeros),
    steps: asColumn(steps),
    zeros: asColumn(builder.node('Cast', [zeros], rows, 'int32', { to: ONNX_TYPE.int32 })),
  };
}

/** For each column the sum of its weights: so much does a row's zero count in it. */
function columnSums({ data, shape: [rows, columns] }: Value): Int32Array {
  const sums = new Int32Array(columns);
  const weights = data as Int8Array;
  for (let row = 0, at = 0; row < rows; row++)
    for (let column = 0; column < columns; column++) sums[column] += weights[at++];
  return sums;
}

/** @throws TypeError where `x` is no matrix */
export function productByRows(builder: GraphBuilder, { x, weights, scales, bias, shape }: ColumnProduct): Value {
  if (x.shape.length !== 2) throw new TypeError(`rows of their own need a matrix, not ${x.shape.length} axes`);
  const columns = [1, weights.shape[1]];
  const { bytes, steps, zeros } = roundRows(builder, x);
  const times = (a: Value, b: Value, type: 'int32' | 'float32') => builder.node('Mul', [a, b], shape, type);
  const whole = builder.node('MatMulInteger', [bytes, weights], shape, 'int32');
  const ofZeros = zeros && times(zeros, builder.constant(columnSums(weights), columns, 'int32'), 'int32');
  const centred = ofZeros ? builder.node('Sub', [whole, ofZeros], shape, 'int32') : whole;
  const sums = builder.cast(centred, 'float32');
  // Both scales first, as there. As Mul they would let onnxruntime join the whole into MatMulIntegerToFloat, which multiplies by one of
  // them after the other.
  const scale = builder.matMul(steps, exactly(scales, columns));
  const product = times(sums, scale, 'float32');
  return bias ? builder.node('Add', [product, exactly(bias, bias.shape)], shape, 'float32') : product;
}

/** The constant in the file as it is here, since that is how DynamicQuantizeMatMul has it. */
function exactly({ data, type }: Value, shape: readonly number[]): Value {
  return { type, shape, data, exact: true };
}
