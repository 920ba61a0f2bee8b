// Kernels that work element by element. They pass on tensors that stand for larger ones by repetition (see Entry in backend.ts).
import { isConstant, type Value } from '../graph';
import { broadcastShapes, type GraphBuilder } from '../graph-builder';
import { type Kernel, type KernelCall, type KernelTable } from './kernel';

type Unary = (builder: GraphBuilder, x: Value, attributes: Readonly<Record<string, unknown>>) => Value;
type Binary = (builder: GraphBuilder, a: Value, b: Value) => Value;

const unary =
  (record: Unary): Kernel =>
  ({ builder, inputs, attributes, compact }) => ({
    broadcast: record(builder, compact(inputs.x), attributes),
    shape: inputs.x.shape,
  });

/**
 * A function of floats. Of whole numbers and truth values tfjs computes it in floats too; most results then are cut to the type of
 * the operand, as tfjs does.
 */
const ofFloats =
  (record: Unary, result: 'float32' | 'bool' | 'operand' = 'operand'): Unary =>
  (builder, x, attributes) => {
    if (x.type === 'float32') return record(builder, x, attributes);
    const y = record(builder, builder.cast(x, 'float32'), attributes);
    return result === 'operand' ? toWhole(builder, y, x.type) : y;
  };

/** Floats as whole numbers or truth values. What is no number, or too large for one, is 0 in tfjs; ONNX leaves it open. */
function toWhole(builder: GraphBuilder, x: Value, type: Value['type']): Value {
  if (x.type !== 'float32' || type !== 'int32') return builder.cast(x, type);
  const exists = builder.binary('Less', builder.unary('Abs', x), float(builder, 2 ** 31), 'bool');
  return builder.cast(builder.where(exists, x, float(builder, 0)), type);
}

/** A function that ONNX has for whole numbers too, but not for truth values. */
const ofNumbers =
  (record: Unary): Unary =>
  (builder, x, attributes) =>
    x.type === 'bool'
      ? builder.cast(record(builder, builder.cast(x, 'int32'), attributes), 'bool')
      : record(builder, x, attributes);

/** ln(1 + x) that keeps what is small: 2 artanh(x ÷ (x + 2)) near 0. */
function logOnePlus(builder: GraphBuilder, x: Value): Value {
  const ratio = builder.binary('Div', x, builder.binary('Add', x, float(builder, 2)));
  const near = builder.binary('Mul', builder.unary('Atanh', ratio), float(builder, 2));
  const far = builder.unary('Log', builder.binary('Add', x, float(builder, 1)));
  return builder.where(builder.binary('Less', builder.unary('Abs', x), float(builder, 0.5), 'bool'), near, far);
}

/** eˣ − 1 that keeps what is small: 2 sinh(x ÷ 2) · e^(x ÷ 2) near 0. */
function expMinusOne(builder: GraphBuilder, x: Value): Value {
  const half = builder.binary('Mul', x, float(builder, 0.5));
  const product = builder.binary('Mul', builder.unary('Sinh', half), builder.unary('Exp', half));
  const near = builder.binary('Mul', product, float(builder, 2));
  const far = builder.binary('Sub', builder.unary('Exp', x), float(builder, 1));
  return builder.where(builder.binary('Less', builder.unary('Abs', x), float(builder, 1), 'bool'), near, far);
}

const binary =
  (record: Binary): Kernel =>
  ({ builder, inputs: { a, b }, compact }) => ({
    broadcast: record(builder, compact(a), compact(b)),
    shape: broadcastShapes(a.shape, b.shape),
  });

const named =
  (op: string): Unary =>
  (builder, x) =>
    builder.unary(op, x);

const compare =
  (op: string): Binary =>
  (builder, a, b) =>
    builder.binary(op, a, b, 'bool');

function isScalar(value: Value, number: number): boolean {
  return isConstant(value) && value.data.length === 1 && Number(value.data[0]) === number;
}

const float = (builder: GraphBuilder, number: number): Value => builder.scalar(number, 'float32');

function multiply(builder: GraphBuilder, a: Value, b: Value): Value {
  if (isScalar(a, 1)) return b;
  return isScalar(b, 1) ? a : builder.binary('Mul', a, b);
}

