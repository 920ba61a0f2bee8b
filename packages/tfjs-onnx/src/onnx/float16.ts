// Stores weights in half precision: the initializer is float16, a Cast at the start of the graph makes it float32 again.
// Files halve; onnxruntime does the cast once, when it loads the graph.
import { type ElementData, type Graph, isConstant, type Node, type Value } from '../graph';
import { Rewriter } from '../passes/rewrite';
import { GraphBuilder } from '../graph-builder';

/** Smaller constants are kept exact: scales, epsilons, biases of a few channels. */
const FEWEST_ELEMENTS = 256;

const LARGEST = 65504;

/** The bits of `value` as IEEE 754 half precision, rounded to nearest even; beyond its range ±infinity. */
export function float16Bits(value: number): number {
  float[0] = value;
  const bits = word[0];
  const sign = (bits >>> 16) & 0x8000;
  const magnitude = bits & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // not a number
  if (magnitude >= 0x477ff000) return sign | 0x7c00; // rounds beyond 65504
  if (magnitude < 0x38800000) {
    // Subnormal: adding 0.5 makes the float unit align and round the mantissa.
    float[0] = Math.abs(value) + 0.5;
    return sign | (word[0] - 0x3f000000);
  }
  const odd = (magnitude >>> 13) & 1;
  return sign | ((magnitude - 0x38000000 + 0xfff + odd) >>> 13);
}

const float = new Float32Array(1);
const word = new Uint32Array(float.buffer);

function toFloat16(data: Float32Array): Uint16Array {
  const halves = new Uint16Array(data.length);
  for (let i = 0; i < data.length; i++) halves[i] = float16Bits(data[i]);
  return halves;
}

function fits(data: Float32Array): boolean {
  for (const value of data) if (!(Math.abs(value) <= LARGEST)) return false;
  return true;
}

/** Every large float32 constant as float16 with a Cast, except those with numbers that half precision does not reach. */
export function storeAsFloat16(graph: Graph): Graph {
  const rewriter = new Rewriter();
  const builder = new GraphBuilder(false, rewriter.nodes);
  const done = new Map<Value, Value>();
  const stored = (value: Value | null): Value | null => {
    if (!isStorable(value)) return value;
    let cast = done.get(value);
    if (!cast) {
      const half = builder.constant(toFloat16(value.data as Float32Array), value.shape, 'float16');
      half.name = value.name;
      done.set(value, (cast = builder.cast(half, 'float32')));
    }
    return cast;
  };
  for (const node of graph.nodes) {
    if (!keepsPrecision(node))
      node.inputs.forEach((input) => input && rewriter.replace(input, stored(rewriter.resolve(input))!));
    rewriter.keep(node);
  }
  return rewriter.finish(graph);
}

/** The scales of quantised weights. */
function keepsPrecision(node: Node): boolean {
  return node.op === 'MatMulNBits' || node.op === 'DynamicQuantizeMatMul';
}

function isStorable(value: Value | null): value is Value & { data: ElementData } {
  return (
    isConstant(value) &&
    !value.exact &&
    value.type === 'float32' &&
    value.data.length >= FEWEST_ELEMENTS &&
    fits(value.data as Float32Array)
  );
}
