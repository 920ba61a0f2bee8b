// A run that was interrupted and resumed ends where an uninterrupted one does, bit for bit; a step that is not finite changes nothing.
import { appendFile, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { normal, ParameterStore, randomForName } from '@gpt-talker/nn';
import { float32 } from '@gpt-talker/runtime';
import { loadTraining, saveTraining, TrainingCheckpointError } from './checkpoint';
import { keptCheckpoints } from './checkpoint-folder';
import { DivergenceWatch, TrainingDivergedError } from './divergence';
import { EagerEngine, NonFiniteLossError, TracedEngine, type Engine } from '../engine/engine';
import { AdamW } from '../engine/optimizers/adamw';
import { readLog, run, type LogEntry } from './run';
import { TrainingState } from '../engine/state';
import { parameterKey, type StepDefinition } from '../engine/step';

let folder: string;
beforeAll(() => {
  tf.enableProdMode();
});
beforeEach(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'run-'));
});
afterEach(() => rm(folder, { recursive: true, force: true }));

/** A small network that learns y = tanh(x) summed. */
function regression(width = 4): { definition: StepDefinition; state: TrainingState } {
  const store = new ParameterStore({ seed: 7 });
  store.declare('w1', [3, width], normal());
  store.declare('w2', [width, 1], normal());
  const definition: StepDefinition = {
    store,
    optimizer: new AdamW(),
    clipNorm: 1,
    batch: [
      { name: 'x', shape: [8, 3] },
      { name: 'y', shape: [8, 1] },
    ],
    loss: ({ x, y }) => {
      const made = tf.matMul(
        tf.tanh(tf.matMul(x as tf.Tensor2D, store.get('w1').value as tf.Tensor2D)),
        store.get('w2').value as tf.Tensor2D,
      );
      const loss = tf.mean(tf.squaredDifference(made, y)) as tf.Scalar;
      return { loss, metrics: { largest: tf.max(tf.abs(made)) as tf.Scalar } };
    },
  };
  return { definition, state: TrainingState.initial(store, [definition]) };
}

const batch = (step: number) => {
  const random = randomForName(3, `batch/${step}`);
  const x = Float32Array.from({ length: 24 }, () => random.normal());
  const y = Float32Array.from({ length: 8 }, (_, row) => Math.tanh(x[row * 3]) + Math.tanh(x[row * 3 + 1]));
  return { x: float32(x, [8, 3]), y: float32(y, [8, 1]) };
};

interface TrainOptions {
  stopAt?: number;
  resume?: boolean;
  eager?: boolean;
  keepLast?: number;
  batchOf?: typeof batch;
  validate?: (step: number) => number;
}

async function train(directory: string, options: TrainOptions = {}) {
  const { definition, state } = regression();
  const engine: Engine = options.eager
    ? new EagerEngine(definition, state)
    : await TracedEngine.create(definition, state, { intraOpThreads: 1 });
  const logged: LogEntry[] = [];
  const stop = new AbortController();
  let steps = 0;
  const result = await run({
    directory,
    state,
    engine,
    batch: options.batchOf ?? batch,
    describe: (step) => [`example-${step}-a`, `example-${step}-b`],
    work: { unit: 'examples', of: (batches) => 8 * batches.length },
    keepLast: options.keepLast,
    validateEverySteps: 5,
    validate: options.validate && (async () => ({ loss: options.validate!(steps) })),
    schedule: (step) => 0.05 / (1 + step / 10),
    totalSteps: 30,
    logEverySteps: 1,
    saveEverySteps: 10,
    resume: options.resume,
    signal: stop.signal,
    onLog: (entry) => {
      steps = entry.step;
      if (entry.kind === 'validation') return;
      logged.push(entry);
      if (entry.step === options.stopAt) stop.abort();
    },
  });
  await engine.dispose();
  return { result, state, logged, losses: logged.map(({ metrics }) => metrics.loss) };
}

it('learns', async () => {
  const { losses, result } = await train(path.join(folder, 'whole'));
  expect(result).toMatchObject({ finished: true, position: { step: 30 } });
  expect(losses.slice(-5).reduce((a, b) => a + b)).toBeLessThan(0.5 * losses.slice(0, 5).reduce((a, b) => a + b));
});

it('resumes bit for bit', async () => {
  const whole = await train(path.join(folder, 'whole'));
  const first = await train(path.join(folder, 'parts'), { stopAt: 13 });
  expect(first.result).toMatchObject({ finished: false, position: { step: 13 } });
  const second = await train(path.join(folder, 'parts'), { resume: true });
  expect([...first.losses, ...second.losses]).toEqual(whole.losses);
  for (const [name, tensor] of whole.state.tensors) expect(second.state.get(name).data).toEqual(tensor.data);
});

