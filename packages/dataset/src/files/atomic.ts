// Files that are there whole or not at all: written beside their place, flushed to the disk, then moved there. Whatever kills
// the process leaves the old file or the new one, and at most a `.partial` file that the next run removes.
import { randomBytes } from 'node:crypto';
import { mkdir, open, readdir, rename, rm, stat, type FileHandle } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../errors';

const PARTIAL = '.partial';
/** Processes of several machines, which may have the same number, write into one folder. */
const PROCESS = `${process.pid}-${randomBytes(4).toString('hex')}`;
let written = 0;

export interface AtomicOptions {
  /**
   * Wait until the content is on the disk before it gets its name (default), so that even a power failure leaves no file with
   * holes. Waiting costs some milliseconds: not for thousands of small files that can be made again.
   */
  flush?: boolean;
}

/** Writes `content` to `file`, in a folder that is made if need be. @throws DatasetError `output` that says what to do */
export async function writeAtomically(
  file: string,
  content: Uint8Array | string,
  options?: AtomicOptions,
): Promise<void> {
  await writeStreamAtomically(file, (write) => write(content), options);
}

/** The same for content that is made piece by piece. */
export async function writeStreamAtomically(
  file: string,
  produce: (write: (piece: Uint8Array | string) => Promise<void>) => Promise<void>,
  { flush = true }: AtomicOptions = {},
): Promise<void> {
  const partial = `${file}.${PROCESS}-${written++}${PARTIAL}`;
  try {
    const handle = await openNew(partial);
    try {
      await produce(async (piece) => {
        await handle.appendFile(piece);
      });
      if (flush) await handle.sync();
    } finally {
      await handle.close();
    }
    await rename(partial, file);
  } catch (error) {
    await rm(partial, { force: true }).catch(() => undefined);
    throw outputError(error, file);
  }
}

async function openNew(file: string): Promise<FileHandle> {
  return open(file, 'w').catch(async (error: NodeJS.ErrnoException) => {
    if (error.code !== 'ENOENT') throw error;
    await mkdir(path.dirname(file), { recursive: true });
    return open(file, 'w');
  });
}

/** Makes a folder and those above it. @throws DatasetError `output` */
export async function makeFolder(folder: string): Promise<void> {
  try {
    await mkdir(folder, { recursive: true });
  } catch (error) {
    throw outputError(error, folder);
  }
}

/**
 * Removes what an interrupted run left half written.
 * @param olderThanSeconds where other machines may be writing there now: only what nobody has written to for so long
 */
export async function removePartial(folder: string, olderThanSeconds = 0): Promise<void> {
  const before = Date.now() - 1000 * olderThanSeconds;
  const old = new Set<string>();
  for (const name of (await readdir(folder)).filter((file) => file.endsWith(PARTIAL))) {
    const written = await stat(path.join(folder, name)).catch(() => undefined);
    if (written && written.mtimeMs <= before) old.add(name);
  }
  await removeUnless(folder, (name) => !old.has(name));
}

/** Removes the files of a folder that `keep` does not want. */
export async function removeUnless(folder: string, keep: (name: string) => boolean): Promise<void> {
  const entries = await readdir(folder, { withFileTypes: true });
  for (const entry of entries) {
    if (entry.isFile() && !keep(entry.name)) await rm(path.join(folder, entry.name), { force: true });
  }
}

const REMEDIES: Readonly<Record<string, string>> = {
  ENOSPC: 'the disk is full; free some space and run it again, finished work is kept',
  EDQUOT: 'the disk quota is used up; free some space and run it again, finished work is kept',
  EACCES: 'there is no permission to write it; choose another output or change its permissions',
  EPERM: 'there is no permission to write it; choose another output or change its permissions',
  EROFS: 'the file system is read-only; choose another output',
  ENOENT: 'its folder is not there and cannot be made; choose another output',
  ENOTDIR: 'a file stands where a folder is needed; choose another output',
  EEXIST: 'a file stands where a folder is needed; choose another output',
  EISDIR: 'a folder stands where a file is needed; choose another output',
  EMFILE: 'too many files are open; raise `ulimit -n` or use fewer workers',
};

/** What went wrong with an output file, in words for someone who can fix it; errors of our own pass unchanged. */
export function outputError(error: unknown, file: string): unknown {
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (error instanceof DatasetError || code === undefined || syscall === undefined) return error;
  return new DatasetError('output', `${file}: ${REMEDIES[code] ?? `it cannot be written (${code})`}`, { cause: error });
}
