// The plain JavaScript side of sessions, as the calling thread uses it: the parts of worker/node-runtime.cjs that openLocalSession needs.
import type { CacheOptions, CachePair, SessionOptions } from './session-types';
import type { HostTensor, ValueInfo } from './tensors';

export interface GraphSession {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  createStore(options: CacheOptions): KvStore;
  run(
    feeds: Readonly<Record<string, HostTensor>>,
    options: {
      fetch?: readonly string[];
      into?: Readonly<Record<string, HostTensor>>;
      store?: KvStore;
      stores?: readonly (KvStore | undefined)[];
    },
  ): Promise<Record<string, HostTensor>>;
  release(): Promise<void>;
}

export interface KvStore {
  readonly pairs: readonly CachePair[];
  readonly length: number;
  readonly capacity: number;
  truncate(length: number): void;
  fork(): KvStore;
}

/** @internal */
export interface GraphSessionModule {
  GraphSession: { open(source: string | Uint8Array, options: SessionOptions): Promise<GraphSession> };
}
