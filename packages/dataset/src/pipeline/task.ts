// What a worker is asked to do, and how it answers. Only plain data, since it crosses a thread's border.
import path from 'node:path';
import { DatasetError, type DatasetErrorCode } from '../errors';
import { isFinished } from '../files/shard';
import { audioItemSchema, textItemSchema, tokensItemSchema } from '../store/items';
import { stepFile } from '../store/layout';
import { audioKey, audioStep, type StoredAudio } from './audio-step';
import { readChunk, type PlannedTurn, type StepResult } from './chunk';
import { manifestStep } from './manifest-step';
import { createSpeechTools, type SpeechSpec } from './speech-tools';
import { textKey, textStep } from './text-step';
import { createTextFeatures, type TextFeatureSpec } from './text-tools';
import { tokensKey, tokensStep } from './tokens-step';
import { type SpeechTools, type TextFeatureExtractor } from './tools';

/** What all tasks of a run share. */
export interface RunSettings {
  output: string;
  /** Absent: recordings stay where they are. */
  stored?: StoredAudio;
  speech: SpeechSpec | SpeechTools;
  textFeatures?: TextFeatureSpec | TextFeatureExtractor;
  /** Fingerprints that the tools must have: on another machine, other files may lie at the same place. */
  expected?: { speech: string; textFeatures?: string };
}

export type Task =
  | { step: 'manifest'; settings: RunSettings; turns: PlannedTurn[] }
  /** `chunk` is the key of the chunk's manifest. */
  | { step: 'text' | 'audio' | 'tokens'; settings: RunSettings; chunk: string };

export type TaskAnswer = { result: StepResult } | { failure: { code: DatasetErrorCode; message: string } };

/** Does a task. Errors that users can fix are part of the answer: thrown ones lose their class between threads. */
export async function performTask(task: Task): Promise<TaskAnswer> {
  try {
    return { result: await perform(task) };
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    return { failure: { code: error.code, message: error.message } };
  }
}

async function perform(task: Task): Promise<StepResult> {
  const { settings } = task;
  if (task.step === 'manifest') return manifestStep(settings.output, task.turns);
  const turns = await readChunk(stepFile(settings.output, 'manifest', task.chunk));
  const answer = (key: string, recognised: boolean): StepResult => ({
    key,
    turns: turns.length,
    seconds: turns.reduce((sum, turn) => sum + turn.aboutSeconds, 0),
    recognised,
  });
  const { stored } = settings;
  if (task.step === 'text') {
    const features = await textFeatures(settings.textFeatures, settings.expected?.textFeatures);
    const key = textKey(turns, features);
    const file = stepFile(settings.output, 'text', key);
    const done = await isFinished(file, 'text', textItemSchema);
    if (!done) await textStep(file, turns, features);
    return answer(key, done);
  }
  const tools = await speechTools(settings.speech, settings.expected?.speech);
  const audio = audioKey(turns, stored, tools);
  if (task.step === 'audio') {
    const file = stepFile(settings.output, 'audio', audio);
    const done = await isFinished(file, 'audio', audioItemSchema);
    if (!done) await audioStep(file, turns, stored, tools);
    return answer(audio, done);
  }
  const key = tokensKey(turns, tools);
  const file = stepFile(settings.output, 'tokens', key);
  const done = await isFinished(file, 'tokens', tokensItemSchema);
  if (!done) await tokensStep(file, turns, stepFile(settings.output, 'audio', audio), tools);
  return answer(key, done);
}

/** Tools are made once in each thread. */
const made = new Map<string, Promise<unknown>>();

function madeOnce<T>(spec: object, make: () => Promise<T>): Promise<T> {
  const name = JSON.stringify(spec);
  let tools = made.get(name);
  if (tools === undefined) {
    tools = make();
    made.set(name, tools);
  }
  return tools as Promise<T>;
}

/** @param expected the fingerprint that they must have. @throws DatasetError `option`, or `queue` where a fingerprint is expected */
export async function speechTools(spec: SpeechSpec | SpeechTools, expected?: string): Promise<SpeechTools> {
  return 'kind' in spec ? madeAs(expected, spec, () => createSpeechTools(spec)) : spec;
}

/** Likewise. */
export async function textFeatures(
  spec: TextFeatureSpec | TextFeatureExtractor | undefined,
  expected?: string,
): Promise<TextFeatureExtractor | undefined> {
  return spec && 'kind' in spec ? madeAs(expected, spec, () => createTextFeatures(spec)) : spec;
}

async function madeAs<T extends { readonly fingerprint: string }>(
  expected: string | undefined,
  spec: object,
  make: () => Promise<T>,
): Promise<T> {
  if (expected === undefined) return madeOnce(spec, make);
  const tools = await madeOnce({ ...spec, expected }, make).catch((cause: Error) => {
    throw new DatasetError('queue', `${cause.message}; this machine has to see the same files as the others`, {
      cause,
    });
  });
  if (tools.fingerprint === expected) return tools;
  const files = Object.values(spec).filter((value) => typeof value === 'string' && path.isAbsolute(value));
  throw new DatasetError('queue', `${files.join(', ')}: not the same here as where the corpus is prepared; copy them`);
}

/** Frees what this thread made for descriptions; tools that were handed in belong to the caller. */
export async function disposeTools(): Promise<void> {
  const all = await Promise.allSettled(made.values());
  made.clear();
  for (const tools of all) {
    if (tools.status === 'fulfilled') await (tools.value as { dispose?(): Promise<void> }).dispose?.();
  }
}
