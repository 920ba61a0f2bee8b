// Random numbers that a graph draws by itself, from a seed that is fed: the same seed gives the same numbers, in graphs and eagerly, on
// every machine. A number's place in the tensor and the seed are hashed (Wellons' "lowbias32", twice), so that no state is carried.
import * as tf from '@tensorflow/tfjs-core';

import { elementCount, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { defineFusedOp } from './define-fused-op';

interface Draw {
  readonly shape: readonly number[];
}

// The hash: x ^= x >> shift, x *= factor (32 bits), three shifts and two factors. The second factor is written as a negative number: in 64
// bits its product with 32 bits does not overflow, and its low 32 bits are the same.
const SHIFTS = [16, 15, 16];
const FACTORS = [0x7feb352d, 0x846ca68b - 2 ** 32];
const MASK = 0xffffffff;
/** Numbers have 24 bits: as many as a float keeps. Halfway between two, so that none is 0. */
const BITS = 24;

function hash(number: number): number {
  let x = number | 0;
  SHIFTS.forEach((shift, round) => {
    x ^= x >>> shift;
    if (round < FACTORS.length) x = Math.imul(x, FACTORS[round]);
  });
  return x >>> 0;
}

/** From 0 to 1, `count` numbers from place `first` on. */
function draw(seed: number, first: number, count: number): Float32Array {
  const start = hash(seed);
  return Float32Array.from(
    { length: count },
    (_, i) => ((hash(start ^ (first + i)) >>> (32 - BITS)) + 0.5) / 2 ** BITS,
  );
}

function recordHash(builder: GraphBuilder, number: Value): Value {
  const whole = (value: number): Value => builder.constant(BigInt64Array.of(BigInt(value)), [], 'int64');
  return SHIFTS.reduce((x, shift, round) => {
    const mixed = builder.binary('BitwiseXor', x, builder.binary('Div', x, whole(2 ** shift)));
    if (round >= FACTORS.length) return mixed;
    return builder.binary('BitwiseAnd', builder.binary('Mul', mixed, whole(FACTORS[round])), whole(MASK));
  }, number);
}

function recordDraw(builder: GraphBuilder, seed: Value, first: number, count: number): Value {
  const whole = (value: number): Value => builder.constant(BigInt64Array.of(BigInt(value)), [], 'int64');
  const start = builder.binary('BitwiseAnd', builder.cast(builder.reshape(seed, []), 'int64'), whole(MASK));
  const bounds = [first, first + count, 1].map(whole);
  const places = builder.node('Range', bounds, [count], 'int64');
  const mixed = recordHash(builder, builder.binary('BitwiseXor', recordHash(builder, start), places));
  const top = builder.cast(builder.binary('Div', mixed, whole(2 ** (32 - BITS))), 'float32');
  const middle = builder.binary('Add', top, builder.scalar(0.5, 'float32'));
  return builder.binary('Mul', middle, builder.scalar(2 ** -BITS, 'float32'));
}

const seedOf = (seed: tf.Tensor): number => Number(seed.dataSync()[0]);

const uniform = defineFusedOp<{ seed: tf.Tensor }, Draw>({
  name: 'RandomUniform',
  compose: ({ seed }, { shape }) => tf.tensor(draw(seedOf(seed), 0, elementCount(shape)), [...shape], 'float32'),
  record: (builder, { seed }, { shape }) => [
    builder.reshape(recordDraw(builder, seed!, 0, elementCount(shape)), shape),
  ],
  gradient: () => ({}),
});

/** Box and Muller: a radius from the first numbers, an angle from the second. */
const normal = defineFusedOp<{ seed: tf.Tensor }, Draw>({
  name: 'RandomNormal',
  compose: ({ seed }, { shape }) => {
    const count = elementCount(shape);
    const [radius, angle] = [0, count].map((first) =>
      tf.tensor(draw(seedOf(seed), first, count), [...shape], 'float32'),
    );
    return tf.mul(tf.sqrt(tf.mul(tf.log(radius), -2)), tf.cos(tf.mul(angle, 2 * Math.PI)));
  },
  record: (builder, { seed }, { shape }) => {
    const count = elementCount(shape);
    const [radius, angle] = [0, count].map((first) => recordDraw(builder, seed!, first, count));
    const times = (value: Value, factor: number): Value =>
      builder.binary('Mul', value, builder.scalar(factor, 'float32'));
    const length = builder.unary('Sqrt', times(builder.unary('Log', radius), -2));
    const numbers = builder.binary('Mul', length, builder.unary('Cos', times(angle, 2 * Math.PI)));
    return [builder.reshape(numbers, shape)];
  },
  gradient: () => ({}),
});

/**
 * Random numbers between 0 and 1.
 * @param seed an int32 scalar, an input of the graph: feed another one at every run. Two draws in one function need two seeds
 */
export function randomUniform(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  return uniform({ seed }, { shape });
}

/** Normally distributed random numbers; see {@link randomUniform}. */
export function randomNormal(shape: readonly number[], seed: tf.Tensor): tf.Tensor {
  return normal({ seed }, { shape });
}

/** `x` with a share `rate` of its elements set to 0, and the others larger in return; see {@link randomUniform}. */
export function dropout(x: tf.Tensor, rate: number, seed: tf.Tensor): tf.Tensor {
  const kept = tf.cast(tf.greaterEqual(randomUniform(x.shape, seed), rate), 'float32');
  return tf.mul(x, tf.mul(kept, 1 / (1 - rate)));
}
