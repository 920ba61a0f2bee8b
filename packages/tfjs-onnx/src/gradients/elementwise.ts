// Derivatives of elementwise kernels. Where the derivative can be told from the output alone, the output is used: the input's
// memory can then be reused as soon as the output exists.
import * as tf from '@tensorflow/tfjs-core';

import { binaryGradient, type Gradient, type GradientTable, noGradient, sumToShape, unaryGradient } from './gradient';

const SELU_SCALE = 1.0507009873554805;
const SELU_ALPHA = 1.6732632423543772;

const where = (condition: tf.Tensor, dy: tf.Tensor): tf.Tensor => tf.where(condition, dy, tf.zerosLike(dy));

const select: Gradient = {
  save: ['condition'],
  of: (dy, [condition]) => ({
    condition: () => tf.zeros(condition.shape),
    t: () => where(condition, dy),
    e: () => where(tf.logicalNot(condition), dy),
  }),
};

const addN: Gradient = {
  saveAll: true,
  of: (dy, inputs) => Object.fromEntries(inputs.map((_, index) => [String(index), () => tf.clone(dy)])),
};

const prelu: Gradient = {
  save: ['x', 'alpha'],
  of: (dy, [x, alpha]) => {
    const positive = (): tf.Tensor => tf.greater(x, 0);
    return {
      x: () => tf.where(positive(), dy, tf.mul(dy, alpha)),
      alpha: () => sumToShape(tf.where(positive(), tf.zerosLike(dy), tf.mul(dy, x)), alpha.shape),
    };
  },
};

const cast: Gradient = { of: (dy) => ({ x: () => tf.cast(dy, 'float32') }) };

