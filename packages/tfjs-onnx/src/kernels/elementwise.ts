// Kernels that work element by element. They pass on tensors that stand for larger ones by repetition (see Entry in backend.ts).
import { isConstant, type Value } from '../graph';
import { broadcastShapes, type Recorder } from '../recorder';
import { type Kernel, type KernelCall, type KernelTable } from './kernel';

type Unary = (recorder: Recorder, x: Value, attributes: Readonly<Record<string, unknown>>) => Value;
type Binary = (recorder: Recorder, a: Value, b: Value) => Value;

const unary =
  (record: Unary): Kernel =>
  ({ recorder, inputs, attributes, view }) => ({
    repeated: record(recorder, view(inputs.x), attributes),
    shape: inputs.x.shape,
  });

const binary =
  (record: Binary): Kernel =>
  ({ recorder, inputs: { a, b }, view }) => ({
    repeated: record(recorder, view(a), view(b)),
    shape: broadcastShapes(a.shape, b.shape),
  });

const named =
  (op: string): Unary =>
  (recorder, x) =>
    recorder.unary(op, x);

const compare =
  (op: string): Binary =>
  (recorder, a, b) =>
    recorder.binary(op, a, b, 'bool');

function isScalar(value: Value, number: number): boolean {
  return isConstant(value) && value.data.length === 1 && Number(value.data[0]) === number;
}

const float = (recorder: Recorder, number: number): Value => recorder.scalar(number, 'float32');

function multiply(recorder: Recorder, a: Value, b: Value): Value {
  if (isScalar(a, 1)) return b;
  return isScalar(b, 1) ? a : recorder.binary('Mul', a, b);
}

function add(recorder: Recorder, a: Value, b: Value): Value {
  if (isScalar(a, 0)) return b;
  return isScalar(b, 0) ? a : recorder.binary('Add', a, b);
}

function modulo(recorder: Recorder, a: Value, b: Value): Value {
  // ONNX's integer Mod has the sign of the divisor, as tfjs wants it; its float Mod has the sign of the dividend.
  if (a.type !== 'float32') return recorder.binary('Mod', a, b);
  const remainder = recorder.binary('Mod', a, b, a.type, { fmod: 1 });
  return recorder.binary('Mod', recorder.binary('Add', remainder, b), b, a.type, { fmod: 1 });
}

function floorDivide(recorder: Recorder, a: Value, b: Value): Value {
  if (a.type === 'float32') return recorder.unary('Floor', recorder.binary('Div', a, b));
  return recorder.binary('Div', recorder.binary('Sub', a, recorder.binary('Mod', a, b)), b);
}

/** atan(y/x), moved by ±π where x is negative, and ±π/2 where x is zero. */
function atan2(recorder: Recorder, y: Value, x: Value): Value {
  const zero = float(recorder, 0);
  const turn = recorder.where(
    recorder.binary('Less', y, zero, 'bool'),
    float(recorder, -Math.PI),
    float(recorder, Math.PI),
  );
  const moved = recorder.where(recorder.binary('Less', x, zero, 'bool'), turn, zero);
  const angle = recorder.binary('Add', recorder.unary('Atan', recorder.binary('Div', y, x)), moved);
  const upright = recorder.binary('Mul', recorder.unary('Sign', y), float(recorder, Math.PI / 2));
  return recorder.where(recorder.binary('Equal', x, zero, 'bool'), upright, angle);
}

/** Steep enough to be 1 at every normal positive number. */
const STEEP = 3e38;

/** 1 where x is positive, a slope elsewhere. A very steep HardSigmoid is one pass over the numbers; a comparison takes two. */
function step(recorder: Recorder, x: Value, attributes: Readonly<Record<string, unknown>>): Value {
  const slope = (attributes.alpha as number | undefined) ?? 0;
  if (x.type !== 'float32' || slope < 0 || slope > 1) {
    return recorder.where(
      recorder.binary('Greater', x, recorder.scalar(0, x.type), 'bool'),
      float(recorder, 1),
      float(recorder, slope),
    );
  }
  const positive = recorder.unary('HardSigmoid', x, { alpha: { float: STEEP }, beta: { float: 0 } });
  return slope === 0 ? positive : recorder.binary('Max', positive, float(recorder, slope));
}

/** The parametrised ReLU; written out because ONNX's PRelu broadcasts in one direction only. */
function prelu({ recorder, inputs: { x, alpha }, view }: KernelCall): { repeated: Value; shape: number[] } {
  const input = view(x);
  const negative = recorder.binary('Less', input, float(recorder, 0), 'bool');
  const scaled = recorder.binary('Mul', input, view(alpha));
  return { repeated: recorder.where(negative, scaled, input), shape: broadcastShapes(x.shape, alpha.shape) };
}

/** The gradient of elu in terms of its output: dy where y ≥ 0, dy·(y + 1) elsewhere. */
function eluGradient({ recorder, inputs: { dy, y }, view }: KernelCall): { repeated: Value; shape: number[] } {
  const [gradient, output] = [view(dy), view(y)];
  const slope = recorder.binary('Min', recorder.binary('Add', output, float(recorder, 1)), float(recorder, 1));
  return { repeated: recorder.binary('Mul', gradient, slope), shape: [...y.shape] };
}

