// A file's bytes.
import { open } from 'node:fs/promises';
import { CheckpointError } from './errors';

/** Not `readFile`, which refuses files of 2 GiB and more. */
export async function readWhole(path: string): Promise<Uint8Array> {
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
