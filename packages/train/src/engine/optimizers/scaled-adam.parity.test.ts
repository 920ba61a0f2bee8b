// ScaledAdam against twenty steps of the reference implementation (fixtures/parity/scaled-adam.safetensors).
import { existsSync, readFileSync } from 'node:fs';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ParameterStore, zeros } from '@gpt-talker/nn';
import { readSafetensors } from '@gpt-talker/checkpoint';
import { EagerEngine, TracedEngine, type Engine } from '../engine';
import { TrainingState } from '../state';
import { parameterKey, type StepDefinition } from '../step';
import { ScaledAdam } from './scaled-adam';

const folder = process.env.PARITY_DIR ?? path.resolve(__dirname, '../../../test/fixtures');
const file = path.join(folder, 'scaled-adam.safetensors');
const NAMES = ['0.weight', '0.bias', '1.weight', '1.bias', 'scale'];

function definition(): { step: StepDefinition; fixture: Map<string, { shape: number[]; data: Float32Array }> } {
  const fixture = readSafetensors(readFileSync(file)).tensors as Map<string, { shape: number[]; data: Float32Array }>;
  const store = new ParameterStore();
  for (const name of NAMES) store.declare(name, fixture.get(`init.${name}`)!.shape, zeros);
  store.load(new Map(NAMES.map((name) => [name, fixture.get(`init.${name}`)! as never])));
  const value = (name: string) => store.get(name).value;
  const linear = (x: tf.Tensor, layer: number) =>
    tf.add(tf.matMul(x, value(`${layer}.weight`), false, true), value(`${layer}.bias`));
  const step: StepDefinition = {
    store,
    optimizer: new ScaledAdam({ beta1: 0.9, beta2: 0.95, clippingScale: 2, clippingUpdatePeriod: 4 }),
    batch: [{ name: 'x', shape: [8, 6] }],
    loss: ({ x }) => {
      const output = linear(linear(x, 0), 1);
      const scale = value('scale');
      const loss = tf.add(tf.mul(tf.mean(tf.square(output)), scale), tf.mul(0.1, tf.square(tf.sub(scale, 2))));
      return { loss: tf.reshape(loss, []) as tf.Scalar, metrics: {} };
    },
  };
  return { step, fixture };
}

beforeAll(() => {
  tf.enableProdMode();
});

const engines: [string, (step: StepDefinition, state: TrainingState) => Promise<Engine>][] = [
  ['eager', async (step, state) => new EagerEngine(step, state)],
  ['traced', (step, state) => TracedEngine.create(step, state)],
];

(existsSync(file) ? describe : describe.skip)('ScaledAdam follows the reference', () => {
  it.each(engines)('%s', async (_name, create) => {
    const { step, fixture } = definition();
    const state = TrainingState.initial(step.store, [step]);
    const engine = await create(step, state);
    const inputs = fixture.get('x')!;
    for (let done = 1; done <= 20; done++) {
      const x = inputs.data.subarray((done - 1) * 48, done * 48);
      await engine.step({ x: { type: 'float32', data: Float32Array.from(x), dims: [8, 6] } }, done, 0.01);
      for (const name of NAMES) {
        const expected = fixture.get(`step${done}.${name}`);
        if (expected === undefined) continue;
        const actual = state.get(parameterKey(name)).data as Float32Array;
        const difference = Math.max(...actual.map((number, i) => Math.abs(number - expected.data[i])));
        expect({ done, name, close: difference < 1e-5, difference }).toMatchObject({ close: true });
      }
    }
    await engine.dispose();
  });
});
