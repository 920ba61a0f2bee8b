// Kernels that read a picture [B, H, W, C] at computed places: crops, projections, rotations, mirror images. Places outside give a
// number of the caller's.
import * as tf from '@tensorflow/tfjs-core';

import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type Kernel, type KernelTable } from './kernel';

/** Whole-numbered places as floats [N, h, w] (or what broadcasts to it); `batch` as int32 [N, 1, 1]. */
interface Places {
  readonly batch: Value;
  readonly y: Value;
  readonly x: Value;
}

const float = (builder: GraphBuilder, number: number): Value => builder.scalar(number, 'float32');

/** 1 where a ≤ b … as bool. */
const atMost = (builder: GraphBuilder, a: Value, b: Value): Value => builder.binary('LessOrEqual', a, b, 'bool');
const both = (builder: GraphBuilder, a: Value, b: Value): Value => builder.binary('And', a, b, 'bool');

/** Where `from ≤ value ≤ to`. */
function between(builder: GraphBuilder, value: Value, from: number, to: number): Value {
  return both(builder, atMost(builder, float(builder, from), value), atMost(builder, value, float(builder, to)));
}

/** Halves go up, as JavaScript rounds. */
function rounded(builder: GraphBuilder, value: Value): Value {
  return builder.unary('Floor', builder.binary('Add', value, float(builder, 0.5)));
}

function clamped(builder: GraphBuilder, value: Value, to: number): Value {
  return builder.binary('Min', builder.binary('Max', value, float(builder, 0)), float(builder, to));
}

/** The picture at places that lie inside, [N, h, w, C]. */
function read(builder: GraphBuilder, image: Value, { batch, y, x }: Places): Value {
  const [, height, width, channels] = image.shape;
  const whole = (value: Value): Value => builder.cast(value, 'int32');
  const rows = builder.binary('Add', builder.binary('Mul', batch, builder.scalar(height, 'int32')), whole(y));
  const places = builder.binary('Add', builder.binary('Mul', rows, builder.scalar(width, 'int32')), whole(x));
  const flat = builder.reshape(image, [image.shape[0] * height * width, channels]);
  return builder.node('Gather', [flat, places], [...places.shape, channels], image.type, { axis: 0 });
}

/** The picture at any places: `filler` where they lie outside. */
function readOr(builder: GraphBuilder, image: Value, { batch, y, x }: Places, filler: Value): Value {
  const [, height, width] = image.shape;
  const inside = both(builder, between(builder, y, 0, height - 1), between(builder, x, 0, width - 1));
  const found = read(builder, image, {
    batch,
    y: clamped(builder, y, height - 1),
    x: clamped(builder, x, width - 1),
  });
  return builder.where(builder.reshape(inside, [...inside.shape, 1]), found, filler);
}

/** 0, 1, … along one of three axes. */
function counting(builder: GraphBuilder, count: number, axis: number): Value {
  const shape = [1, 1, 1].map((one, i) => (i === axis ? count : one));
  const numbers = Float32Array.from({ length: count }, (_, i) => i);
  return builder.constant(numbers, shape, 'float32');
}

function batchNumbers(builder: GraphBuilder, batch: number): Value {
  return builder.constant(
    Int32Array.from({ length: batch }, (_, i) => i),
    [batch, 1, 1],
    'int32',
  );
}