function add(builder: GraphBuilder, a: Value, b: Value): Value {
  if (isScalar(a, 0)) return b;
  return isScalar(b, 0) ? a : builder.binary('Add', a, b);
}

function modulo(builder: GraphBuilder, a: Value, b: Value): Value {
  // ONNX's integer Mod has the sign of the divisor, as tfjs wants it; its float Mod has the sign of the dividend.
  if (a.type !== 'float32') return builder.binary('Mod', a, b);
  const remainder = builder.binary('Mod', a, b, a.type, { fmod: 1 });
  return builder.binary('Mod', builder.binary('Add', remainder, b), b, a.type, { fmod: 1 });
}

function floorDivide(builder: GraphBuilder, a: Value, b: Value): Value {
  if (a.type === 'float32') return toWhole(builder, builder.unary('Floor', builder.binary('Div', a, b)), 'int32');
  return builder.binary('Div', builder.binary('Sub', a, builder.binary('Mod', a, b)), b);
}

/** atan(y/x), moved by ±π where x is negative, and ±π/2 where x is zero. */
function atan2(builder: GraphBuilder, y: Value, x: Value): Value {
  if (y.type !== 'float32')
    return toWhole(builder, atan2(builder, builder.cast(y, 'float32'), builder.cast(x, 'float32')), y.type);
  const zero = float(builder, 0);
  const turn = builder.where(
    builder.binary('Less', y, zero, 'bool'),
    float(builder, -Math.PI),
    float(builder, Math.PI),
  );
  const moved = builder.where(builder.binary('Less', x, zero, 'bool'), turn, zero);
  const angle = builder.binary('Add', builder.unary('Atan', builder.binary('Div', y, x)), moved);
  const upright = builder.binary('Mul', builder.unary('Sign', y), float(builder, Math.PI / 2));
  return builder.where(builder.binary('Equal', x, zero, 'bool'), upright, angle);
}

/** Steep enough to be 1 at every normal positive number. */
const STEEP = 3e38;

/** 1 where x is positive, a slope elsewhere. A very steep HardSigmoid is one pass over the numbers; a comparison takes two. */
function step(builder: GraphBuilder, x: Value, attributes: Readonly<Record<string, unknown>>): Value {
  const slope = (attributes.alpha as number | undefined) ?? 0;
  if (x.type !== 'float32' || slope < 0 || slope > 1) {
    const number = (value: number): Value => builder.scalar(value, x.type);
    return builder.where(builder.binary('Greater', x, number(0), 'bool'), number(1), number(slope));
  }
  const positive = builder.unary('HardSigmoid', x, { alpha: { float: STEEP }, beta: { float: 0 } });
  return slope === 0 ? positive : builder.binary('Max', positive, float(builder, slope));
}

/** The parametrised ReLU; written out because ONNX's PRelu broadcasts in one direction only. */
function prelu({ builder, inputs: { x, alpha }, compact }: KernelCall): { broadcast: Value; shape: number[] } {
  const input = builder.cast(compact(x), 'float32');
  const negative = builder.binary('Less', input, float(builder, 0), 'bool');
  const scaled = builder.binary('Mul', input, compact(alpha));
  return { broadcast: builder.where(negative, scaled, input), shape: broadcastShapes(x.shape, alpha.shape) };
}

/** The gradient of elu in terms of its output: dy where y ≥ 0, dy·(y + 1) elsewhere. */
function eluGradient({ builder, inputs: { dy, y }, compact }: KernelCall): { broadcast: Value; shape: number[] } {
  const [gradient, output] = [compact(dy), compact(y)];
  const slope = builder.binary('Min', builder.binary('Add', output, float(builder, 1)), float(builder, 1));
  return { broadcast: builder.binary('Mul', gradient, slope), shape: [...y.shape] };
}

function select({ builder, inputs: { condition, t, e }, compact }: KernelCall): { broadcast: Value; shape: number[] } {
  return { broadcast: builder.where(compact(condition), compact(t), compact(e)), shape: [...t.shape] };
}

function addAll({ builder, inputs, compact }: KernelCall): { broadcast: Value; shape: number[] } {
  const tensors = Object.values(inputs);
  return {
    broadcast: tensors.map(compact).reduce((sum, next) => add(builder, sum, next)),
    shape: [...tensors[0].shape],
  };
}

