// Complex numbers. ONNX's operators know none, so a complex tensor is recorded as two real ones: kernels that move, add or take apart
// elements do so with both, and what tfjs defines for complex numbers beside that is here.
import { elementCount, type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { type ComplexValue, isComplex, type Kernel, type KernelCall, type KernelTable } from './kernel';

/** The two parts of a tensor; real tensors have no imaginary part. */
function parts({ builder, materialize, imaginary }: KernelCall, tensor: KernelCall['inputs'][string]): ComplexValue {
  const real = builder.cast(materialize(tensor), 'float32');
  return { real, imaginary: imaginary(tensor) ?? builder.expand(builder.scalar(0, 'float32'), tensor.shape) };
}

const complex: Kernel = ({ inputs: { real, imag }, materialize }) => ({
  real: materialize(real),
  imaginary: materialize(imag),
});

const realPart: Kernel = ({ inputs: { input }, materialize }) => materialize(input);

const imaginaryPart: Kernel = (call) => parts(call, call.inputs.input).imaginary;

const absolute: Kernel = (call) => {
  const { builder } = call;
  const { real, imaginary } = parts(call, call.inputs.x);
  const squares = [real, imaginary].map((part) => builder.binary('Mul', part, part));
  return builder.unary('Sqrt', builder.binary('Add', squares[0], squares[1]));
};

/** (a + bi)(c + di). */
export const complexProduct: Kernel = (call) => {
  const { builder, inputs } = call;
  const [left, right] = [parts(call, inputs.a), parts(call, inputs.b)];
  const times = (a: Value, b: Value): Value => builder.binary('Mul', a, b);
  return {
    real: builder.binary('Sub', times(left.real, right.real), times(left.imaginary, right.imaginary)),
    imaginary: builder.binary('Add', times(left.real, right.imaginary), times(left.imaginary, right.real)),
  };
};

function joined(builder: GraphBuilder, { real, imaginary }: ComplexValue, rows: number, length: number): Value {
  const pieces = [real, imaginary].map((part) => builder.reshape(part, [rows, length, 1]));
  return builder.node('Concat', pieces, [rows, length, 2], 'float32', { axis: 2 });
}

/** Along the last axis. */
const transform =
  (inverse: boolean): Kernel =>
  (call) => {
    const { builder, inputs } = call;
    const { shape } = inputs.input;
    const length = shape[shape.length - 1];
    const rows = elementCount(shape) / length;
    const signal = joined(builder, parts(call, inputs.input), rows, length);
    const spectrum = builder.node('DFT', [signal], [rows, length, 2], 'float32', {
      axis: 1,
      inverse: inverse ? 1 : 0,
      onesided: 0,
    });
    const part = (index: number): Value => builder.reshape(builder.slice(spectrum, 2, index, 1), shape);
    return { real: part(0), imaginary: part(1) };
  };

type Tensor = KernelCall['inputs'][string];

/** Kernels that do the same to both parts. */
const BY_PART = new Set([
  'Add', 'AddN', 'BroadcastTo', 'Concat', 'ExpandDims', 'GatherNd', 'GatherV2', 'Identity', 'Neg', 'Pack', 'PadV2', 'Reshape', 'Reverse', 'Slice',
  'SplitV', 'StridedSlice', 'Sub', 'Sum', 'Tile', 'Transpose', 'Unpack', 'ZerosLike',
]); // prettier-ignore

/** A kernel that takes complex tensors too where the kernel of that name can. */
export function withComplexInputs(name: string, kernel: Kernel): Kernel {
  if (name in COMPLEX_KERNELS) return kernel;
  return (call) => {
    if (name === 'Cast' && call.attributes.dtype === 'complex64') return parts(call, call.inputs.x);
    const complexInputs = Object.values(call.inputs).filter((input) => input?.dtype === 'complex64');
    if (complexInputs.length === 0) return kernel(call);
    if (name === 'Multiply') return complexProduct(call);
    if (name === 'Cast')
      return call.builder.cast(call.materialize(call.inputs.x), call.attributes.dtype as Value['type']);
    if (!BY_PART.has(name)) throw call.unsupported('complex tensors', 'take them apart with tf.real and tf.imag');
    // To the kernel each part is a tensor of real numbers.
    const originals = new Map<Tensor, Tensor>();
    const inputs = Object.fromEntries(
      Object.entries(call.inputs).map(([key, input]) => {
        const real: Tensor = input?.dtype === 'complex64' ? { ...input, dtype: 'float32' } : input;
        originals.set(real, input);
        return [key, real];
      }),
    );
    const partOf = (part: keyof ComplexValue) => {
      const pick = (tensor: Tensor): Value => {
        const original = originals.get(tensor)!;
        const isPosition = name.startsWith('Gather') && original.dtype === 'int32';
        return isPosition ? call.materialize(original) : parts(call, original)[part];
      };
      return kernel({ ...call, inputs, materialize: pick, compact: pick });
    };
    const [real, imaginary] = [partOf('real'), partOf('imaginary')];
    const both = (a: typeof real, b: typeof real, index?: number): ComplexValue => {
      const pick = (result: typeof real): Value => {
        const one = Array.isArray(result) ? result[index!] : result;
        if (isComplex(one)) return one.real;
        return 'broadcast' in one ? call.builder.expand(one.broadcast, one.shape) : one;
      };
      return { real: pick(a), imaginary: pick(b) };
    };
    return Array.isArray(real) ? real.map((_, index) => both(real, imaginary, index)) : both(real, imaginary);
  };
}

export const COMPLEX_KERNELS: KernelTable = {
  Complex: complex,
  Real: realPart,
  Imag: imaginaryPart,
  ComplexAbs: absolute,
  FFT: transform(false),
  IFFT: transform(true),
};