const cropAndResize: Kernel = ({ builder, inputs: { image, boxes, boxInd }, attributes, materialize }) => {
  const { cropSize, method, extrapolationValue } = attributes as {
    cropSize: [number, number];
    method: string;
    extrapolationValue: number;
  };
  const [batch, height, width] = image.shape;
  const count = boxes.shape[0];
  const times = (a: Value, b: number): Value => builder.binary('Mul', a, float(builder, b));
  const corner = (index: number): Value =>
    builder.reshape(builder.slice(materialize(boxes), 1, index, 1), [count, 1, 1]);
  const along = (axis: 0 | 1): Value => {
    const [from, to] = [corner(axis), corner(axis + 2)];
    const [last, target] = [[height, width][axis] - 1, cropSize[axis]];
    if (target === 1) return times(builder.binary('Add', from, to), 0.5 * last);
    const step = times(times(builder.binary('Sub', to, from), last), 1 / (target - 1));
    const steps = builder.binary('Mul', counting(builder, target, axis + 1), step);
    return builder.binary('Add', times(from, last), steps);
  };
  const [y, x] = [along(0), along(1)];
  const boxNumbers = builder.reshape(materialize(boxInd), [count, 1, 1]);
  const lastBatch = builder.scalar(batch - 1, 'int32');
  const picture = builder.cast(materialize(image), 'float32');
  const at = (rows: Value, columns: Value): Value =>
    read(builder, picture, {
      batch: builder.binary('Min', boxNumbers, lastBatch),
      y: clamped(builder, rows, height - 1),
      x: clamped(builder, columns, width - 1),
    });
  const floors = [y, x].map((value) => builder.unary('Floor', value));
  const ceilings = [y, x].map((value) => builder.unary('Ceil', value));
  let sampled: Value;
  if (method === 'nearest') {
    sampled = at(rounded(builder, y), rounded(builder, x));
  } else {
    const part = (index: number): Value => {
      const fraction = builder.binary('Sub', [y, x][index], floors[index]);
      return builder.reshape(fraction, [...fraction.shape, 1]);
    };
    const mixed = (a: Value, b: Value, fraction: Value): Value =>
      builder.binary('Add', a, builder.binary('Mul', builder.binary('Sub', b, a), fraction));
    const top = mixed(at(floors[0], floors[1]), at(floors[0], ceilings[1]), part(1));
    const bottom = mixed(at(ceilings[0], floors[1]), at(ceilings[0], ceilings[1]), part(1));
    sampled = mixed(top, bottom, part(0));
  }
  const inside = both(builder, between(builder, y, 0, height - 1), between(builder, x, 0, width - 1));
  const filled = builder.where(
    builder.reshape(inside, [...inside.shape, 1]),
    sampled,
    float(builder, extrapolationValue),
  );
  // Boxes of a picture that is not there stay empty.
  const exists = builder.reshape(builder.binary('LessOrEqual', boxNumbers, lastBatch, 'bool'), [count, 1, 1, 1]);
  return builder.where(exists, filled, float(builder, 0));
};

/** Where a coordinate outside of `0 … length − 1` is read. */
function mapped(builder: GraphBuilder, value: Value, length: number, mode: string): Value {
  const number = (n: number): Value => float(builder, n);
  const truncated = (a: Value): Value =>
    builder.binary('Mul', builder.unary('Sign', a), builder.unary('Floor', builder.unary('Abs', a)));
  const plus = (a: Value, b: Value): Value => builder.binary('Add', a, b);
  const minus = (a: Value, b: Value): Value => builder.binary('Sub', a, b);
  const times = (a: Value, n: number): Value => builder.binary('Mul', a, number(n));
  const negative = builder.binary('Less', value, number(0), 'bool');
  const beyond = builder.binary('Greater', value, number(length - 1), 'bool');
  const pick = (below: Value, above: Value): Value =>
    clamped(builder, builder.where(negative, below, builder.where(beyond, above, value)), length - 1);
  if (mode === 'constant') return value;
  if (mode === 'nearest' || length <= 1) return clamped(builder, value, length - 1);
  if (mode === 'reflect') {
    const period = 2 * length;
    const raised = plus(times(truncated(times(builder.unary('Neg', value), 1 / period)), period), value);
    const below = builder.where(
      builder.binary('Less', raised, number(-length), 'bool'),
      plus(raised, number(period)),
      minus(builder.unary('Neg', raised), number(1)),
    );
    const lowered = minus(value, times(truncated(times(value, 1 / period)), period));
    const above = builder.where(
      builder.binary('GreaterOrEqual', lowered, number(length), 'bool'),
      minus(number(period - 1), lowered),
      lowered,
    );
    return pick(below, above);
  }
  const turns = (a: Value): Value => truncated(times(a, 1 / (length - 1)));
  const below = plus(value, times(plus(turns(builder.unary('Neg', value)), number(1)), length));
  return pick(below, minus(value, times(turns(value), length)));
}

