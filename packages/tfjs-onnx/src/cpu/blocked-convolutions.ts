// Convolutions on blocks of channels. onnxruntime convolves directly, without gathering a matrix first, where the channels of a position
// lie side by side in blocks; but it rearranges only convolutions whose kernels are constants, and in training none is. This does the
// same for kernels that change at every run: input, kernel and output are rearranged around each convolution.
import {
  type Attribute,
  dependsOnConstantsOnly,
  elementCount,
  type Graph,
  type Node,
  readersOf,
  type Value,
} from '../graph';
import { eliminateDeadCode } from '../passes/dce';
import { Rewriter } from '../passes/rewrite';
import { GraphBuilder } from '../graph-builder';
import { BLOCKED_DOMAIN } from './block-size';
import { blockedKernel, turnedAround } from './blocked-kernel';

/** A kernel must convolve this many positions for its rearrangement to pay; fewer where it would be turned around otherwise. */
const LEAST_POSITIONS = { plain: 600, turned: 300 };

/** Activations that a convolution applies to its output itself, and their parameters. */
const ACTIVATIONS: Readonly<Record<string, (node: Node) => number[]>> = {
  LeakyRelu: ({ attributes: { alpha } }) => [typeof alpha === 'object' && 'float' in alpha ? alpha.float : 0.01],
  Relu: () => [],
  Tanh: () => [],
  Sigmoid: () => [],
};

/** The same graph with convolutions on blocks of `block` channels where that is faster. */
export function blockConvolutions(graph: Graph, block: number): Graph {
  return new Blocking(graph, block).run();
}

class Blocking {
  private readonly rewriter = new Rewriter();
  private readonly builder = new GraphBuilder(false, this.rewriter.nodes);
  private readonly readers: ReadonlyMap<Value, readonly Node[]>;
  private readonly results: ReadonlySet<Value>;
  /** The new graph's values in blocks, by the values that they are made of. */
  private readonly blocked = new Map<Value, Value>();
  private readonly done = new Set<Node>();

  constructor(
    private readonly graph: Graph,
    private readonly block: number,
  ) {
    this.readers = readersOf(graph);
    this.results = new Set(graph.outputs.map(({ value }) => value));
  }

  run(): Graph {
    for (const node of this.graph.nodes) {
      if (this.done.has(node)) continue;
      if (this.pays(node)) this.convolve(node);
      else this.rewriter.keep(node);
    }
    // Kernels that were turned around for a convolution are turned around and rearranged at once instead.
    return eliminateDeadCode(this.rewriter.finish(this.graph));
  }

  private pays({ op, domain, inputs, outputs: [y], attributes }: Node): boolean {
    const [x, w] = inputs;
    if (op !== 'Conv' || domain !== '' || x!.type !== 'float32' || x!.shape.length > 4) return false;
    // What is constant, onnxruntime rearranges itself, and once.
    if (dependsOnConstantsOnly(w!)) return false;
    const groups = attributes.group as number;
    const whole = (channels: number) => channels > 0 && (channels / groups) % this.block === 0;
    const [batch, channels, ...lengths] = y.shape;
    const least = LEAST_POSITIONS[turnedAround(this.rewriter.resolve(w!)) ? 'turned' : 'plain'];
    return whole(x!.shape[1]) && whole(channels) && batch * elementCount(lengths) >= least;
  }

  private convolve(node: Node): void {
    const { rewriter, builder } = this;
    const [x, w, bias] = rewriter.inputsOf(node);
    const activated = this.activation(node);
    const result = (activated ?? node).outputs[0];
    const flat = x!.shape.length === 3;
    const spatial = (attribute: Attribute) => (flat ? [(attribute as number[]).length > 1 ? 0 : 1] : []);
    const { strides, dilations, pads, kernel_shape: kernel, group } = node.attributes as Record<string, number[]>;
    const [batch, channels, ...lengths] = node.outputs[0].shape;
    const attributes = {
      group,
      strides: [...spatial(strides), ...strides],
      dilations: [...spatial(dilations), ...dilations],
      kernel_shape: [...spatial(kernel), ...kernel],
      pads: flat ? [0, pads[0], 0, pads[1]] : pads,
      ...(activated && {
        activation: activated.op,
        activation_params: { floats: ACTIVATIONS[activated.op](activated) },
      }),
    };
    const shape = [batch, channels, ...(flat ? [1] : []), ...lengths];
    const inputs = [this.inBlocks(x!), blockedKernel(builder, w!, this.block), ...(bias ? [bias] : [])];
    const y = builder.node('Conv', inputs, shape, 'float32', attributes, BLOCKED_DOMAIN);
    const plain = builder.node('ReorderOutput', [y], shape, 'float32', { channels }, BLOCKED_DOMAIN);
    const ranked = flat ? this.view('Squeeze', plain, [batch, channels, ...lengths]) : plain;
    this.blocked.set(ranked, y);
    rewriter.replace(result, ranked);
    if (activated) this.done.add(activated);
  }

  /** The activation that alone reads the convolution's output. */
  private activation({ outputs: [y] }: Node): Node | undefined {
    const readers = this.readers.get(y) ?? [];
    if (readers.length !== 1 || this.results.has(y)) return undefined;
    return readers[0].domain === '' && readers[0].op in ACTIVATIONS ? readers[0] : undefined;
  }

  private inBlocks(x: Value): Value {
    const known = this.blocked.get(x);
    if (known) return known;
    const [batch, channels, ...lengths] = x.shape;
    const shape = lengths.length === 1 ? [batch, channels, 1, ...lengths] : x.shape;
    const picture = lengths.length === 1 ? this.view('Unsqueeze', x, shape) : x;
    const made = this.builder.node('ReorderInput', [picture], shape, 'float32', {}, BLOCKED_DOMAIN);
    this.blocked.set(x, made);
    return made;
  }

  /** Adds or takes away the axis before the last. */
  private view(op: 'Squeeze' | 'Unsqueeze', value: Value, shape: readonly number[]): Value {
    return this.builder.node(op, [value, this.builder.integers([2])], shape, value.type);
  }
}
