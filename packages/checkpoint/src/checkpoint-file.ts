// Opens a checkpoint of any format, told by its content and not by its name.
import { CheckpointError } from './errors';
import { readWhole } from './read-whole';
import { looksLikeSafetensors, readSafetensors } from './safetensors';
import { looksLikeTorch, readTorch } from './torch-reader';
import { newDict, type CheckpointValue } from './values';

/** A checkpoint's content. Tensors may be views of the file's bytes: copy before changing them. */
export interface Checkpoint {
  format: 'safetensors' | 'torch-zip' | 'torch-legacy';
  /** The path, as given. */
  source: string;
  /** Nested plain data with tensors as leaves; for safetensors a dict of tensors. */
  value: CheckpointValue;
  /** A safetensors file's own notes; empty for the others. */
  metadata: Record<string, string>;
}

/** Reads a `.safetensors`, `.pth`, `.ckpt`, `.pt` or `.bin` file. Nothing in it is executed. @throws CheckpointError */
export async function readCheckpointFile(path: string): Promise<Checkpoint> {
  return readCheckpoint(await readWhole(path), path);
}

/** The same for bytes in memory. @throws CheckpointError */
export function readCheckpoint(bytes: Uint8Array, source = 'checkpoint'): Checkpoint {
  if (looksLikeSafetensors(bytes)) {
    const { tensors, metadata } = readSafetensors(bytes, source);
    const value = Object.assign(newDict(), Object.fromEntries(tensors));
    return { format: 'safetensors', source, value, metadata };
  }
  if (looksLikeTorch(bytes)) return { ...readTorch(bytes, source), metadata: {} };
  throw new CheckpointError('not-a-checkpoint', source, 'this is neither safetensors nor a file of torch.save.');
}
