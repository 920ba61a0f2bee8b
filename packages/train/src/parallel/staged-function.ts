// A step as several graphs with exchanges between them, for one shape of batch.
import { elementCount, type HostTensor } from '@gpt-talker/runtime';
import { compile, type CompiledFunction, type CompileOptions, type Graph } from '@gpt-talker/tfjs-onnx';
import { emptyOutputs, type Batch } from '../engine/engine';
import { givenKey, summedKey } from '../engine/step';
import type { Bucket } from './bucket';
import { splitGraph } from './split-graph';
import { planParts, type Part } from './stages';

/** What parts give to sums, by the names of what they give. */
export type BucketFor = (shapes: readonly { name: string; dims: readonly number[] }[]) => Bucket;
/** Begins an exchange. */
export type Exchange = (bucket: Bucket) => Promise<void>;

const GIVEN = givenKey('');
const HANDED = 'handed/';

interface CompiledPart extends Part {
  readonly graph: CompiledFunction;
  readonly bucket?: Bucket;
}

export class StagedFunction {
  private constructor(
    private readonly parts: readonly CompiledPart[],
    /** Sums, and what one part hands on to others. */
    private readonly held: Batch,
    private readonly safe: ReadonlySet<string>,
  ) {}

  static async create(
    graph: Graph,
    buckets: number,
    bucketFor: BucketFor,
    options?: CompileOptions,
  ): Promise<StagedFunction> {
    const plan = planParts(graph, buckets);
    const graphs = splitGraph(
      graph,
      plan.map(({ outputs }) => outputs),
    );
    const held: Batch = {};
    const parts: CompiledPart[] = [];
    for (const [index, part] of plan.entries()) {
      const compiled = await compile(graphs[index], options);
      const shapes = compiled.outputs.filter(({ name }) => name.startsWith(GIVEN));
      const bucket =
        shapes.length > 0 ? bucketFor(shapes.map(({ name, dims }) => ({ name, dims: dims.map(Number) }))) : undefined;
      for (const [name, tensor] of bucket?.tensors ?? []) held[summedKey(name.slice(GIVEN.length))] = tensor;
      for (const port of compiled.outputs.filter(({ name }) => name.startsWith(HANDED)))
        held[port.name] = emptyTensor(port.type, port.dims.map(Number));
      parts.push({ ...part, graph: compiled, bucket });
    }
    return new StagedFunction(parts, held, safeInPlace(parts));
  }

  /** See {@link CompiledFunction.allowsInPlace}. */
  allowsInPlace(name: string): boolean {
    return this.safe.has(name);
  }

  async run(feeds: Batch, into: Batch, exchange: Exchange): Promise<Batch> {
    const outputs: Batch = {};
    let pending: Promise<void>[] = [];
    try {
      for (const { graph, awaits, bucket } of this.parts) {
        if (awaits.length > 0) {
          await Promise.all(pending);
          pending = [];
        }
        const read = Object.fromEntries(graph.inputs.map(({ name }) => [name, this.held[name] ?? feeds[name]]));
        const places: Batch = {};
        for (const { name } of graph.outputs) {
          const place = bucket?.tensors.get(name) ?? (name.startsWith(HANDED) ? this.held[name] : into[name]);
          if (place) places[name] = place;
        }
        const made = await graph.run(read, { ...emptyOutputs(graph, places), ...places });
        for (const [name, tensor] of Object.entries(made))
          if (!name.startsWith(GIVEN) && !name.startsWith(HANDED)) outputs[name] = tensor;
        if (bucket) pending.push(exchange(bucket));
      }
    } finally {
      await Promise.all(pending);
    }
    return outputs;
  }

  async dispose(): Promise<void> {
    for (const { graph } of this.parts) await graph.dispose();
  }
}

/** What a part may write where it lies, and no other part reads. */
function safeInPlace(parts: readonly CompiledPart[]): Set<string> {
  const readers = (name: string) =>
    parts.filter(({ graph }) => graph.inputs.some((input) => input.name === name)).length;
  return new Set(
    parts.flatMap(({ graph }) =>
      graph.outputs.map(({ name }) => name).filter((name) => graph.allowsInPlace(name) && readers(name) === 1),
    ),
  );
}

function emptyTensor(type: HostTensor['type'], dims: readonly number[]): HostTensor {
  const arrays = {
    ...{ float32: Float32Array, int32: Int32Array, int64: BigInt64Array },
    ...{ bool: Uint8Array, uint8: Uint8Array, int8: Int8Array, float16: Uint16Array },
  };
  return { type, data: new arrays[type](elementCount(dims)), dims };
}
