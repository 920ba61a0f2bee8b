// compile(): loads a graph into onnxruntime and runs it in the calling thread. onnxruntime's native library is loaded by the
// first call, so tracing and exporting work without it.
import type * as ort from '@gpt-talker/onnxruntime';

import { contentKey } from './content-key';
import { blockSize } from './cpu/block-size';
import { blockConvolutions } from './cpu/blocked-convolutions';
import { TraceError } from './errors';
import { type Graph, type GraphPort } from './graph';
import { type HostTensor, misfit } from './host-tensor';
import { namesInPlace } from './in-place';
import { encodeModel, joinBytes } from './onnx/encode';
import { type SessionCache } from './session-cache';

export interface CompileOptions {
  /** Threads that one operator may use. Default: one for each core that this process may use, or what `OMP_NUM_THREADS` says. */
  readonly intraOpThreads?: number;
  /** onnxruntime's execution providers, in order of preference. Default `['cpu']`. */
  readonly executionProviders?: readonly string[];
  /** How much onnxruntime may rewrite the graph. Default `all`. */
  readonly optimization?: 'disabled' | 'basic' | 'extended' | 'all';
  /** Where compiled graphs are kept by their contents: one that is there already is ready at once. */
  readonly cache?: SessionCache;
}

/**
 * An output that is asked for where every other has an array of the caller's. onnxruntime-node 1.30 copies each output into a new array
 * when all are computed, also what it has just written into the caller's: at full size that is 1.1 GB and a tenth of a training step.
 * It refuses to copy this one, which comes first, and with it all the others.
 */
const NOTHING = 'nothing';
const NO_TENSOR = 'Non tensor type';

type Ports = Readonly<Record<string, HostTensor>>;

/** A graph that is ready to run. */
export interface CompiledFunction {
  readonly inputs: readonly Pick<GraphPort, 'name' | 'type' | 'dims'>[];
  readonly outputs: readonly Pick<GraphPort, 'name' | 'type' | 'dims'>[];
  /**
   * Computes the outputs. Tensors in `into` receive the outputs of those names without a new allocation. They must not share
   * memory with `feeds`, except where {@link allowsInPlace} says so: what may not takes new memory at every run.
   * @throws TraceError `runtime` naming what does not fit
   */
  run(feeds: Ports, into?: Ports): Promise<Record<string, HostTensor>>;
  /** May `into` and `feeds` have the same tensor under this name? True where all that read the old value surely run before the new one is written. */
  allowsInPlace(name: string): boolean;
  /** Frees the session's memory. */
  dispose(): Promise<void>;
}

/** What runs of a graph need, however many use it. */
interface LoadedGraph {
  readonly runtime: typeof ort;
  readonly session: ort.InferenceSession;
  readonly inPlace: ReadonlySet<string>;
  dispose(): Promise<void>;
}

/** Loads `graph` into onnxruntime. An output may have the name of an input here (state in, state out). */
export async function compile(graph: Graph, options: CompileOptions = {}): Promise<CompiledFunction> {
  const { cache, ...rest } = options;
  if (!cache) {
    const loaded = await load(graph, options);
    return new LocalFunction(loaded, graph, () => loaded.dispose());
  }
  const key = `${contentKey(graph)} ${JSON.stringify(rest, Object.keys(rest).sort())}`;
  const loaded = await cache.take(key, () => load(graph, options));
  return new LocalFunction(loaded, graph, () => cache.release(key));
}

async function load(graph: Graph, options: CompileOptions): Promise<LoadedGraph> {
  const runtime = await import('@gpt-talker/onnxruntime');
  const prepared = await prepare(graph, options, runtime);
  // In a file an input and an output cannot share a name; inside a session nobody sees the difference.
  const inputs = prepared.inputs.map((port, index) => ({ ...port, name: `input_${index}` }));
  const outputs = prepared.outputs.map((port, index) => ({ ...port, name: `output_${index}` }));
  const bytes = joinBytes(encodeModel({ ...prepared, inputs, outputs }, { emptySequence: NOTHING }));
  const threads = options.intraOpThreads ?? runtime.defaultThreads();
  try {
    const session = await runtime.InferenceSession.create(bytes, {
      executionProviders: [...(options.executionProviders ?? ['cpu'])],
      ...(threads !== undefined && { intraOpNumThreads: threads }),
      graphOptimizationLevel: options.optimization ?? 'all',
      // A plan of one block for all intermediate values is allocated and paged in again at every run, beside what the first run took.
      enableMemPattern: false,
      // Errors are thrown; printing them as well would only clutter the terminal.
      logSeverityLevel: 4,
    });
    return { runtime, session, inPlace: namesInPlace(prepared), dispose: () => session.release() };
  } catch (error) {
    throw new TraceError('runtime', `onnxruntime does not load the graph: ${messageOf(error)}`, { cause: error });
  }
}

