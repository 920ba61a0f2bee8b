// Everything that a run carries from step to step, as plain arrays: parameters, optimiser moments, buffers. Engines read and
// write it; checkpoints are made of it.
import type { ArrayTensor } from '@gpt-talker/checkpoint';
import type { HostTensor } from '@gpt-talker/runtime';
import type { ParameterStore } from '@gpt-talker/nn';
import { parameterKey, stateSpecs, type StepDefinition } from './step';

const count = (shape: readonly (number | string)[]): number =>
  shape.reduce<number>((product, size) => product * Number(size), 1);

export class TrainingState {
  readonly tensors = new Map<string, HostTensor>();

  /**
   * The state of a store's parameters, and zeros for the optimiser state of each of the steps. The weights move from the store into
   * the state; the store keeps their names and shapes, and gets values again from {@link writeParameters}.
   */
  static takeFrom(store: ParameterStore, steps: readonly StepDefinition[]): TrainingState {
    const state = TrainingState.initial(store, steps);
    store.releaseValues();
    return state;
  }

  /** The same as {@link takeFrom}, but the store keeps its values too. */
  static initial(store: ParameterStore, steps: readonly StepDefinition[]): TrainingState {
    const state = new TrainingState();
    for (const [name, array] of store.toArrays()) {
      state.tensors.set(parameterKey(name), { type: 'float32', data: array.data as Float32Array, dims: array.shape });
    }
    for (const step of steps) {
      for (const { name, shape } of stateSpecs(step)) {
        if (state.tensors.has(name)) continue;
        state.tensors.set(name, { type: 'float32', data: new Float32Array(count(shape)), dims: shape as number[] });
      }
    }
    return state;
  }

  get(name: string): HostTensor {
    const tensor = this.tensors.get(name);
    if (tensor === undefined) throw new Error(`Training state has no tensor named ${name}.`);
    return tensor;
  }

  /** Copies the parameters into a store, for export and evaluation. */
  writeParameters(store: ParameterStore): void {
    store.load(
      new Map(
        store.names().map((name): [string, ArrayTensor] => {
          const tensor = this.get(parameterKey(name));
          return [name, { shape: [...tensor.dims], dtype: 'float32', data: tensor.data as Float32Array }];
        }),
      ),
    );
  }
}