function select({ recorder, inputs: { condition, t, e }, view }: KernelCall): { repeated: Value; shape: number[] } {
  return { repeated: recorder.where(view(condition), view(t), view(e)), shape: [...t.shape] };
}

function addAll({ recorder, inputs, view }: KernelCall): { repeated: Value; shape: number[] } {
  const tensors = Object.values(inputs);
  return { repeated: tensors.map(view).reduce((sum, next) => add(recorder, sum, next)), shape: [...tensors[0].shape] };
}

const DIRECT = [
  'Abs', 'Acos', 'Acosh', 'Asin', 'Asinh', 'Atan', 'Atanh', 'Ceil', 'Cos', 'Cosh', 'Erf', 'Exp', 'Floor', 'Log', 'Neg', 'Reciprocal', 'Relu',
  'Round', 'Sigmoid', 'Sign', 'Sin', 'Sinh', 'Softplus', 'Sqrt', 'Tan', 'Tanh',
]; // prettier-ignore

const COMPARISONS: Readonly<Record<string, string>> = {
  Greater: 'Greater',
  GreaterEqual: 'GreaterOrEqual',
  Less: 'Less',
  LessEqual: 'LessOrEqual',
  Equal: 'Equal',
  LogicalAnd: 'And',
  LogicalOr: 'Or',
};

const ARITHMETIC: Readonly<Record<string, Binary>> = {
  Add: add,
  Sub: (recorder, a, b) => (isScalar(b, 0) ? a : recorder.binary('Sub', a, b)),
  Multiply: multiply,
  RealDiv: (recorder, a, b) => (isScalar(b, 1) ? a : recorder.binary('Div', a, b)),
  Maximum: (recorder, a, b) => recorder.binary('Max', a, b),
  Minimum: (recorder, a, b) => recorder.binary('Min', a, b),
  Pow: (recorder, a, b) => {
    if (isScalar(b, 1)) return a;
    return isScalar(b, 2) ? recorder.binary('Mul', a, a) : recorder.binary('Pow', a, b);
  },
  Mod: modulo,
  FloorDiv: floorDivide,
  Atan2: atan2,
  SquaredDifference: (recorder, a, b) => {
    const difference = recorder.binary('Sub', a, b);
    return recorder.binary('Mul', difference, difference);
  },
  BitwiseAnd: (recorder, a, b) => recorder.binary('BitwiseAnd', a, b),
  NotEqual: (recorder, a, b) => recorder.unary('Not', recorder.binary('Equal', a, b, 'bool')),
};

const FUNCTIONS: Readonly<Record<string, Unary>> = {
  Square: (recorder, x) => recorder.binary('Mul', x, x),
  Rsqrt: (recorder, x) => recorder.unary('Reciprocal', recorder.unary('Sqrt', x)),
  Expm1: (recorder, x) => recorder.binary('Sub', recorder.unary('Exp', x), float(recorder, 1)),
  Log1p: (recorder, x) => recorder.unary('Log', recorder.binary('Add', x, float(recorder, 1))),
  Relu6: (recorder, x) => recorder.node('Clip', [x, float(recorder, 0), float(recorder, 6)], x.shape, x.type),
  ClipByValue: (recorder, x, { clipValueMin, clipValueMax }) =>
    recorder.node(
      'Clip',
      [x, recorder.scalar(clipValueMin as number, x.type), recorder.scalar(clipValueMax as number, x.type)],
      x.shape,
      x.type,
    ),
  Elu: (recorder, x) => recorder.unary('Elu', x),
  Selu: (recorder, x) => recorder.unary('Selu', x),
  LeakyRelu: (recorder, x, { alpha }) => recorder.unary('LeakyRelu', x, { alpha: { float: alpha as number } }),
  Step: step,
  LogicalNot: (recorder, x) => recorder.unary('Not', x),
  IsNan: (recorder, x) => recorder.unary('IsNaN', x, {}, 'bool'),
  IsInf: (recorder, x) => recorder.unary('IsInf', x, {}, 'bool'),
  IsFinite: (recorder, x) => {
    const infinite = recorder.unary('IsInf', x, {}, 'bool');
    return recorder.unary('Not', recorder.binary('Or', infinite, recorder.unary('IsNaN', x, {}, 'bool')));
  },
  Identity: (_, x) => x,
  ZerosLike: (recorder, x) => recorder.scalar(0, x.type),
  OnesLike: (recorder, x) => recorder.scalar(1, x.type),
  Cast: (recorder, x, { dtype }) => recorder.cast(x, dtype as Value['type']),
};

function mapTable<In, Out>(table: Readonly<Record<string, In>>, map: (entry: In) => Out): Record<string, Out> {
  return Object.fromEntries(Object.entries(table).map(([name, entry]) => [name, map(entry)]));
}

export const ELEMENTWISE_KERNELS: KernelTable = {
  ...Object.fromEntries(DIRECT.map((op) => [op, unary(named(op))])),
  ...mapTable(FUNCTIONS, unary),
  ...mapTable(ARITHMETIC, binary),
  ...mapTable(COMPARISONS, (op) => binary(compare(op))),
  Prelu: prelu,
  EluGrad: eluGradient,
  Select: select,
  AddN: addAll,
};
