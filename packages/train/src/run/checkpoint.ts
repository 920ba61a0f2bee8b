// Checkpoints of a run: one safetensors file with the whole state, replaced atomically, so that a run killed at any moment
// resumes from the last complete one. Batches and noise are functions of seed and step, so the step is all the position there is.
import { GptTalkerError } from '@gpt-talker/errors';
import { createHash } from 'node:crypto';
import { writeStreamAtomically } from '@gpt-talker/dataset';
import { safetensorsPieces, SafetensorsReader, type ArrayTensor } from '@gpt-talker/checkpoint';
import type { HostTensor } from '@gpt-talker/runtime';
import type { TrainingState } from '../engine/state';
import { isParameterKey } from '../engine/step';
import { layersBeyond } from './weight-names';

export class TrainingCheckpointError extends GptTalkerError<'unreadable' | 'mismatch' | 'damaged'> {
  override readonly name = 'TrainingCheckpointError';
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
  const sums = Object.fromEntries([...tensors].map(([name, { data }]) => [name, checksum(data as Float32Array)]));
  const pieces = safetensorsPieces(tensors, {
    format: FORMAT,
    position: JSON.stringify(position),
    checksums: JSON.stringify(sums),
  });
  await writeStreamAtomically(file, async (write) => {
    for (const piece of pieces) await write(piece);
  });
}

/** Enough of SHA-256 to detect a bit that has changed. */
const checksum = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex')
    .slice(0, 16);

/**
 * Reads a checkpoint into a state that has the same tensors.
 * @throws TrainingCheckpointError where the file is not a training checkpoint or belongs to another model
 */
export async function loadTraining(file: string, state: TrainingState): Promise<Position> {
  const reader = await SafetensorsReader.open(file).catch((error: Error) => {
    throw new TrainingCheckpointError('unreadable', error.message, { cause: error });
  });
  try {
    const { format, position, checksums } = reader.metadata;
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
    const beyond = layersBeyond(reader.names(), [...state.tensors.keys()]).filter(isParameterKey);
    if (beyond.length > 0)
      throw new TrainingCheckpointError(
        'mismatch',
        `${file} has more layers than the model: ${beyond.length} of its parameters, ${beyond[0]} first, have no place; use the configuration that the run began with`,
      );
    // Checkpoints of earlier versions have none.
    const sums = checksums === undefined ? undefined : (JSON.parse(checksums) as Record<string, string>);
    for (const [name, tensor] of state.tensors) {
      const { data } = await reader.read(name);
      // Whatever type the file stores: the state is made of float32.
      const replaced: HostTensor = { ...tensor, data: new Float32Array(data as Float32Array) };
      if (sums && sums[name] !== checksum(replaced.data as Float32Array))
        throw new TrainingCheckpointError(
          'damaged',
          `${file}: ${name} is not what was saved: the file is damaged; go on from a copy of one under checkpoints/, or begin again (--overwrite)`,
        );
      state.tensors.set(name, replaced);
    }
    return JSON.parse(position) as Position;
  } finally {
    await reader.close();
  }
}
