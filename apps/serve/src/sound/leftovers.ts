// Programs that read sound get it as a file in a folder of the system's for temporary files, which is removed when they have ended. What a
// service that was killed left there is a user's sound all the same: the next one removes it.
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';

/** Begins the names of folders with uploads that ffmpeg reads, which takes seconds. */
export const UPLOAD_FOLDER = 'gpt-talker-upload-';
/** Begins those that a recogniser reads; collecting has them too, for hours. */
const RECOGNIZER_FOLDER = 'pocketsphinx-';

const MINUTE = 60_000;
const OLD: Readonly<Record<string, number>> = { [UPLOAD_FOLDER]: 5 * MINUTE, [RECOGNIZER_FOLDER]: 24 * 60 * MINUTE };

/** Removes what is older than anything in use, as far as it is ours to remove. */
export async function removeLeftovers(folder = tmpdir(), now = Date.now()): Promise<void> {
  const names = await readdir(folder).catch(() => []);
  for (const name of names) {
    const prefix = Object.keys(OLD).find((beginning) => name.startsWith(beginning));
    if (prefix === undefined) continue;
    const place = path.join(folder, name);
    try {
      if (now - (await stat(place)).mtimeMs > OLD[prefix]) await rm(place, { recursive: true, force: true });
    } catch {
      // Gone in the meantime, or another user's.
    }
  }
}
