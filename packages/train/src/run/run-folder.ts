// The folder of a run: one process at a time writes to it, a run that is there is not replaced unasked, and one that goes on is told what
// has changed since it began.
import { GptTalkerError } from '@gpt-talker/errors';
import { mkdir, open, readFile, rm, stat } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { outputError, withPrepared, type PreparedCorpus } from '@gpt-talker/dataset';
import { TrainingCheckpointError } from './checkpoint';
import { LAST_FILE, LOG_FILE, BEST_FILE, type RunResult } from './run';
import {
  checkSameTokens,
  checkSymbols,
  checkTokens,
  readRunFile,
  RUN_FILE,
  tokenOriginOf,
  writeRunFile,
  type AnyRecipe,
  type RunFile,
} from './run-file';
import { checkSameRun } from '../parallel/same-run';
import type { TrainingOptions } from './training-options';
import { EVENTS_FOLDER, REPORT_FILE, SAMPLES_FOLDER } from './watch/run-watch';

/** What is wrong with the folder that a run is to be written to. */
export class RunFolderError extends GptTalkerError<'exists' | 'locked' | 'not-a-folder'> {
  override readonly name = 'RunFolderError';
}

const LOCK_FILE = 'run.lock';
const PARTS = [
  ...[LAST_FILE, BEST_FILE, LOG_FILE, RUN_FILE, REPORT_FILE, 'alignment.json'],
  ...['checkpoints', EVENTS_FOLDER, SAMPLES_FOLDER],
];

/**
 * Opens corpus and folder for a run of a recipe, and closes both when it is done.
 * @throws RunFolderError, TrainingDataError, TrainingCheckpointError: what does not go together, before anything is computed
 */
export function withRun(
  recipe: AnyRecipe,
  options: TrainingOptions,
  train: (corpus: PreparedCorpus) => Promise<RunResult>,
): Promise<RunResult> {
  return withPrepared(options.prepared, async (corpus) => {
    const run: RunFile = { recipe, tokens: tokenOriginOf(corpus), symbols: corpus.symbols };
    checkTokens(corpus, recipe);
    checkSymbols(corpus, recipe);
    if (options.ranks) {
      await checkSameRun(options.ranks, corpus, recipe);
      if (!options.ranks.isFirst) return train(corpus);
    }
    if (options.init !== undefined && !options.resume) await checkInit(options.init, run, options.prepared);
    const directory = path.resolve(options.directory);
    const unlock = await lock(directory);
    try {
      await claim(directory, run, options);
      return await train(corpus);
    } finally {
      await unlock();
    }
  });
}

/** Weights of our own know which codes they speak of. */
async function checkInit(init: string, { tokens }: RunFile, prepared: string): Promise<void> {
  const folder = path.dirname(init);
  const begun = (await readRunFile(folder)) ?? (await readRunFile(path.dirname(folder)));
  checkSameTokens([init, begun?.tokens], [prepared, tokens]);
}

/** Makes the folder, and lets no other process train in it. A lock whose process is gone is taken over. */
async function lock(directory: string): Promise<() => Promise<void>> {
  const found = await stat(directory).catch(() => undefined);
  if (found && !found.isDirectory())
    throw new RunFolderError('not-a-folder', `${directory}: is a file; name a folder for the run (--out)`);
  const file = path.join(directory, LOCK_FILE);
  try {
    await mkdir(directory, { recursive: true });
    for (;;) {
      const handle = await open(file, 'wx').catch((error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
        return undefined;
      });
      if (handle) {
        await handle.writeFile(`${process.pid} ${os.hostname()}`);
        await handle.close();
        lockedHere.add(directory);
        return async () => {
          lockedHere.delete(directory);
          await rm(file, { force: true });
        };
      }
      const [pid, host] = (await readFile(file, 'utf8').catch(() => '')).split(' ');
      if (host !== undefined && (host !== os.hostname() || isRunning(Number(pid), directory)))
        throw new RunFolderError(
          'locked',
          `${directory}: process ${pid} on ${host} is training in it; wait for its end, or name another folder (if that process is no training, remove ${LOCK_FILE})`,
        );
      await rm(file, { force: true });
    }
  } catch (error) {
    throw outputError(error, directory);
  }
}

/** Folders that this process trains in. */
const lockedHere = new Set<string>();

function isRunning(pid: number, directory: string): boolean {
  // A process number is used again: what this process has not locked itself, one before it has.
  if (pid === process.pid) return lockedHere.has(directory);
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

/** Checks what is in the folder, and writes down what is trained in it from now on. */
async function claim(directory: string, run: RunFile, options: TrainingOptions): Promise<void> {
  const exists = await stat(path.join(directory, LAST_FILE)).then(
    () => true,
    () => false,
  );
  const begun = exists ? await readRunFile(directory) : undefined;
  if (exists && !options.resume) {
    if (!options.overwrite)
      throw new RunFolderError(
        'exists',
        `${directory}: a run is in it; go on with it (--resume), replace it (--overwrite), or name another folder`,
      );
    for (const part of PARTS) await rm(path.join(directory, part), { recursive: true, force: true });
  } else if (begun) {
    if (begun.recipe.stage !== run.recipe.stage)
      throw new TrainingCheckpointError(
        'mismatch',
        `${directory}: is a run of ${begun.recipe.stage === 'gpt' ? 'ConGPT' : 'ConVITS'}; name another folder`,
      );
    checkSameTokens([directory, begun.tokens], [options.prepared, run.tokens]);
    const changes = changedSettings(begun.recipe, run.recipe);
    if (changes.length > 0) options.onMessage?.(`${directory}: changed since the run began: ${changes.join(', ')}`);
  }
  await writeRunFile(directory, run);
}

/** Each setting that differs, as `examples.rows 2 → 4`. */
export function changedSettings(before: unknown, now: unknown, place = ''): string[] {
  if (JSON.stringify(before) === JSON.stringify(now)) return [];
  const isSection = (value: unknown): value is Record<string, unknown> =>
    typeof value === 'object' && value !== null && !Array.isArray(value);
  if (!isSection(before) || !isSection(now))
    return [`${place} ${JSON.stringify(before) ?? 'none'} → ${JSON.stringify(now) ?? 'none'}`];
  return [...new Set([...Object.keys(before), ...Object.keys(now)])].flatMap((key) =>
    changedSettings(before[key], now[key], place === '' ? key : `${place}.${key}`),
  );
}
