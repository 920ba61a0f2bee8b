// What both kinds of session (in a worker thread, in the calling thread) look like from outside.
import { tableRows } from '../worker/table-rows.cjs';
import type { HostTensor, ValueInfo } from './tensors';

/** Where graphs are computed. `cpu` is always there; the others need hardware, drivers and, for CUDA, extra libraries. */
export type ExecutionProvider = 'cpu' | 'webgpu' | 'cuda';

/** Which onnxruntime computes: the native library, which Node alone can load, or the WebAssembly of onnxruntime-web. */
export type RuntimeKind = 'native' | 'wasm';

export interface SessionOptions {
  /**
   * Default: `native` in Node (where no binary fits the machine, onnxruntime-web if it is installed), `wasm` in a page. One thread has one
   * of them: the first session decides.
   */
  runtime?: RuntimeKind;
  /**
   * Threads that one operator may use; default: one for each core that this process may use, or what `OMP_NUM_THREADS` says. In a page that
   * is not cross-origin isolated there is one, whatever this says; in one that is, half of its processors and four at most.
   */
  intraOpThreads?: number;
  /**
   * How many sessions in different threads compute at the same time, each with its share of the cores: threads of the one that wait for each
   * other take the cores from the other. Default 1; without meaning beside `intraOpThreads`, and in pages.
   */
  sharedBy?: number;
  /** Default `['cpu']`. What a provider cannot compute falls to the CPU. */
  executionProviders?: readonly ExecutionProvider[];
  /** How far onnxruntime rewrites the graph when it loads it; default `all`. */
  optimization?: 'disabled' | 'basic' | 'extended' | 'all';
}

/** Options of a host; the first three matter in pages alone. */
export interface HostOptions extends SessionOptions {
  /**
   * Address of the worker's script, `dist/browser/worker.js` of this package (`worker-webgpu.js` for WebGPU), bundled with
   * onnxruntime-web. Needed with bundlers that do not follow `new Worker(new URL(…, import.meta.url))`, such as esbuild.
   */
  workerAddress?: string;
  /** Address of the folder with onnxruntime-web's `.wasm` files; needed where the bundler does not put them beside the worker. */
  wasmAddress?: string;
  /** Begins the worker itself, such as to bundle it in a way of one's own. */
  createWorker?: () => unknown;
}

/** Where a host computes. */
export interface ComputeInfo {
  runtime: RuntimeKind;
  /** Of onnxruntime. */
  version: string;
  /** As asked for, most wanted first. */
  executionProviders: readonly ExecutionProvider[];
  /** Threads of one operator; undefined where onnxruntime decides for each graph. */
  threads?: number;
}

export interface RunOptions {
  /** Names of the outputs to return; default: all, but those that go to the cache. */
  fetch?: readonly string[];
  /** Rows to feed from and to append to; see {@link KvCache}. */
  cache?: KvCache;
  /**
   * Several caches of another session, for a graph that computes one row of each at once: of cache `s`, a pair's input is fed as
   * `{input}_of_{s}`, and row `s` of its output `[caches, heads, 1, width / heads]` is appended to it. An empty place is fed zeros. Pairs
   * must have heads. Instead of `cache`; a run that has begun is not undone by `signal`.
   */
  caches?: readonly (KvCache | undefined)[];
  /** Rejects the call with the signal's reason. A run that has not begun is dropped; one that has begun is finished and forgotten. */
  signal?: AbortSignal;
}

/** One growing table: fed to the graph as `input` [1, length, width]; the graph's `output` [1, T, width] is appended to it. */
export interface CachePair {
  readonly input: string;
  readonly output: string;
  readonly width: number;
  /**
   * The table lies head by head, and is fed with rows to spare: `input` is [1, heads, fed rows, width / heads], `output`
   * [1, heads, T, width / heads]. Rows from the cache's `length` on hold nothing of use; the caller masks them. All pairs or none.
   */
  readonly heads?: number;
}

/** How many rows a cache of pairs with heads feeds when it holds `length`. */
export function fedRows(length: number): number {
  return tableRows(length, Infinity, true);
}

/** Bytes of the tables of a cache that holds `length` rows. */
export function cacheBytes(length: number, { pairs, capacity }: Pick<CacheOptions, 'pairs' | 'capacity'>): number {
  const byHeads = pairs.some(({ heads }) => heads !== undefined);
  const width = pairs.reduce((sum, pair) => sum + pair.width, 0);
  return Float32Array.BYTES_PER_ELEMENT * width * tableRows(length, capacity, byHeads);
}

export interface CacheOptions {
  pairs: readonly CachePair[];
  /** The most rows that the cache may hold. Memory is taken as it grows: see {@link KvCache.bytes}. */
  capacity: number;
  /**
   * Feed one row of zeros while the cache is empty (the caller masks it), for graphs whose matrix products run over the rows:
   * onnxruntime ends the process where a product's length is 0. Default false.
   */
  padEmpty?: boolean;
}

/** Key/value rows of a transformer, kept where the session runs: none of them crosses a thread border. */
export interface KvCache {
  /** Rows held, after the last run that has been awaited. */
  readonly length: number;
  readonly capacity: number;
  /** Of the tables, with the rows they have to spare: those of pairs with heads grow by 64 rows, others from 256 on by doubling. */
  readonly bytes: number;
  /** Forgets all rows from `length` on. */
  truncate(length: number): Promise<void>;
  /** An independent copy with the same rows: one history, several continuations. */
  fork(): Promise<KvCache>;
  /** Frees the rows; the cache cannot be used afterwards. May be called again. */
  dispose(): Promise<void>;
}

/** A loaded graph. */
export interface Session {
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  /**
   * Computes the graph once. Calls are queued and run in order.
   * @throws RuntimeError `feeds`, `run`, `cache`, `disposed` or `worker`; the signal's reason when aborted.
   */
  run(feeds: Readonly<Record<string, HostTensor>>, options?: RunOptions): Promise<Record<string, HostTensor>>;
  /** An empty cache for this session. @throws RuntimeError `cache` where the graph has no such inputs or outputs. */
  createCache(options: CacheOptions): Promise<KvCache>;
  /** Frees the graph and its caches. May be called again. */
  dispose(): Promise<void>;
}
