// Takes steps together with other ranks. Each has some rows of a batch and computes their gradients; sums over all ranks are exchanged
// between the gradients and the update, which every rank then makes for itself, from the same numbers to the same state. What moves the
// state is what moves it for one process alone; only what computes is another.
import { float32 } from '@gpt-talker/runtime';
import type { CompileOptions, InputSpec } from '@gpt-talker/tfjs-onnx';
import { HostedStep, type Batch, type Computer, type Engine, type Metrics, type Part } from '../engine/engine';
import { GraphCache, traceFor } from '../engine/graph-cache';
import { ShapeCache } from '../engine/shape-cache';
import type { TrainingState } from '../engine/state';
import {
  gradientSpecs,
  hyperparameterSpecs,
  isParameterKey,
  metricKey,
  partKey,
  runGradients,
  runStep,
  runUpdate,
  BATCH_WEIGHT,
  stateSpecs,
  summedSpecs,
  type StepDefinition,
  type TermWeights,
} from '../engine/step';
import { Bucket } from './bucket';
import type { Ranks } from './ranks';
import { StagedFunction, type BucketFor } from './staged-function';

/** Already sums of parts, or the same on all ranks. */
const WHOLE_METRICS: ReadonlySet<string> = new Set(['loss', 'adversary']);
const COMMON_METRICS: ReadonlySet<string> = new Set(['gradient_norm']);

/** What the exchange has taken so far. */
export interface ExchangeCost {
  seconds: number;
  bytes: number;
}

export class ExchangingEngine implements Engine {
  private constructor(
    private readonly hosted: HostedStep,
    private readonly computer: ExchangingComputer,
  ) {}

  static create(
    definition: StepDefinition,
    state: TrainingState,
    ranks: Ranks,
    options?: CompileOptions,
  ): ExchangingEngine {
    const computer = new ExchangingComputer(definition, ranks, options);
    return new ExchangingEngine(new HostedStep(definition, state, computer), computer);
  }

  /** Time that exchanges were waited for, and bytes that this rank gave to them. */
  get cost(): Readonly<ExchangeCost> {
    return this.computer.cost;
  }

  step(batches: Batch | readonly Batch[], step: number, learningRate: number): Promise<Metrics> {
    return this.hosted.step(batches, step, learningRate);
  }

  dispose(): Promise<void> {
    return this.computer.dispose();
  }
}

class StagedCache extends ShapeCache<StagedFunction> {
  constructor(
    private readonly definition: StepDefinition,
    private readonly part: 'step' | 'gradients',
    private readonly ranks: Ranks,
    private readonly bucketFor: BucketFor,
    private readonly options?: CompileOptions,
  ) {
    const constant = [
      ...hyperparameterSpecs(definition),
      ...stateSpecs(definition),
      ...summedSpecs(definition, part === 'step'),
    ];
    super(part === 'step' ? constant : [...constant, ...gradientSpecs(definition), { name: BATCH_WEIGHT, shape: [] }]);
  }

  protected make(specs: readonly InputSpec[]): Promise<StagedFunction> {
    const { ranks } = this.ranks;
    const run = this.part === 'step' ? runStep : runGradients;
    const graph = traceFor((inputs) => run(this.definition, inputs, ranks), specs, this.options);
    return StagedFunction.create(graph, this.ranks.buckets, this.bucketFor, this.options);
  }
}

class ExchangingComputer implements Computer {
  readonly cost: ExchangeCost = { seconds: 0, bytes: 0 };
  private readonly staged: Readonly<Record<'step' | 'gradients', StagedCache>>;
  private readonly updates: GraphCache;
  private readonly buckets = new Map<string, Bucket>();
  /** Where batches of a step are summed up before they are exchanged. */
  private summed: Bucket | undefined;

  constructor(
    private readonly definition: StepDefinition,
    private readonly ranks: Ranks,
    options?: CompileOptions,
  ) {
    const bucketFor: BucketFor = (shapes) => this.bucketOf(shapes);
    this.staged = {
      step: new StagedCache(definition, 'step', ranks, bucketFor, options),
      gradients: new StagedCache(definition, 'gradients', ranks, bucketFor, options),
    };
    const constant = [...hyperparameterSpecs(definition), ...stateSpecs(definition), ...gradientSpecs(definition)];
    this.updates = new GraphCache((inputs) => runUpdate(definition, inputs), constant, options);
  }

