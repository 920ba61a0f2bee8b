// What a parameter holds before it is trained: the distributions of torch.nn.init, with PyTorch's defaults, drawn from a
// seeded generator. An initialiser is a plain function from a shape to numbers, so that a layer can bring its own.
import { type Random } from './random';

/** Fills a new parameter: returns the values of `shape` in row-major order. */
export type Initializer = (shape: readonly number[], random: Random) => Float32Array;

/** All zeros. */
export const zeros: Initializer = (shape) => new Float32Array(elementCount(shape));

/** All ones. */
export const ones: Initializer = constant(1);

/** One value everywhere. */
export function constant(value: number): Initializer {
  return (shape) => new Float32Array(elementCount(shape)).fill(value);
}

/** Uniform in [low, high). */
export function uniform(low: number, high: number): Initializer {
  // In place, and not through `map`: models draw a hundred million of these.
  return (shape, random) => {
    const values = random.uniforms(elementCount(shape));
    for (let index = 0; index < values.length; index++) values[index] = low + (high - low) * values[index];
    return values;
  };
}

/** Normal with the given mean and standard deviation. */
export function normal(standardDeviation = 1, mean = 0): Initializer {
  return (shape, random) => draw(shape, () => mean + standardDeviation * random.normal());
}

/** Glorot's uniform distribution: bound gain·√(6 / (fan-in + fan-out)). */
export function xavierUniform(gain = 1): Initializer {
  return (shape, random) => {
    const { fanIn, fanOut } = fans(shape);
    const bound = gain * Math.sqrt(6 / (fanIn + fanOut));
    return uniform(-bound, bound)(shape, random);
  };
}

/** He's uniform distribution for a leaky ReLU of slope `slope`; the default, √5, is PyTorch's default for Linear and Conv weights. */
export function kaimingUniform(slope = Math.sqrt(5)): Initializer {
  return (shape, random) => {
    const bound = Math.sqrt(6 / ((1 + slope * slope) * fans(shape).fanIn));
    return uniform(-bound, bound)(shape, random);
  };
}

/** PyTorch's default for the bias of a Linear or Conv layer with a weight of `weightShape`: ±1/√(fan-in). */
export function biasUniform(weightShape: readonly number[]): Initializer {
  const bound = 1 / Math.sqrt(fans(weightShape).fanIn);
  return uniform(-bound, bound);
}

/** Inputs and outputs of one unit, by PyTorch's convention: axis 1 (and the kernel) feeds in, axis 0 (and the kernel) goes out. */
export function fans(shape: readonly number[]): { fanIn: number; fanOut: number } {
  if (shape.length < 2) throw new RangeError(`A shape needs two axes to have fans, [${shape}] has ${shape.length}.`);
  const kernel = elementCount(shape.slice(2));
  return { fanIn: shape[1] * kernel, fanOut: shape[0] * kernel };
}

/** The product of a shape's lengths; 1 for a scalar. */
export function elementCount(shape: readonly number[]): number {
  return shape.reduce((product, length) => product * length, 1);
}

function draw(shape: readonly number[], next: () => number): Float32Array {
  const values = new Float32Array(elementCount(shape));
  for (let index = 0; index < values.length; index++) values[index] = next();
  return values;
}
