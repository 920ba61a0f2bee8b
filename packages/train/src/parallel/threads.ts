// How many processor threads a rank should use: onnxruntime takes one for each physical core that it sees, and so would every rank on a host.
import { existsSync, readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';

/** Linux: which processors a process may use, and which of them are threads of one core. */
const STATUS = '/proc/self/status';
const siblingsOf = (processor: number): string =>
  `/sys/devices/system/cpu/cpu${processor}/topology/thread_siblings_list`;

export interface Threads {
  /** Names the processors that this process may use. */
  readonly mask: string;
  /** How many physical cores they are. */
  readonly cores: number;
}

export function threadsOf(): Threads {
  const mask = existsSync(STATUS) && /^Cpus_allowed_list:\s*(\S+)/m.exec(readFileSync(STATUS, 'utf8'))?.[1];
  if (!mask) return { mask: 'all', cores: availableParallelism() };
  const siblings = processorsIn(mask).map((processor) => {
    const file = siblingsOf(processor);
    return existsSync(file) ? readFileSync(file, 'utf8').trim() : String(processor);
  });
  return { mask, cores: new Set(siblings).size };
}

/** `0-2,5` → 0, 1, 2, 5 */
export function processorsIn(list: string): number[] {
  return list.split(',').flatMap((range) => {
    const [first, last = first] = range.split('-').map(Number);
    return Array.from({ length: last - first + 1 }, (_, place) => first + place);
  });
}