/** What can be known of the machine only here. */
async function prepare(graph: Graph, options: CompileOptions, runtime: typeof ort): Promise<Graph> {
  const { executionProviders: [provider] = ['cpu'], optimization = 'all' } = options;
  const block = provider === 'cpu' && optimization === 'all' ? await blockSize(runtime) : undefined;
  return block === undefined ? graph : blockConvolutions(graph, block);
}

class LocalFunction implements CompiledFunction {
  readonly inputs: CompiledFunction['inputs'];
  readonly outputs: CompiledFunction['outputs'];
  private readonly native = new WeakMap<HostTensor, ort.Tensor>();
  private isDisposed = false;

  constructor(
    private readonly loaded: LoadedGraph,
    graph: Graph,
    private readonly release: () => Promise<void>,
  ) {
    this.inputs = graph.inputs.map(({ name, type, dims }) => ({ name, type, dims }));
    this.outputs = graph.outputs.map(({ name, type, dims }) => ({ name, type, dims }));
  }

  allowsInPlace(name: string): boolean {
    return this.loaded.inPlace.has(name);
  }

  async run(feeds: Ports, into: Ports = {}): Promise<Record<string, HostTensor>> {
    if (this.isDisposed) throw new TraceError('runtime', 'the compiled graph was disposed; compile it again to run it');
    const nativeFeeds = this.feed(feeds);
    this.checkOutputs(into);
    const fetches: Record<string, ort.Tensor | null> = {};
    this.outputs.forEach(
      ({ name }, index) => (fetches[`output_${index}`] = into[name] ? this.nativeTensor(into[name]) : null),
    );
    const allGiven = this.outputs.every(({ name }) => into[name]);
    if (allGiven) fetches[NOTHING] = null;
    let results: ort.InferenceSession.OnnxValueMapType;
    try {
      results = await this.loaded.session.run(nativeFeeds, fetches);
    } catch (error) {
      if (allGiven && messageOf(error).includes(NO_TENSOR)) return { ...into };
      throw new TraceError('runtime', `onnxruntime does not run the graph: ${this.readable(messageOf(error))}`, {
        cause: error,
      });
    }
    return Object.fromEntries(
      this.outputs.map(({ name }, index) => [name, into[name] ?? hostTensor(results[`output_${index}`] as ort.Tensor)]),
    );
  }

  private feed(feeds: Ports): Record<string, ort.Tensor> {
    const lengths = new Map<string, number>();
    const names = (): string => this.inputs.map((input) => input.name).join(', ') || 'nothing';
    const fed = this.inputs.map((port) => {
      const tensor = feeds[port.name];
      if (!tensor) throw new TraceError('runtime', `the graph's input ${port.name} is missing; feed ${names()}`);
      const wrong = misfit(tensor, port, lengths);
      if (wrong) throw new TraceError('runtime', `the graph's input ${port.name} ${wrong}`);
      return this.nativeTensor(tensor);
    });
    if (Object.keys(feeds).length !== this.inputs.length) {
      // Results of the run before are fed as they came, also those that are no state.
      const known = new Set([...this.inputs, ...this.outputs].map(({ name }) => name));
      const unknown = Object.keys(feeds).find((name) => !known.has(name));
      if (unknown !== undefined)
        throw new TraceError('runtime', `the graph has no input ${unknown}; it takes ${names()}`);
    }
    return Object.fromEntries(fed.map((tensor, index) => [`input_${index}`, tensor]));
  }

  private checkOutputs(into: Ports): void {
    const ports = new Map(this.outputs.map((port) => [port.name, port]));
    for (const [name, tensor] of Object.entries(into)) {
      const port = ports.get(name);
      if (!port)
        throw new TraceError('runtime', `the graph has no output ${name}; it makes ${[...ports.keys()].join(', ')}`);
      const wrong = misfit(tensor, port, new Map());
      if (wrong) throw new TraceError('runtime', `the tensor for the graph's output ${name} ${wrong}`);
    }
  }

  /** May be called again. */
  async dispose(): Promise<void> {
    if (this.isDisposed) return;
    this.isDisposed = true;
    await this.release();
  }

  /** Training steps feed the same few hundred arrays again and again; wrapping each once saves most of the call's overhead. */
  private nativeTensor(tensor: HostTensor): ort.Tensor {
    const known = this.native.get(tensor);
    if (known) return known;
    const created = new this.loaded.runtime.Tensor(tensor.type as 'float32', tensor.data as Float32Array, [
      ...tensor.dims,
    ]);
    this.native.set(tensor, created);
    return created;
  }

  /** onnxruntime's message with the caller's names. */
  private readable(message: string): string {
    return message
      .replace(/\binput_(\d+)\b/g, (whole, index) => this.inputs[Number(index)]?.name ?? whole)
      .replace(/\boutput_(\d+)\b/g, (whole, index) => this.outputs[Number(index)]?.name ?? whole);
  }
}

function hostTensor(tensor: ort.Tensor): HostTensor {
  return { type: tensor.type as HostTensor['type'], data: tensor.data as HostTensor['data'], dims: tensor.dims };
}

function messageOf(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).replace(/\s+/g, ' ').trim();
}