  async inPlace(part: Part, feeds: Batch): Promise<(name: string) => boolean> {
    const found =
      part === 'update'
        ? await this.updates.forFeeds(feeds)
        : await this.staged[part].forFeeds({ ...feeds, ...this.emptyParts(feeds) });
    // Whether a step is finite is known of the sum of all ranks' losses, which the graphs do not compute.
    return (name) => !isParameterKey(name) && found.allowsInPlace(name);
  }

  async run(part: Part, feeds: Batch, into: Batch): Promise<Batch> {
    if (part === 'update') {
      if (this.summed) await this.exchange(this.summed);
      return (await this.updates.forFeeds(feeds)).run(feeds, into);
    }
    const parts = await this.partsOf(feeds);
    const fed = { ...feeds, ...tensorsOf(parts) };
    const outputs = await (await this.staged[part].forFeeds(fed)).run(fed, into, (bucket) => this.exchange(bucket));
    return { ...outputs, ...(await this.wholeMetrics(outputs, parts)) };
  }

  async weigh(weights: readonly number[]): Promise<number[]> {
    const sums = Float64Array.from(weights);
    await this.timed(this.ranks.communicator.sum(sums), sums.byteLength);
    return [...sums];
  }

  sums(): Batch {
    const specs = gradientSpecs(this.definition);
    this.summed ??= new Bucket(
      this.ranks,
      specs.map(({ name, shape }) => ({ name, dims: shape.map(Number) })),
    );
    return Object.fromEntries(this.summed.tensors);
  }

  async dispose(): Promise<void> {
    await this.staged.step.dispose();
    await this.staged.gradients.dispose();
    await this.updates.dispose();
  }

  /** Batches of other shapes give the same gradients: into the same memory. */
  private bucketOf(shapes: readonly { name: string; dims: readonly number[] }[]): Bucket {
    const key = shapes.map(({ name, dims }) => `${name}[${dims.join()}]`).join();
    const bucket = this.buckets.get(key) ?? new Bucket(this.ranks, shapes);
    this.buckets.set(key, bucket);
    return bucket;
  }

  private exchange(bucket: Bucket): Promise<void> {
    return this.timed(bucket.sum(), bucket.bytes);
  }

  private async timed(exchanged: Promise<void>, bytes: number): Promise<void> {
    const begun = performance.now();
    await exchanged;
    this.cost.seconds += (performance.now() - begun) / 1000;
    this.cost.bytes += bytes;
  }

  private weightsOf(feeds: Batch): TermWeights {
    return this.definition.weights?.(feeds) ?? { default: 1 };
  }

  private emptyParts(feeds: Batch): Batch {
    return tensorsOf(Object.fromEntries(Object.keys(this.weightsOf(feeds)).map((term) => [term, 0])));
  }

  /** Which part of each term's mean over the whole batch this rank's is. */
  private async partsOf(feeds: Batch): Promise<Record<string, number>> {
    const weights = Object.entries(this.weightsOf(feeds)).map(([term, weight]) => ({
      term,
      ...(typeof weight === 'number' ? { sum: weight, plus: 0 } : weight),
    }));
    const totals = await this.weigh(weights.map(({ sum }) => sum));
    return Object.fromEntries(
      weights.map(({ term, sum, plus }, index) => {
        const whole = totals[index] + plus;
        return [term, whole === 0 ? 0 : (sum + plus) / whole];
      }),
    );
  }

  /** Metrics of the whole batch. */
  private async wholeMetrics(outputs: Batch, parts: Readonly<Record<string, number>>): Promise<Batch> {
    const prefix = metricKey('');
    const names = Object.keys(outputs)
      .filter((key) => key.startsWith(prefix))
      .map((key) => key.slice(prefix.length))
      .filter((name) => !COMMON_METRICS.has(name))
      .sort();
    const own = names.map((name) => {
      const value = Number(outputs[metricKey(name)].data[0]);
      return WHOLE_METRICS.has(name) ? value : value * (parts[name] ?? parts.default);
    });
    const whole = await this.weigh(own);
    return Object.fromEntries(names.map((name, index) => [metricKey(name), float32([whole[index]], [])]));
  }
}

const tensorsOf = (parts: Readonly<Record<string, number>>): Batch =>
  Object.fromEntries(Object.entries(parts).map(([term, part]) => [partKey(term), float32([part], [])]));
