// Checkpoints of a run: one safetensors file with the whole state, replaced atomically, so that a run killed at any moment
// resumes from the last complete one. Batches and noise are functions of seed and step, so the step is all the position there is.
import { writeStreamAtomically } from '@gpt-talker/dataset';
import { safetensorsPieces, SafetensorsReader, type ArrayTensor } from '@gpt-talker/checkpoint';
import type { HostTensor } from '@gpt-talker/runtime';
import type { TrainingState } from '../engine/state';

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

const FORMAT = 'gpt-talker-training';

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
  const pieces = safetensorsPieces(tensors, { format: FORMAT, position: JSON.stringify(position) });
  await writeStreamAtomically(file, async (write) => {
    for (const piece of pieces) await write(piece);
  });
}

/**
 * Reads a checkpoint into a state that has the same tensors.
 * @throws TrainingCheckpointError where the file is not a training checkpoint or belongs to another model
 */
export async function loadTraining(file: string, state: TrainingState): Promise<Position> {
  const reader = await SafetensorsReader.open(file).catch((error: Error) => {
    throw new TrainingCheckpointError('unreadable', error.message, { cause: error });
  });
  try {
    const { format, position } = reader.metadata;
    if (format !== FORMAT) {
      throw new TrainingCheckpointError(
        'unreadable',
        `${file}: not a training checkpoint; give one that gpt-talker-train wrote`,
      );
    }
    for (const [name, { dims }] of state.tensors) {
      const shape = reader.has(name) ? reader.describe(name).shape : undefined;
      if (shape?.join() !== dims.join()) {
        throw new TrainingCheckpointError(
          'mismatch',
          `${file}: ${name} is ${shape === undefined ? 'missing' : `[${shape}]`}, the model has [${dims}]; use the configuration that the run began with`,
        );
      }
    }
    for (const [name, tensor] of state.tensors) {
      const { data } = await reader.read(name);
      // Whatever type the file stores: the state is made of float32.
      const replaced: HostTensor = { ...tensor, data: new Float32Array(data as Float32Array) };
      state.tensors.set(name, replaced);
    }
    return JSON.parse(position) as Position;
  } finally {
    await reader.close();
  }
}
