// A training run in a folder: `last.safetensors` (the whole state), `checkpoints/step-N.safetensors` (the last few of them),
// `best.safetensors` (lowest validation loss) and `log.jsonl`. It stops at a number of steps or seconds, saves on the way and when it
// is told to stop, goes on from where it was, and refuses to go on where the loss is no number or explodes.
import { appendFile, mkdir, readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { writeAtomically } from '@gpt-talker/dataset';
import { loadTraining, saveTraining, type Position } from './checkpoint';
import { keepCheckpoint } from './checkpoint-folder';
import { DivergenceWatch, TrainingDivergedError } from './divergence';
import type { Ranks } from '../parallel/ranks';
import { NonFiniteLossError, type Batch, type Engine, type Metrics } from '../engine/engine';
import type { Schedule } from '../engine/schedules';
import type { TrainingState } from '../engine/state';

export interface RunOptions {
  readonly directory: string;
  readonly state: TrainingState;
  readonly engine: Engine;
  /** The batch (or, with accumulation, batches) of a step: a function of the step alone, so that a resumed run sees the same ones. */
  readonly batch: (step: number) => Promise<Batch | readonly Batch[]> | Batch | readonly Batch[];
  /** Names of what the batch of a step holds, for the message when training fails on it. */
  readonly describe?: (step: number) => readonly string[];
  readonly schedule: Schedule;
  readonly totalSteps: number;
  /** Stops (and saves) after this long, to be resumed later. */
  readonly maximumSeconds?: number;
  readonly saveEverySteps?: number;
  /** How many checkpoints are kept under `checkpoints/` besides the last and the best; default 0. */
  readonly keepLast?: number;
  readonly logEverySteps?: number;
  readonly validateEverySteps?: number;
  /** Metrics on held-out data; `loss` decides which checkpoint is the best. */
  readonly validate?: (step: number) => Promise<Metrics>;
  readonly resume?: boolean;
  /** Other processes that take the same steps; rank 0 alone writes, and compares checkpoints. */
  readonly ranks?: Ranks;
  readonly signal?: AbortSignal;
  /** A loss of more than this many times the median of the last fifty stops the run; default 50. */
  readonly explosionFactor?: number;
  /** What a step works through, to report how fast: tokens, seconds of audio. */
  readonly work?: { readonly unit: string; readonly of: (batches: readonly Batch[]) => number };
  readonly onLog?: (entry: LogEntry) => Promise<void> | void;
}

export interface LogEntry {
  step: number;
  totalSteps: number;
  /** Of training, over all sessions. */
  seconds: number;
  learningRate?: number;
  kind: 'train' | 'validation';
  metrics: Metrics;
  /** Units of work a second since the last entry. */
  speed?: { perSecond: number; unit: string };
  /** Until the last step, at the speed of this session. */
  remainingSeconds?: number;
}

export interface RunResult {
  position: Position;
  finished: boolean;
  validation?: Metrics;
}

export const LAST_FILE = 'last.safetensors';
export const BEST_FILE = 'best.safetensors';
export const LOG_FILE = 'log.jsonl';

const exists = async (file: string): Promise<boolean> =>
  stat(file).then(
    () => true,
    () => false,
  );

/**
 * Trains until `totalSteps`, `maximumSeconds` or the signal, whichever comes first.
 * @throws TrainingDivergedError with the names of the batch and the last good checkpoint
 */
export async function run(options: RunOptions): Promise<RunResult> {
  const { directory, state, engine, schedule, totalSteps, signal, ranks } = options;
  const isFirst = ranks?.isFirst ?? true;
  const { saveEverySteps = 200, logEverySteps = 20, validateEverySteps = 200, keepLast = 0 } = options;
  const last = path.join(directory, LAST_FILE);
  let position: Position = { step: 0, seconds: 0 };
  if (isFirst) {
    await mkdir(directory, { recursive: true });
    if (options.resume && (await exists(last))) position = await loadTraining(last, state);
  }
  if (ranks) position = await ranks.share(state, position);
  const log = isFirst ? await RunLog.open(directory, position.step, options.onLog) : undefined;
  const begun = performance.now();
  const before = position;
  const elapsed = () => before.seconds + (performance.now() - begun) / 1000;
  const divergence = new DivergenceWatch(options.explosionFactor);
  let saved = (await exists(last)) && position.step > 0 ? position.step : undefined;
  const save = async () => {
    if (!isFirst) return;
    await saveTraining(last, state, position);
    if (keepLast > 0) await keepCheckpoint(directory, last, position.step, keepLast);
    saved = position.step;
  };

  let validation: Metrics | undefined;
  const window = new LogWindow();
  const isTold = () =>
    signal?.aborted === true ||
    (options.maximumSeconds !== undefined && elapsed() - before.seconds >= options.maximumSeconds);
  // Where one stops, all do, after the same step.
  const stopping = async () => (ranks ? ranks.any(isTold()) : isTold());

  while (position.step < totalSteps && !(await stopping())) {
    const { step } = position;
    const learningRate = schedule(step);
    const batches = await options.batch(step);
    const list = Array.isArray(batches) ? (batches as readonly Batch[]) : [batches as Batch];
    let metrics: Metrics;
    try {
      metrics = await engine.step(list, step + 1, learningRate);
      divergence.check(metrics);
    } catch (error) {
      if (!(error instanceof NonFiniteLossError) && !(error instanceof RangeError)) throw error;
      throw new TrainingDivergedError({
        step: step + 1,
        reason: error.message,
        names: options.describe?.(step) ?? [],
        checkpoint: saved === undefined ? undefined : { file: last, step: saved },
      });
    }
    position = { ...position, step: step + 1, seconds: elapsed() };
    window.add(metrics, (options.work?.of(list) ?? 0) * (ranks?.ranks ?? 1));
    if (position.step % logEverySteps === 0) {
      const speed = options.work && { perSecond: window.perSecond(), unit: options.work.unit };
      const secondsPerStep = (elapsed() - before.seconds) / (position.step - before.step);
      const remainingSeconds = secondsPerStep * (totalSteps - position.step);
      const { seconds } = position;
      const entry = { step: position.step, totalSteps, seconds, learningRate, kind: 'train' as const };
      await log?.add({ ...entry, metrics: window.means(), ...(speed && { speed }), remainingSeconds });
      window.clear();
    }
    if (isFirst && options.validate && (position.step % validateEverySteps === 0 || position.step === totalSteps)) {
      validation = await options.validate(position.step);
      const { seconds } = position;
      await log?.add({ step: position.step, totalSteps, seconds, kind: 'validation', metrics: validation });
      if (validation.loss < (position.bestLoss ?? Infinity)) {
        position = { ...position, bestLoss: validation.loss };
        await saveTraining(path.join(directory, BEST_FILE), state, position);
      }
    }
    if (position.step % saveEverySteps === 0) await save();
    // Signals and timers get their turn: a step itself blocks the event loop.
    await new Promise((resolve) => setImmediate(resolve));
  }
  if (saved !== position.step) await save();
  return { position, finished: position.step >= totalSteps, validation };
}

/** `log.jsonl`. What a killed run logged after its last checkpoint is taken out again when it resumes: those steps are repeated. */
class RunLog {
  private constructor(
    private readonly file: string,
    private readonly onLog: RunOptions['onLog'],
  ) {}

  static async open(directory: string, step: number, onLog: RunOptions['onLog']): Promise<RunLog> {
    const file = path.join(directory, LOG_FILE);
    const entries = step === 0 ? [] : await readLog(file);
    const kept = entries.filter((entry) => entry.step <= step);
    await writeAtomically(file, kept.map((entry) => JSON.stringify(entry) + '\n').join(''));
    return new RunLog(file, onLog);
  }

  async add(entry: LogEntry): Promise<void> {
    await appendFile(this.file, JSON.stringify(entry) + '\n');
    await this.onLog?.(entry);
  }
}

/** What a run has logged; nothing where there is no such file. A line that was cut short by a crash is left out. */
export async function readLog(file: string): Promise<LogEntry[]> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  return text.split('\n').flatMap((line) => {
    try {
      return line === '' ? [] : [JSON.parse(line) as LogEntry];
    } catch {
      return [];
    }
  });
}

/** Means and speed since the last log entry. */
class LogWindow {
  private sums: Metrics = {};
  private steps = 0;
  private work = 0;
  private begun = performance.now();

  add(metrics: Metrics, work: number): void {
    for (const [name, value] of Object.entries(metrics)) this.sums[name] = (this.sums[name] ?? 0) + value;
    this.steps++;
    this.work += work;
  }

  means(): Metrics {
    return Object.fromEntries(Object.entries(this.sums).map(([name, sum]) => [name, sum / this.steps]));
  }

  perSecond(): number {
    return this.work / Math.max(1e-9, (performance.now() - this.begun) / 1000);
  }

  clear(): void {
    this.sums = {};
    this.steps = this.work = 0;
    this.begun = performance.now();
  }
}
