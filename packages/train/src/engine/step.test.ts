// A step with an adversary moves both players as two separate computations would; several batches make the step that one large
// batch makes.
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { normal, ParameterStore, randomForName } from '@gpt-talker/nn';
import { float32, type HostTensor } from '@gpt-talker/runtime';
import { registerGradients } from '@gpt-talker/tfjs-onnx';
import { EagerEngine, NonFiniteLossError, TracedEngine, type Engine } from './engine';
import { AdamW } from './optimizers/adamw';
import { TrainingState } from './state';
import { stopGradient, parameterKey, type StepDefinition } from './step';

tf.enableProdMode();
registerGradients();

const KINDS = ['traced', 'eager'] as const;
const engineOf = async (kind: (typeof KINDS)[number], step: StepDefinition, state: TrainingState): Promise<Engine> =>
  kind === 'eager' ? new EagerEngine(step, state) : TracedEngine.create(step, state, { intraOpThreads: 1 });

const random = (name: string, shape: number[]): HostTensor => {
  const draws = randomForName(5, name);
  const size = shape.reduce((product, length) => product * length, 1);
  return float32(
    Float32Array.from({ length: size }, () => draws.normal()),
    shape,
  );
};

describe('an adversary', () => {
  const LEARNING_RATE = 0.1;
  const optimizer = { beta1: 0.8, beta2: 0.99, weightDecay: 0 };
  const score = (store: ParameterStore, x: tf.Tensor) =>
    tf.matMul(tf.tanh(x) as tf.Tensor2D, store.get('judge').value as tf.Tensor2D);
  const make = (store: ParameterStore, x: tf.Tensor) =>
    tf.matMul(x as tf.Tensor2D, store.get('maker').value as tf.Tensor2D);
  const judgeLoss = (store: ParameterStore, real: tf.Tensor, made: tf.Tensor) =>
    tf.add(tf.mean(tf.squaredDifference(score(store, real), 1)), tf.mean(tf.square(score(store, made)))) as tf.Scalar;
  const makerLoss = (store: ParameterStore, made: tf.Tensor) =>
    tf.mean(tf.squaredDifference(score(store, made), 1)) as tf.Scalar;

  function game() {
    const store = new ParameterStore({ seed: 3 });
    store.declare('maker', [4, 3], normal());
    store.declare('judge', [3, 1], normal());
    const definition: StepDefinition = {
      store,
      optimizer: new AdamW(optimizer),
      adversary: ['judge'],
      batch: [
        { name: 'x', shape: [6, 4] },
        { name: 'real', shape: [6, 3] },
      ],
      loss: ({ x, real }, { trainDiscriminator }) => {
        const made = make(store, x);
        return trainDiscriminator(
          () => judgeLoss(store, real, stopGradient(made)),
          () => ({ loss: makerLoss(store, made), metrics: {} }),
        );
      },
    };
    return { store, definition, state: TrainingState.initial(store, [definition]) };
  }

  test.each(KINDS)('moves first, and the generator answers its move (%s)', async (kind) => {
    const { store, definition, state } = game();
    const batch = { x: random('x', [6, 4]), real: random('real', [6, 3]) };
    const tensor = ({ data, dims }: HostTensor) => tf.tensor(data as Float32Array, [...dims]);
    // The same by hand, with Adam's first step: learning rate × sign of the gradient.
    const made = make(store, tensor(batch.x));
    const judge = store.get('judge').value;
    const judgeGradient = tf.grad((value) =>
      store.bind({ judge: value }, () => judgeLoss(store, tensor(batch.real), made)),
    )(judge);
    const judgeAfter = tf.sub(judge, tf.mul(tf.sign(judgeGradient), LEARNING_RATE));
    const maker = store.get('maker').value;
    const makerGradient = tf.grad((value) =>
      store.bind({ maker: value, judge: judgeAfter }, () => makerLoss(store, make(store, tensor(batch.x)))),
    )(maker);
    const makerAfter = tf.sub(maker, tf.mul(tf.sign(makerGradient), LEARNING_RATE));

    const engine = await engineOf(kind, definition, state);
    const before = tf.memory().numTensors;
    const metrics = await engine.step(batch, 1, LEARNING_RATE);
    expect(tf.memory().numTensors).toBe(before);
    expect(Object.keys(metrics).sort()).toEqual(['adversary', 'gradient_norm', 'loss']);
    for (const [name, expected] of [
      ['judge', judgeAfter],
      ['maker', makerAfter],
    ] as const)
      expected.dataSync().forEach((value, i) => expect(state.get(parameterKey(name)).data[i]).toBeCloseTo(value, 5));
    expect(metrics.gradient_norm).toBeCloseTo(tf.norm(makerGradient).dataSync()[0], 4);
    await engine.dispose();
  });
});

