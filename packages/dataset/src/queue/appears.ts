// Shared folders do not show at once what another machine has written.
import { stat } from 'node:fs/promises';
import { setTimeout as pause } from 'node:timers/promises';

const VISIBLE_MILLISECONDS = 15_000;
const LOOK_MILLISECONDS = 100;

/**
 * Waits until a file or folder is there.
 * @returns false where it has not come in time
 * @throws the signal's reason when aborted
 */
export async function appears(file: string, signal?: AbortSignal): Promise<boolean> {
  const end = performance.now() + VISIBLE_MILLISECONDS;
  while (!(await stat(file).catch(() => undefined))) {
    signal?.throwIfAborted();
    if (performance.now() > end) return false;
    await pause(LOOK_MILLISECONDS);
  }
  return true;
}
