// Opens a checkpoint of any format, told by its content and not by its name.
import { open } from 'node:fs/promises';
import { CheckpointError } from './errors';
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

/** Not `readFile`, which refuses files of 2 GiB and more. */
async function readWhole(path: string): Promise<Uint8Array> {
  try {
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const bytes = new Uint8Array(size);
      let position = 0;
      while (position < size) {
        const { bytesRead } = await file.read(bytes, position, Math.min(size - position, 1 << 30), position);
        if (bytesRead === 0) return bytes.subarray(0, position);
        position += bytesRead;
      }
      return bytes;
    } finally {
      await file.close();
    }
  } catch (cause) {
    const reason = (cause as NodeJS.ErrnoException).code ?? String(cause);
    throw new CheckpointError('unreadable', path, `the file cannot be read (${reason}); check the path.`, { cause });
  }
}