it('trains the same eagerly, to rounding', async () => {
  const traced = await train(path.join(folder, 'traced'));
  const eager = await train(path.join(folder, 'eager'), { eager: true });
  eager.losses.forEach((loss, step) => expect(loss).toBeCloseTo(traced.losses[step], 4));
});

it.each(['traced', 'eager'])('leaves the state alone when a loss is not finite (%s)', async (kind) => {
  const { definition, state } = regression();
  const engine =
    kind === 'eager'
      ? new EagerEngine(definition, state)
      : await TracedEngine.create(definition, state, { intraOpThreads: 1 });
  const before = Float32Array.from(state.get(parameterKey('w1')).data as Float32Array);
  const poisoned = { ...batch(0), x: float32(new Float32Array(24).fill(NaN), [8, 3]) };
  await expect(engine.step(poisoned, 1, 0.1)).rejects.toThrow(NonFiniteLossError);
  expect(state.get(parameterKey('w1')).data).toEqual(before);
  await engine.dispose();
});

it('refuses checkpoints of another model, damaged ones and other files', async () => {
  const directory = path.join(folder, 'run');
  await train(directory);
  const file = path.join(directory, 'last.safetensors');
  const { state: other } = regression(5);
  await expect(loadTraining(file, other)).rejects.toThrow(/w1 is \[3,4\], the model has \[3,5\]/);
  await writeFile(file, (await readFile(file)).subarray(0, 100));
  await expect(loadTraining(file, regression().state)).rejects.toThrow(TrainingCheckpointError);
});

it('keeps the last checkpoints and the best one, also over an interruption', async () => {
  const directory = path.join(folder, 'kept');
  // Best at step 10; a run that forgot it would overwrite it at step 15.
  const validate = (step: number) => Math.abs(step - 10) + 1;
  await train(directory, { stopAt: 13, keepLast: 2, validate });
  expect((await keptCheckpoints(directory)).map(({ step }) => step)).toEqual([10, 13]);
  await train(directory, { resume: true, keepLast: 2, validate });
  expect((await keptCheckpoints(directory)).map(({ step }) => step)).toEqual([20, 30]);
  const best = await loadTraining(path.join(directory, 'best.safetensors'), regression().state);
  expect(best).toMatchObject({ step: 10, bestLoss: 1 });
  const last = await loadTraining(path.join(directory, 'last.safetensors'), regression().state);
  expect(last).toMatchObject({ step: 30, bestLoss: 1 });
});

it('stops at a loss that is no number, naming the batch and the last good checkpoint', async () => {
  const directory = path.join(folder, 'diverged');
  const poisoned = (step: number) =>
    step === 24 ? { ...batch(step), x: float32(new Float32Array(24).fill(NaN), [8, 3]) } : batch(step);
  const error = await train(directory, { batchOf: poisoned }).catch((reason: unknown) => reason);
  expect(error).toBeInstanceOf(TrainingDivergedError);
  expect((error as Error).message).toMatch(
    /^Training stopped at step 25: .*not finite.* The batch held example-24-a, example-24-b\. The last good checkpoint is .*last\.safetensors \(step 20\)/,
  );
  const { state } = regression();
  expect((await loadTraining(path.join(directory, 'last.safetensors'), state)).step).toBe(20);
  for (const { data } of state.tensors.values())
    expect((data as Float32Array).every((value) => Number.isFinite(value))).toBe(true);
});

it('stops at a loss that explodes', () => {
  const watch = new DivergenceWatch(50);
  for (let step = 0; step < 60; step++) watch.check({ loss: 1 + 0.1 * (step % 3) });
  expect(() => watch.check({ loss: 40 })).not.toThrow();
  expect(() => watch.check({ loss: 80 })).toThrow(/80\.00, over 50 times the median 1\.1/);
});

it('logs speed and what remains, and takes steps that will be repeated out of the log', async () => {
  const directory = path.join(folder, 'logged');
  const { logged } = await train(directory, { stopAt: 25 });
  expect(logged[9]).toMatchObject({ step: 10, totalSteps: 30, speed: { unit: 'examples' } });
  expect(logged[9].speed!.perSecond).toBeGreaterThan(0);
  expect(logged[9].remainingSeconds).toBeGreaterThan(0);
  // As a killed run leaves things: the checkpoint of step 20, a log that went on, and a line cut short.
  const checkpoint = path.join(directory, 'last.safetensors');
  const { state } = regression();
  await loadTraining(checkpoint, state);
  await saveTraining(checkpoint, state, { step: 20, seconds: 1 });
  await appendFile(path.join(directory, 'log.jsonl'), '{"step": 26, "kin');
  await train(directory, { resume: true });
  const steps = (await readLog(path.join(directory, 'log.jsonl'))).map(({ step }) => step);
  expect(steps).toEqual(Array.from({ length: 30 }, (_, index) => index + 1));
});
