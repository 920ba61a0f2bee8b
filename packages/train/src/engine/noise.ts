// The random numbers of training: how many a model takes, found by recording it (nothing is computed), and the numbers themselves.
import type * as tf from '@tensorflow/tfjs-core';
import { NoiseMeter, randomForName, type Noise, type ParameterStore, type Random } from '@gpt-talker/nn';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { trace, type InputSpec } from '@gpt-talker/tfjs-onnx';
import type { RowRange } from '../parallel/shard';
import type { Batch } from './engine';
import { parametersAmong, parameterSpecs } from './step';

type Forward = (inputs: Record<string, tf.Tensor>, noise: Noise) => tf.Tensor;

/** Runs `forward` on tensors of the given shapes that have no values. */
export function countNoise(inputs: readonly InputSpec[], forward: Forward): number {
  let used = 0;
  trace((tensors) => {
    const meter = new NoiseMeter();
    const output = forward(tensors, meter);
    used = meter.used;
    return { output };
  }, inputs);
  return used;
}

/** What a batch holds, as a graph's inputs. */
export function specsOf(batch: Batch): InputSpec[] {
  return Object.entries(batch).map(([name, { type, dims }]) => ({
    name,
    shape: [...dims],
    dtype: type === 'int32' ? 'int32' : 'float32',
  }));
}

/** The name under which a batch carries the uniform numbers that its dropout takes. */
export const DROPOUT = 'dropout';

/** How many random numbers the dropout of a batch of these shapes takes. */
export type NoiseCount = (batch: readonly InputSpec[]) => number | Promise<number>;

/** @param forward the model's pass over a batch, whose parameters are the store's */
export const noiseCount =
  (store: ParameterStore, forward: Forward): NoiseCount =>
  (batch) =>
    countNoise([...batch, ...parameterSpecs(store)], (tensors, noise) =>
      store.bind(parametersAmong(store, tensors), () => forward(tensors, noise)),
    );

/** The random numbers of dropout: as many as the model takes, asked for once for each shape of a batch; a function of seed and name. */
export class DropoutNoise {
  private readonly counts = new Map<string, Promise<number>>();

  constructor(
    private readonly seed: number,
    private readonly count: NoiseCount,
  ) {}

  /**
   * The batch with its numbers, a line for each of its rows; as it is where the model takes none.
   * @param name of the whole batch's numbers
   * @param rows which of the whole batch's rows these are
   */
  async addTo(batch: Batch, name: string, rows: RowRange): Promise<Batch> {
    const count = await this.countOf(batch);
    return count === 0 ? batch : { ...batch, [DROPOUT]: uniforms(this.seed, name, rows, count / rows.count) };
  }

  private countOf(batch: Batch): Promise<number> {
    const key = Object.values(batch)
      .map(({ dims }) => dims.join())
      .join(' ');
    let count = this.counts.get(key);
    if (count === undefined) {
      count = Promise.resolve(this.count(specsOf(batch)));
      this.counts.set(key, count);
    }
    return count;
  }
}

/** Where the random numbers of one row of a batch come from: whichever rank holds the row, and whatever lies beside it. */
export const randomForRow = (seed: number, name: string, row: number): Random => randomForName(seed, `${name}/${row}`);

/** Uniform numbers [rows, count]: a function of seed, name and row. */
function uniforms(seed: number, name: string, { first, count: rows }: RowRange, count: number): HostTensor {
  const values = new Float32Array(rows * count);
  for (let row = 0; row < rows; row++) values.set(randomForRow(seed, name, first + row).uniforms(count), row * count);
  return float32(values, [rows, count]);
}

/** Standard normal numbers. */
export function placeNormals(random: Random, into: Float32Array): void {
  for (let i = 0; i < into.length; i++) into[i] = random.normal();
}
