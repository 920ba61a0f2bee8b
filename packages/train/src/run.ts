// A training run in a folder: `last.safetensors` (the whole state), `best.safetensors` (lowest validation loss) and `log.jsonl`.
// It stops at a number of steps or seconds, saves on the way and when it is told to stop, and goes on from where it was.
import { appendFile, mkdir, stat } from 'node:fs/promises';
import path from 'node:path';
import type { HostTensor } from '@gpt-talker/runtime';
import { loadTraining, saveTraining, type Position } from './checkpoint';
import type { Engine, Metrics } from './engine';
import type { Schedule } from './schedules';
import type { TrainingState } from './state';

export interface RunOptions {
  readonly directory: string;
  readonly state: TrainingState;
  readonly engine: Engine;
  /** The batch of a step: a function of the step alone, so that a resumed run sees the same ones. */
  readonly batch: (step: number) => Promise<Record<string, HostTensor>> | Record<string, HostTensor>;
  readonly schedule: Schedule;
  readonly totalSteps: number;
  /** Stops (and saves) after this long, to be resumed later. */
  readonly maximumSeconds?: number;
  readonly saveEverySteps?: number;
  readonly logEverySteps?: number;
  readonly validateEverySteps?: number;
  /** Metrics on held-out data; `loss` decides which checkpoint is the best. */
  readonly validate?: () => Promise<Metrics>;
  readonly resume?: boolean;
  readonly signal?: AbortSignal;
  readonly onLog?: (entry: LogEntry) => void;
}

export interface LogEntry {
  step: number;
  seconds: number;
  learningRate?: number;
  kind: 'train' | 'validation';
  metrics: Metrics;
}

export interface RunResult {
  position: Position;
  finished: boolean;
  validation?: Metrics;
}

const exists = async (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/** Trains until `totalSteps`, `maximumSeconds` or the signal, whichever comes first. */
export async function run(options: RunOptions): Promise<RunResult> {
  const {
    directory,
    state,
    engine,
    schedule,
    totalSteps,
    saveEverySteps = 200,
    logEverySteps = 20,
    validateEverySteps = 200,
  } = options;
  await mkdir(directory, { recursive: true });
  const last = path.join(directory, 'last.safetensors');
  const best = path.join(directory, 'best.safetensors');
  let position: Position = { step: 0, seconds: 0 };
  if (options.resume && (await exists(last))) position = await loadTraining(last, state);
  const begun = performance.now();
  const before = position.seconds;
  const elapsed = () => before + (performance.now() - begun) / 1000;
  const log = async (entry: LogEntry) => {
    await appendFile(path.join(directory, 'log.jsonl'), JSON.stringify(entry) + '\n');
    options.onLog?.(entry);
  };

  let bestLoss = Infinity;
  let validation: Metrics | undefined;
  let sums: Metrics = {};
  let summed = 0;
  const stopping = () =>
    options.signal?.aborted === true ||
    (options.maximumSeconds !== undefined && elapsed() - before >= options.maximumSeconds);

  while (position.step < totalSteps && !stopping()) {
    const learningRate = schedule(position.step);
    const metrics = await engine.step(await options.batch(position.step), position.step + 1, learningRate);
    position = { step: position.step + 1, seconds: elapsed() };
    for (const [name, value] of Object.entries(metrics)) sums[name] = (sums[name] ?? 0) + value;
    summed++;
    if (position.step % logEverySteps === 0) {
      const means = Object.fromEntries(Object.entries(sums).map(([name, sum]) => [name, sum / summed]));
      await log({ ...position, learningRate, kind: 'train', metrics: means });
      sums = {};
      summed = 0;
    }
    if (options.validate && (position.step % validateEverySteps === 0 || position.step === totalSteps)) {
      validation = await options.validate();
      await log({ ...position, kind: 'validation', metrics: validation });
      if (validation.loss < bestLoss) {
        bestLoss = validation.loss;
        await saveTraining(best, state, position);
      }
    }
    if (position.step % saveEverySteps === 0) await saveTraining(last, state, position);
    // Signals and timers get their turn: a step itself blocks the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  await saveTraining(last, state, position);
  return { position, finished: position.step >= totalSteps, validation };
}