describe('a step that is not finite', () => {
  // Large enough to be written where they were read.
  const [ROWS, COLUMNS] = [160, 120];

  function game() {
    const store = new ParameterStore({ seed: 11 });
    store.declare('maker', [ROWS, COLUMNS], normal());
    store.declare('judge', [COLUMNS, ROWS], normal());
    const made = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, store.get('maker').value as tf.Tensor2D);
    const score = (x: tf.Tensor) => tf.matMul(x as tf.Tensor2D, store.get('judge').value as tf.Tensor2D);
    const definition: StepDefinition = {
      store,
      optimizer: new AdamW({}),
      adversary: ['judge'],
      batch: ['x', 'real', 'weight'].map((name) => ({
        name,
        shape: { x: [2, ROWS], real: [2, COLUMNS], weight: [] }[name]!,
      })),
      loss: ({ x, real, weight }, { trainDiscriminator }) => {
        const fake = made(x);
        return trainDiscriminator(
          () => tf.mean(tf.sub(tf.square(score(stopGradient(fake))), score(real))) as tf.Scalar,
          () => ({ loss: tf.mul(tf.mean(tf.square(score(fake))), weight) as tf.Scalar, metrics: {} }),
        );
      },
    };
    return { definition, state: TrainingState.initial(store, [definition]) };
  }
  const batch = (real: number, weight: number) => ({
    x: random('x', [2, ROWS]),
    real: float32(new Float32Array(2 * COLUMNS).fill(real), [2, COLUMNS]),
    weight: float32([weight], []),
  });
  const values = (state: TrainingState) =>
    ['maker', 'judge'].map((name) => Float32Array.from(state.get(parameterKey(name)).data as Float32Array));

  test.each(KINDS)('leaves the parameters as they were, and takes the next step (%s)', async (kind) => {
    const { definition, state } = game();
    const engine = await engineOf(kind, definition, state);
    await engine.step(batch(1, 1), 1, 0.01);
    const [maker, judge] = values(state);
    // The adversary's loss is none: nobody moves.
    await expect(engine.step(batch(Infinity, 1), 2, 0.01)).rejects.toBeInstanceOf(NonFiniteLossError);
    expect(values(state)).toEqual([maker, judge]);
    // The generator's is none, of an adversary that has moved.
    await expect(engine.step(batch(1, Infinity), 2, 0.01)).rejects.toBeInstanceOf(NonFiniteLossError);
    const failed = values(state);
    expect(failed[0]).toEqual(maker);
    expect(failed[1].every(Number.isFinite)).toBe(true);
    const { loss } = await engine.step(batch(1, 1), 2, 0.01);
    expect(Number.isFinite(loss)).toBe(true);
    const [after] = values(state);
    expect(after.every(Number.isFinite)).toBe(true);
    expect(after).not.toEqual(maker);
    await engine.dispose();
  });

  test('needs no second memory for large parameters', async () => {
    const { definition, state } = game();
    const engine = await engineOf('traced', definition, state);
    const arrays = ['maker', 'judge'].map((name) => state.get(parameterKey(name)).data);
    await engine.step(batch(1, 1), 1, 0.01);
    ['maker', 'judge'].forEach((name, i) => expect(state.get(parameterKey(name)).data).toBe(arrays[i]));
    await engine.dispose();
  });
});

describe('accumulated gradients', () => {
  function regression(accumulates: boolean) {
    const store = new ParameterStore({ seed: 7 });
    store.declare('w', [3, 1], normal());
    const definition: StepDefinition = {
      store,
      optimizer: new AdamW({ beta1: 0.5 }),
      clipNorm: 0.5,
      accumulates,
      batch: [],
      loss: ({ x, y }) => ({
        loss: tf.mean(
          tf.squaredDifference(tf.matMul(x as tf.Tensor2D, store.get('w').value as tf.Tensor2D), y),
        ) as tf.Scalar,
        metrics: {},
      }),
    };
    return { definition, state: TrainingState.initial(store, [definition]) };
  }
  const parts = (count: number, from = 0) =>
    Array.from({ length: count }, (_, index) => ({
      x: random(`x${from + index}`, [4, 3]),
      y: random(`y${from + index}`, [4, 1]),
    }));
  const joined = (batches: ReturnType<typeof parts>) => ({
    x: float32(Float32Array.from(batches.flatMap(({ x }) => [...(x.data as Float32Array)])), [4 * batches.length, 3]),
    y: float32(Float32Array.from(batches.flatMap(({ y }) => [...(y.data as Float32Array)])), [4 * batches.length, 1]),
  });

  test.each(KINDS)('equal those of one large batch, also when fewer batches are left (%s)', async (kind) => {
    const summed = regression(true);
    const whole = regression(false);
    const engines = [
      await engineOf(kind, summed.definition, summed.state),
      await engineOf(kind, whole.definition, whole.state),
    ];
    for (const [step, batches] of [parts(3), parts(3, 3), parts(1, 6)].entries()) {
      const a = await engines[0].step(batches, step + 1, 0.1);
      const b = await engines[1].step(joined(batches), step + 1, 0.1);
      expect(a.loss).toBeCloseTo(b.loss, 5);
      expect(a.gradient_norm).toBeCloseTo(b.gradient_norm, 5);
    }
    const [w, expected] = [summed, whole].map(({ state }) => state.get(parameterKey('w')).data);
    expect([...w].map((value) => Number(value).toFixed(5))).toEqual(
      [...expected].map((value) => Number(value).toFixed(5)),
    );
    for (const engine of engines) await engine.dispose();
  });

  test('a batch that is not finite names itself and changes nothing', async () => {
    const { definition, state } = regression(true);
    const engine = await engineOf('traced', definition, state);
    const before = [...state.get(parameterKey('w')).data];
    const batches = parts(3);
    (batches[1].x.data as Float32Array).fill(NaN);
    const error = await engine.step(batches, 1, 0.1).catch((reason: unknown) => reason);
    expect(error).toBeInstanceOf(NonFiniteLossError);
    expect((error as NonFiniteLossError).batch).toBe(1);
    expect([...state.get(parameterKey('w')).data]).toEqual(before);
    await engine.step(parts(2), 1, 0.1);
    await engine.dispose();
  });
});
