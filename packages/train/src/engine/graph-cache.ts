// A function of tensors as graphs, one for each shape of what it is given: recorded and compiled when the shape first comes, and
// forgotten again when others are wanted more, because each graph keeps its own working memory.
import type * as tf from '@tensorflow/tfjs-core';
import type { HostTensor } from '@gpt-talker/runtime';
import { compile, trace, type CompiledFunction, type CompileOptions, type InputSpec } from '@gpt-talker/tfjs-onnx';

const MAXIMUM_GRAPHS = 6;

export class GraphCache {
  /** In the order of last use. */
  private readonly graphs = new Map<string, CompiledFunction>();
  private readonly constantNames: ReadonlySet<string>;

  /** @param constant inputs whose shapes never change */
  constructor(
    private readonly compute: (inputs: Record<string, tf.Tensor>) => Record<string, tf.Tensor>,
    private readonly constant: readonly InputSpec[],
    private readonly options?: CompileOptions,
  ) {
    this.constantNames = new Set(constant.map(({ name }) => name));
  }

  /** The graph that takes these tensors. */
  forFeeds(feeds: Readonly<Record<string, HostTensor>>): Promise<CompiledFunction> {
    return this.forSpecs(
      Object.entries(feeds)
        .filter(([name]) => !this.constantNames.has(name))
        .map(([name, { type, dims }]) => ({ name, shape: [...dims], dtype: type as InputSpec['dtype'] })),
    );
  }

  /** The graph whose other inputs are these. */
  async forSpecs(specs: readonly InputSpec[]): Promise<CompiledFunction> {
    const key = specs
      .map(({ name, shape }) => `${name}[${shape.join()}]`)
      .sort()
      .join();
    let graph = this.graphs.get(key);
    if (graph) {
      this.graphs.delete(key);
    } else {
      for (const [oldest, unused] of this.graphs) {
        if (this.graphs.size < MAXIMUM_GRAPHS) break;
        this.graphs.delete(oldest);
        await unused.dispose();
      }
      const target = (this.options?.executionProviders?.[0] ?? 'cpu') === 'cpu' ? 'cpu' : 'gpu';
      graph = await compile(trace(this.compute, [...specs, ...this.constant], { target }), this.options);
    }
    this.graphs.set(key, graph);
    return graph;
  }

  async dispose(): Promise<void> {
    for (const graph of this.graphs.values()) await graph.dispose();
    this.graphs.clear();
  }
}