export const ELEMENTWISE_GRADIENTS: GradientTable = {
  Abs: unaryGradient((dy, x) => tf.mul(dy, tf.sign(x))),
  Acos: unaryGradient((dy, x) => tf.neg(tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x)))))),
  Acosh: unaryGradient((dy, x) => tf.div(dy, tf.sqrt(tf.sub(tf.square(x), 1)))),
  Asin: unaryGradient((dy, x) => tf.div(dy, tf.sqrt(tf.sub(1, tf.square(x))))),
  Asinh: unaryGradient((dy, x) => tf.div(dy, tf.sqrt(tf.add(1, tf.square(x))))),
  Atan: unaryGradient((dy, x) => tf.div(dy, tf.add(1, tf.square(x)))),
  Atanh: unaryGradient((dy, x) => tf.div(dy, tf.sub(1, tf.square(x)))),
  Cos: unaryGradient((dy, x) => tf.neg(tf.mul(dy, tf.sin(x)))),
  Cosh: unaryGradient((dy, x) => tf.mul(dy, tf.sinh(x))),
  Elu: unaryGradient((dy, _x, y) => tf.mul(dy, tf.minimum(tf.add(y, 1), 1))),
  Erf: unaryGradient((dy, x) => tf.mul(dy, tf.mul(2 / Math.sqrt(Math.PI), tf.exp(tf.neg(tf.square(x)))))),
  Exp: unaryGradient((dy, _x, y) => tf.mul(dy, y)),
  Expm1: unaryGradient((dy, _x, y) => tf.mul(dy, tf.add(y, 1))),
  LeakyRelu: unaryGradient((dy, x, y, { alpha }) => {
    // A positive slope keeps the sign, so the output says as much as the input.
    return tf.mul(dy, tf.step((alpha as number) > 0 ? y : x, alpha as number));
  }),
  Log: unaryGradient((dy, x) => tf.div(dy, x)),
  Log1p: unaryGradient((dy, x) => tf.div(dy, tf.add(x, 1))),
  Neg: unaryGradient((dy) => tf.neg(dy)),
  Reciprocal: unaryGradient((dy, _x, y) => tf.neg(tf.mul(dy, tf.square(y)))),
  Relu: unaryGradient((dy, _x, y) => tf.mul(dy, tf.step(y))),
  Relu6: unaryGradient((dy, x) => where(tf.logicalAnd(tf.greater(x, 0), tf.lessEqual(x, 6)), dy)),
  Rsqrt: unaryGradient((dy, _x, y) => tf.mul(dy, tf.mul(-0.5, tf.mul(y, tf.square(y))))),
  Selu: unaryGradient((dy, x) =>
    tf.mul(dy, tf.where(tf.greater(x, 0), tf.fill(x.shape, SELU_SCALE), tf.mul(SELU_SCALE * SELU_ALPHA, tf.exp(x)))),
  ),
  Sigmoid: unaryGradient((dy, _x, y) => tf.mul(dy, tf.mul(y, tf.sub(1, y)))),
  Sin: unaryGradient((dy, x) => tf.mul(dy, tf.cos(x))),
  Sinh: unaryGradient((dy, x) => tf.mul(dy, tf.cosh(x))),
  Softplus: unaryGradient((dy, x) => tf.mul(dy, tf.sigmoid(x))),
  Sqrt: unaryGradient((dy, _x, y) => tf.div(dy, tf.mul(2, y))),
  Square: unaryGradient((dy, x) => tf.mul(dy, tf.mul(2, x))),
  Tan: unaryGradient((dy, _x, y) => tf.mul(dy, tf.add(1, tf.square(y)))),
  Tanh: unaryGradient((dy, _x, y) => tf.mul(dy, tf.sub(1, tf.square(y)))),
  ClipByValue: unaryGradient((dy, x, _y, { clipValueMin, clipValueMax }) =>
    where(tf.logicalAnd(tf.greaterEqual(x, clipValueMin as number), tf.lessEqual(x, clipValueMax as number)), dy),
  ),

  Add: binaryGradient(
    (dy) => dy,
    (dy) => dy,
  ),
  Sub: binaryGradient(
    (dy) => dy,
    (dy) => tf.neg(dy),
  ),
  Multiply: binaryGradient(
    (dy, _a, b) => tf.mul(dy, b),
    (dy, a) => tf.mul(dy, a),
  ),
  RealDiv: binaryGradient(
    (dy, _a, b) => tf.div(dy, b),
    (dy, _a, b, y) => tf.neg(tf.div(tf.mul(dy, y), b)),
  ),
  Maximum: binaryGradient(
    (dy, a, b) => where(tf.greaterEqual(a, b), dy),
    (dy, a, b) => where(tf.less(a, b), dy),
  ),
  Minimum: binaryGradient(
    (dy, a, b) => where(tf.lessEqual(a, b), dy),
    (dy, a, b) => where(tf.greater(a, b), dy),
  ),
  Pow: binaryGradient(
    (dy, a, b) => tf.mul(dy, tf.mul(b, tf.pow(a, tf.sub(b, 1)))),
    (dy, a, _b, y) => tf.mul(dy, tf.mul(y, tf.where(tf.greater(a, 0), tf.log(a), tf.zerosLike(a)))),
  ),
  SquaredDifference: binaryGradient(
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(a, b))),
    (dy, a, b) => tf.mul(dy, tf.mul(2, tf.sub(b, a))),
  ),
  Mod: binaryGradient(
    (dy) => dy,
    (dy, a, b) => tf.neg(tf.mul(dy, tf.floor(tf.div(a, b)))),
  ),
  Atan2: binaryGradient(
    (dy, a, b) => tf.div(tf.mul(dy, b), tf.add(tf.square(a), tf.square(b))),
    (dy, a, b) => tf.neg(tf.div(tf.mul(dy, a), tf.add(tf.square(a), tf.square(b)))),
  ),

  Select: select,
  AddN: addN,
  Prelu: prelu,
  Cast: cast,
  Identity: cast,

  ...Object.fromEntries(
    ['Ceil', 'Floor', 'Round', 'Sign', 'Step', 'IsNan', 'IsInf', 'IsFinite', 'ZerosLike', 'OnesLike', 'LogicalNot'].map(
      (name) => [name, noGradient('x')],
    ),
  ),
  ...Object.fromEntries(
    ['Greater', 'GreaterEqual', 'Less', 'LessEqual', 'Equal', 'NotEqual', 'FloorDiv', 'LogicalAnd', 'LogicalOr'].map(
      (name) => [name, noGradient('a', 'b')],
    ),
  ),
};
