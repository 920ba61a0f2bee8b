// Checkpoints of a run: one safetensors file with the whole state, replaced atomically, so that a run killed at any moment
// resumes from the last complete one. Batches and noise are functions of seed and step, so the step is all the position there is.
import { readFile } from 'node:fs/promises';
import { writeAtomically } from '@gpt-talker/dataset';
import { readSafetensors, writeSafetensors, type ArrayTensor } from '@gpt-talker/nn/checkpoint';
import type { HostTensor } from '@gpt-talker/runtime';
import type { TrainingState } from './state';

export class TrainingCheckpointError extends Error {
  constructor(
    readonly code: 'unreadable' | 'mismatch',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
    this.name = 'TrainingCheckpointError';
  }
}

export interface Position {
  /** Steps done. */
  step: number;
  /** Seconds of training behind it, over all sessions. */
  seconds: number;
  /** The lowest validation loss so far; absent before the first validation. */
  bestLoss?: number;
}

/** @throws DatasetError `output` that says what to do, such as free some space */
export async function saveTraining(file: string, state: TrainingState, position: Position): Promise<void> {
  const tensors = new Map<string, ArrayTensor>();
  for (const [name, { data, dims }] of state.tensors)
    tensors.set(name, { dtype: 'float32', shape: [...dims], data: data as Float32Array });
  await writeAtomically(
    file,
    writeSafetensors(tensors, { format: 'gpt-talker-training', position: JSON.stringify(position) }),
  );
}

/**
 * Reads a checkpoint into a state that has the same tensors.
 * @throws TrainingCheckpointError where the file is not a training checkpoint or belongs to another model
 */
export async function loadTraining(file: string, state: TrainingState): Promise<Position> {
  let read;
  try {
    read = readSafetensors(await readFile(file));
  } catch (error) {
    throw new TrainingCheckpointError('unreadable', `${file}: ${(error as Error).message}`, { cause: error });
  }
  const { tensors, metadata } = read;
  if (metadata?.format !== 'gpt-talker-training') {
    throw new TrainingCheckpointError(
      'unreadable',
      `${file}: not a training checkpoint; give one that gpt-talker-train wrote`,
    );
  }
  for (const [name, tensor] of state.tensors) {
    const found = tensors.get(name);
    if (found === undefined || found.shape.join() !== tensor.dims.join()) {
      throw new TrainingCheckpointError(
        'mismatch',
        `${file}: ${name} is ${found === undefined ? 'missing' : `[${found.shape}]`}, the model has [${tensor.dims}]; use the configuration that the run began with`,
      );
    }
  }
  for (const [name, tensor] of state.tensors) {
    const replaced: HostTensor = { ...tensor, data: Float32Array.from(tensors.get(name)!.data as Float32Array) };
    state.tensors.set(name, replaced);
  }
  return JSON.parse(metadata.position) as Position;
}