/** The picture under projections [B or 1, 8]. tfjs 4.22 on the CPU leaves all pictures but the first empty; here all are projected. */
const projection: Kernel = ({ builder, inputs: { image, transforms }, attributes, materialize }) => {
  const { interpolation, fillMode, fillValue, outputShape } = attributes as {
    interpolation: string;
    fillMode: string;
    fillValue: number;
    outputShape?: [number, number];
  };
  const [batch, height, width] = image.shape;
  const [outHeight, outWidth] = outputShape ?? [height, width];
  const coefficient = (index: number): Value =>
    builder.reshape(builder.slice(materialize(transforms), 1, index, 1), [transforms.shape[0], 1, 1]);
  const [rows, columns] = [counting(builder, outHeight, 1), counting(builder, outWidth, 2)];
  const combined = (a: number, b: number, constant: Value): Value =>
    builder.binary(
      'Add',
      builder.binary(
        'Add',
        builder.binary('Mul', coefficient(a), columns),
        builder.binary('Mul', coefficient(b), rows),
      ),
      constant,
    );
  const scale = combined(6, 7, float(builder, 1));
  const infinite = builder.binary('Equal', scale, float(builder, 0), 'bool');
  const divisor = builder.where(infinite, float(builder, 1), scale);
  const along = (first: number, length: number): Value =>
    mapped(
      builder,
      builder.binary('Div', combined(first, first + 1, coefficient(first + 2)), divisor),
      length,
      fillMode,
    );
  const [x, y] = [along(0, width), along(3, height)];
  const picture = materialize(image);
  const filler = builder.scalar(fillValue, picture.type);
  const at = (py: Value, px: Value): Value =>
    readOr(builder, picture, { batch: batchNumbers(builder, batch), y: py, x: px }, filler);
  let sampled: Value;
  if (interpolation === 'nearest') {
    sampled = at(rounded(builder, y), rounded(builder, x));
  } else {
    const [fy, fx] = [y, x].map((value) => builder.unary('Floor', value));
    const next = (value: Value): Value => builder.binary('Add', value, float(builder, 1));
    const weight = (value: Value, floor: Value): Value => {
      const fraction = builder.binary('Sub', value, floor);
      return builder.reshape(fraction, [...fraction.shape, 1]);
    };
    const mixed = (a: Value, b: Value, fraction: Value): Value =>
      builder.binary(
        'Add',
        builder.binary('Mul', builder.binary('Sub', float(builder, 1), fraction), a),
        builder.binary('Mul', fraction, b),
      );
    const row = (py: Value): Value => mixed(at(py, fx), at(py, next(fx)), weight(x, fx));
    sampled = mixed(row(fy), row(next(fy)), weight(y, fy));
  }
  return builder.where(builder.reshape(infinite, [...infinite.shape, 1]), filler, sampled);
};

/** The places follow from attributes alone: they are tables. */
const rotation: Kernel = ({ builder, inputs: { image }, attributes, materialize }) => {
  const { radians, fillValue, center } = attributes as {
    radians: number;
    fillValue: number | number[];
    center: number | [number, number];
  };
  const [batch, height, width, channels] = image.shape;
  const [centerX, centerY] = tf.backend_util.getImageCenter(center, height, width);
  const [sine, cosine] = [Math.sin(radians), Math.cos(radians)];
  const table = (place: (x: number, y: number) => number): Value => {
    const places = Float32Array.from({ length: height * width }, (_, i) =>
      place((i % width) - centerX, Math.floor(i / width) - centerY),
    );
    return builder.constant(places, [1, height, width], 'float32');
  };
  const picture = materialize(image);
  // Where colours are given, the fourth channel is opaque.
  const colours = Array.from({ length: channels }, (_, channel) =>
    typeof fillValue === 'number' ? fillValue : channel === 3 ? 255 : fillValue[channel],
  );
  const filler = builder.cast(builder.constant(Float32Array.from(colours), [channels], 'float32'), picture.type);
  return readOr(
    builder,
    picture,
    {
      batch: batchNumbers(builder, batch),
      y: table((x, y) => Math.round(x * sine + y * cosine + centerY)),
      x: table((x, y) => Math.round(x * cosine - y * sine + centerX)),
    },
    filler,
  );
};

const flipLeftRight: Kernel = ({ builder, inputs: { image }, materialize }) =>
  builder.slice(materialize(image), 2, image.shape[2] - 1, image.shape[2], -1);

export const SAMPLING_KERNELS: KernelTable = {
  CropAndResize: cropAndResize,
  Transform: projection,
  RotateWithOffset: rotation,
  FlipLeftRight: flipLeftRight,
};