const FLOAT_FUNCTIONS = [
  'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Floor', 'Log', 'Reciprocal', 'Round', 'Sigmoid', 'Sin',
  'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh', 'Elu', 'Selu',
]; // prettier-ignore

const COMPARISONS: Readonly<Record<string, string>> = {
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Equal: 'Equal',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
  LogicalXor: 'Xor',
};

const ARITHMETIC: Readonly<Record<string, Binary>> = {
  Add: add,
  Sub: (builder, a, b) => (isScalar(b, 0) ? a : builder.binary('Sub', a, b)),
  Multiply: multiply,
  RealDiv: (builder, a, b) => (isScalar(b, 1) ? a : builder.binary('Div', a, b)),
  Maximum: (builder, a, b) => builder.binary('Max', a, b),
  Minimum: (builder, a, b) => builder.binary('Min', a, b),
  Pow: (builder, a, b) => {
    if (isScalar(b, 1)) return a;
    return isScalar(b, 2) ? builder.binary('Mul', a, a) : builder.binary('Pow', a, b);
  },
  Mod: modulo,
  FloorDiv: floorDivide,
  Atan2: atan2,
  SquaredDifference: (builder, a, b) => {
    const difference = builder.binary('Sub', a, b);
    return builder.binary('Mul', difference, difference);
  },
  BitwiseAnd: (builder, a, b) => builder.binary('BitwiseAnd', a, b),
  NotEqual: (builder, a, b) => builder.unary('Not', builder.binary('Equal', a, b, 'bool')),
};

const FUNCTIONS: Readonly<Record<string, Unary>> = {
  ...Object.fromEntries(FLOAT_FUNCTIONS.map((op) => [op, ofFloats(named(op))])),
  ...Object.fromEntries(['Exp', 'Erf'].map((op) => [op, ofFloats(named(op), 'float32')])),
  ...Object.fromEntries(['Abs', 'Neg', 'Sign', 'Relu'].map((op) => [op, ofNumbers(named(op))])),
  Square: ofNumbers((builder, x) => builder.binary('Mul', x, x)),
  Rsqrt: ofFloats((builder, x) => builder.unary('Reciprocal', builder.unary('Sqrt', x))),
  Expm1: ofFloats(expMinusOne),
  Log1p: ofFloats(logOnePlus),
  Relu6: ofFloats((builder, x) => builder.node('Clip', [x, float(builder, 0), float(builder, 6)], x.shape, x.type)),
  ClipByValue: ofNumbers((builder, x, { clipValueMin, clipValueMax }) =>
    builder.node(
      'Clip',
      [x, builder.scalar(clipValueMin as number, x.type), builder.scalar(clipValueMax as number, x.type)],
      x.shape,
      x.type,
    ),
  ),
  LeakyRelu: ofFloats(
    (builder, x, { alpha }) => builder.unary('LeakyRelu', x, { alpha: { float: alpha as number } }),
    'float32',
  ),
  Step: ofNumbers(step),
  LogicalNot: (builder, x) => builder.unary('Not', x),
  IsNan: ofFloats((builder, x) => builder.unary('IsNaN', x, {}, 'bool'), 'bool'),
  IsInf: ofFloats((builder, x) => builder.unary('IsInf', x, {}, 'bool'), 'bool'),
  IsFinite: ofFloats((builder, x) => {
    const infinite = builder.unary('IsInf', x, {}, 'bool');
    return builder.unary('Not', builder.binary('Or', infinite, builder.unary('IsNaN', x, {}, 'bool')));
  }, 'bool'),
  Identity: (_, x) => x,
  ZerosLike: (builder, x) => builder.scalar(0, x.type),
  OnesLike: (builder, x) => builder.scalar(1, x.type),
  Cast: (builder, x, { dtype }) => toWhole(builder, x, dtype as Value['type']),
};

function mapTable<In, Out>(table: Readonly<Record<string, In>>, map: (entry: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, map(entry)]));
}

export const ELEMENTWISE_KERNELS: KernelTable = {
  ...mapTable(FUNCTIONS, unary),
  ...mapTable(ARITHMETIC, binary),
  ...mapTable(COMPARISONS, (op) => binary(compare(op))),
  Prelu: prelu,
  EluGrad: eluGradient,
  Select: select,
  AddN: addAll,
};
