// Every engine trains the same step; one that is not installed says how to install it.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ones, ParameterStore } from '@gpt-talker/nn';
import { float32 } from '@gpt-talker/runtime';
import { createEngine, EngineUnavailableError, type EngineOptions } from './create-engine';
import { AdamW } from './optimizers/adamw';
import { TrainingState } from './state';
import { parameterKey, type StepDefinition } from './step';

tf.enableProdMode();

async function stepWith(options: EngineOptions): Promise<number> {
  const store = new ParameterStore();
  store.declare('w', [1], ones);
  const definition: StepDefinition = {
    store,
    optimizer: new AdamW({ weightDecay: 0 }),
    batch: [{ name: 'x', shape: [1] }],
    loss: ({ x }) => ({ loss: tf.sum(tf.square(tf.sub(store.get('w').value, x))) as tf.Scalar, metrics: {} }),
  };
  const state = TrainingState.initial(store, [definition]);
  const engine = await createEngine(definition, state, options);
  await engine.step({ x: float32(Float32Array.of(3), [1]) }, 1, 0.5);
  await engine.dispose();
  return Number(state.get(parameterKey('w')).data[0]);
}

test.each(['onnx', 'tfjs'] as const)('%s takes the step', async (engine) => {
  expect(await stepWith({ engine, threads: 1 })).toBeCloseTo(1.5, 5);
});

const installed = (() => {
  try {
    return Boolean(require.resolve('@tensorflow/tfjs-node-gpu'));
  } catch {
    return false;
  }
})();

(installed ? test.skip : test)(
  `tfjs-node-gpu says how to install it${installed ? ' (it is installed here)' : ''}`,
  async () => {
    const error = await stepWith({ engine: 'tfjs-node-gpu' }).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(EngineUnavailableError);
    expect((error as Error).message).toMatch(/npm install @tensorflow\/tfjs-node-gpu/);
    expect((error as Error).message).not.toMatch(/\n/);
  },
);

test('a provider that is not there is named, with what it needs', async () => {
  const outcome = await stepWith({ provider: 'cuda' }).catch((reason: unknown) => reason);
  // On a machine with CUDA the step is simply taken.
  if (typeof outcome === 'number') expect(outcome).toBeCloseTo(1.5, 5);
  else
    expect(outcome).toMatchObject({ name: 'EngineUnavailableError', message: expect.stringMatching(/cuda.*CUDA 12/) });
});
