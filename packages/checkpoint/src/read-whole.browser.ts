// A page has no files: what it fetches are bytes, for `readCheckpoint`.
import { CheckpointError } from './errors';

export async function readWhole(path: string): Promise<Uint8Array> {
  throw new CheckpointError('unreadable', path, 'a page cannot open files; give the bytes to readCheckpoint.');
}
