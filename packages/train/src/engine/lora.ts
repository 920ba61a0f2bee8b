// Low-rank adaptation (Hu et al. 2021): a weight W becomes W + scale · B · A with small A and B, and only those are trained. The model
// knows nothing of it: the sum is lent to its parameters while it runs.
import * as tf from '@tensorflow/tfjs-core';
import { constant, kaimingUniform, zeros, type ParameterStore } from '@gpt-talker/nn';
import type { ArrayTensor } from '@gpt-talker/checkpoint';

export interface LoraOptions {
  rank: number;
  /** B · A is scaled by alpha / rank. */
  alpha: number;
}

const PREFIX = 'lora';
const SCALE = `${PREFIX}.scale`;
const keyA = (name: string): string => `${PREFIX}.${name}.a`;
const keyB = (name: string): string => `${PREFIX}.${name}.b`;

export const isLoraParameter = (name: string): boolean => name.startsWith(`${PREFIX}.`);

export class LoraAdapters {
  /** Declares A [rank, in] and B [out, rank] (zeros: at first nothing changes) for weights [out, in] of the store. */
  constructor(
    private readonly store: ParameterStore,
    private readonly targets: readonly string[],
    { rank, alpha }: LoraOptions,
  ) {
    for (const name of targets) {
      const [out, input] = store.get(name).shape;
      store.declare(keyA(name), [rank, input], kaimingUniform());
      store.declare(keyB(name), [out, rank], zeros);
    }
    store.declare(SCALE, [1], constant(alpha / rank), { trainable: false });
  }

  /** Names of the parameters to train. */
  get parameters(): string[] {
    return this.targets.flatMap((name) => [keyA(name), keyB(name)]);
  }

  /** Runs the model with adapted weights. */
  bind<T>(run: () => T): T {
    const value = (name: string) => this.store.get(name).value as tf.Tensor2D;
    const scale = this.store.get(SCALE).value;
    const adapted = this.targets.map((name): [string, tf.Tensor] => [
      name,
      tf.add(value(name), tf.mul(tf.matMul(value(keyB(name)), value(keyA(name))), scale)),
    ]);
    return this.store.bind(Object.fromEntries(adapted), run);
  }
}

/** The weights with their adapters added in, and without the adapters: what is exported. Other weights are returned as they are. */
export function mergeLora(weights: ReadonlyMap<string, ArrayTensor>): Map<string, ArrayTensor> {
  const merged = new Map([...weights].filter(([name]) => !isLoraParameter(name)));
  const scale = Number(weights.get(SCALE)?.data[0] ?? 0);
  for (const [name, weight] of merged) {
    const a = weights.get(keyA(name));
    const b = weights.get(keyB(name));
    if (!a || !b) continue;
    const [out, input] = weight.shape;
    const rank = a.shape[0];
    const data = Float32Array.from(weight.data as Float32Array);
    for (let row = 0; row < out; row++) {
      for (let r = 0; r < rank; r++) {
        const factor = scale * Number(b.data[row * rank + r]);
        if (factor === 0) continue;
        for (let column = 0; column < input; column++)
          data[row * input + column] += factor * Number(a.data[r * input + column]);
      }
    }
    merged.set(name, { ...weight, data });
  }
  return merged;
}
