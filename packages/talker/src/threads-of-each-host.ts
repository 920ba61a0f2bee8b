// ConGPT and ConVITS compute at the same time, each in its host.
import { availableParallelism } from 'node:os';

/**
 * Half of the processors for each: threads of the one that wait for the other's to finish take its processors meanwhile. On two processors, a
 * voice of GPT-SoVITS v2's size has its first sound after 0.8 s so, and after 1.05 s with two threads each (`npm run figures:full-size`).
 */
export function threadsOfEachHost(): number | undefined {
  return Math.max(1, Math.floor(availableParallelism() / 2));
}
