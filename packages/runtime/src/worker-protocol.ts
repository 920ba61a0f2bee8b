// What a SessionHost and its worker thread say to each other: one request, then its reply, then the next request.
// Sessions and caches are known by numbers that the host gives out.
import type { RuntimeErrorCode } from './errors';
import type { CacheOptions, SessionOptions } from './session-types';
import type { HostTensor, ValueInfo } from './tensors';

export type Request =
  | { operation: 'probe' }
  | { operation: 'describe' }
  | { operation: 'load'; session: number; source: string | Uint8Array; options: SessionOptions }
  | {
      operation: 'run';
      session: number;
      feeds: Readonly<Record<string, HostTensor>>;
      fetch: readonly string[] | undefined;
      cache: number | undefined;
      caches: readonly (number | undefined)[] | undefined;
    }
  | { operation: 'release-session'; session: number }
  | { operation: 'create-cache'; session: number; cache: number; options: CacheOptions }
  | { operation: 'truncate-cache'; cache: number; length: number }
  | { operation: 'fork-cache'; cache: number; copy: number }
  | { operation: 'release-cache'; cache: number }
  | { operation: 'close' };

export interface LoadResult {
  inputs: ValueInfo[];
  outputs: ValueInfo[];
}

export interface RunResult {
  outputs: Record<string, HostTensor>;
  /** Rows in the cache after the run, or in each of the caches; 0 where there is none. */
  lengths: number[];
}

export type Reply = { result: unknown; error?: undefined } | { error: { code: RuntimeErrorCode; message: string } };
