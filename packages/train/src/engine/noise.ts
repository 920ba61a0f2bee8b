// The random numbers of training: how many a model takes, found by recording it (nothing is computed), and the numbers themselves.
import type * as tf from '@tensorflow/tfjs-core';
import { NoiseMeter, randomForName, type Noise, type ParameterStore, type Random } from '@gpt-talker/nn';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { trace, type InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Batch } from './engine';
import { parametersAmong, parameterSpecs } from './step';

type Forward = (inputs: Record<string, tf.Tensor>, noise: Noise) => tf.Tensor;

/** Runs `forward` on tensors of the given shapes that have no values. */
export function countNoise(inputs: readonly InputSpec[], forward: Forward): number {
  const meter = new NoiseMeter();
  trace((tensors) => ({ output: forward(tensors, meter) }), inputs);
  return meter.used;
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

/** The random numbers of dropout: as many as the model takes, counted once for each shape of a batch; a function of seed and name. */
export class DropoutNoise {
  private readonly counts = new Map<string, number>();

  /** @param forward the model's pass over a batch, whose parameters are the store's */
  constructor(
    private readonly seed: number,
    private readonly store: ParameterStore,
    private readonly forward: Forward,
  ) {}

  /** The batch with its numbers; as it is where the model takes none. */
  addTo(batch: Batch, name: string): Batch {
    const count = this.count(batch);
    return count === 0 ? batch : { ...batch, [DROPOUT]: uniforms(this.seed, name, count) };
  }

  private count(batch: Batch): number {
    const key = Object.values(batch)
      .map(({ dims }) => dims.join())
      .join(' ');
    let count = this.counts.get(key);
    if (count === undefined) {
      count = countNoise([...specsOf(batch), ...parameterSpecs(this.store)], (tensors, noise) =>
        this.store.bind(parametersAmong(this.store, tensors), () => this.forward(tensors, noise)),
      );
      this.counts.set(key, count);
    }
    return count;
  }
}

/** Uniform numbers: a function of seed and name. */
export function uniforms(seed: number, name: string, count: number): HostTensor {
  return float32(randomForName(seed, name).uniforms(count), [count]);
}

/** Standard normal numbers. */
export function normals(random: Random, shape: number[]): HostTensor {
  const values = new Float32Array(shape.reduce((product, size) => product * size, 1));
  for (let i = 0; i < values.length; i++) values[i] = random.normal();
  return float32(values, shape);
}
