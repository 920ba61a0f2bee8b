// What the training thread and the thread that makes its batches say to each other. Plain data alone crosses: of an error its name, code,
// message and whose fault it is, from which it is made again on the other side.
import { DatasetError, type DatasetErrorCode } from '@gpt-talker/dataset';
import { GptTalkerError, isGptTalkerError } from '@gpt-talker/errors';
import type { SequenceLayout } from '@gpt-talker/context';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { Batch } from '../engine/engine';
import { TrainingDataError } from '../run/data-error';
import type { AnyRecipe } from '../run/run-file';

/** All that decides the batches of a run, as plain data. */
export interface BatchPlan {
  /** Prepared corpus: a folder, or a file of JSON Lines. */
  readonly prepared: string;
  readonly recipe: AnyRecipe;
  /** Of ConGPT: how segments are laid out, with the alignment prior of the corpus. */
  readonly layout?: SequenceLayout;
}

/** What the training thread asks for; each is answered in its turn. */
export type Request = { readonly id: number } & (
  | { readonly want: 'open'; readonly plan: BatchPlan }
  | { readonly want: 'step'; readonly step: number }
  | { readonly want: 'validation' }
);

/** What the other thread asks in between: how many random numbers the dropout of a batch takes, which the model knows. */
export interface NoiseQuestion {
  readonly question: number;
  readonly inputs: readonly InputSpec[];
}

export interface NoiseAnswer {
  readonly question: number;
  readonly count?: number;
  readonly failure?: Failure;
}

export type Reply = { readonly id: number } & ({ readonly result: unknown } | { readonly failure: Failure });

/** What is known of batches when their corpus was opened. */
export interface Opened {
  readonly stepsPerEpoch: number;
  /** Until the recipe's end. */
  readonly totalSteps: number;
}

export interface Failure {
  readonly name: string;
  readonly message: string;
  readonly code?: string;
  readonly stack?: string;
  /** Of our own errors. */
  readonly isUserError?: boolean;
}

export function failureOf(error: unknown): Failure {
  if (!(error instanceof Error)) return { name: 'Error', message: String(error) };
  const { name, message, stack } = error;
  const { code } = error as NodeJS.ErrnoException;
  return {
    ...{ name, message, stack },
    ...(typeof code === 'string' && { code }),
    ...(isGptTalkerError(error) && { isUserError: error.isUserError }),
  };
}

/** The error again, of its own class where callers recognise it by that; else with its name and code, and ours as ours. */
export function errorOf({ name, message, code, stack, isUserError }: Failure): Error {
  if (name === 'TrainingDataError') return new TrainingDataError(message);
  if (name === 'DatasetError') return new DatasetError(code as DatasetErrorCode, message);
  if (isUserError !== undefined)
    return Object.assign(new GptTalkerError(code ?? '', message, { isUserError }), { name, stack });
  return Object.assign(new Error(message), { name, stack, ...(code !== undefined && { code }) });
}

/** The memory of batches: handed over to the other thread, not copied. */
export function buffersOf(batches: readonly Batch[]): ArrayBuffer[] {
  const buffers = batches.flatMap((batch) => Object.values(batch).map(({ data }) => (data as Float32Array).buffer));
  return [...new Set(buffers)] as ArrayBuffer[];
}
