// Sessions in a worker thread of their own: onnxruntime computes synchronously, and so would stop timers, sockets and
// streams of whichever thread calls it. One host has one thread, many sessions, and runs their work in order.
import { RuntimeError } from './errors';
import { HostedSession, exactCopy, type SendOptions } from './hosted-session';
import type { ComputeInfo, HostOptions, Session, SessionOptions } from './session-types';
import { absoluteLocation, startWorker } from './start-worker';
import type { WorkerPort } from './worker-port';
import type { LoadResult, Reply, Request } from './worker-protocol';

interface Pending {
  request: Request;
  resolve(result: unknown): void;
  reject(reason: unknown): void;
  /** Told when the reply of a request that was aborted meanwhile arrives; may return a request that undoes it. */
  undo?: () => Request | undefined;
  abandoned: boolean;
}

/**
 * A worker thread that loads and runs graphs.
 *
 * The thread keeps the process alive only while work is under way: a program that forgets `dispose` still ends.
 */
export class SessionHost {
  /** Requests that the worker has not been given. It has one at a time, so those that wait can be dropped. */
  private waiting: Pending[] = [];
  private current: Pending | undefined;
  private numbers = 0;
  private failure: RuntimeError | undefined;
  private disposal: Promise<void> | undefined;

  private readonly ended: Promise<void>;

  private constructor(private readonly worker: WorkerPort) {
    worker.onReply((reply) => this.receive(reply));
    worker.onError((error) =>
      this.fail(new RuntimeError('worker', `the worker thread failed: ${error.message}`, { cause: error })),
    );
    this.ended = new Promise((resolve) => worker.onEnd(resolve));
    void this.ended.then(() =>
      this.fail(new RuntimeError('worker', 'the worker thread ended unexpectedly; start a new host')),
    );
  }

  /**
   * Starts the thread; `options` are the defaults of every session that it loads.
   * @throws RuntimeError `execution-provider` where a wanted provider is not available on this machine; `onnxruntime` where the wanted
   *   runtime is not.
   */
  static async start(options: HostOptions = {}): Promise<SessionHost> {
    const host = new SessionHost(startWorker(options));
    if (options.executionProviders?.some((provider) => provider !== 'cpu')) {
      try {
        await host.send({ operation: 'probe' });
      } catch (error) {
        await host.dispose();
        throw error;
      }
    }
    return host;
  }

  /**
   * Loads a graph from an `.onnx` file (in a page: its address) or its bytes (copied to the thread).
   * @throws RuntimeError `model-file`, `model-invalid`, `execution-provider`, `disposed` or `worker`.
   */
  async load(source: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
    const session = this.nextNumber();
    const bytes = typeof source === 'string' ? absoluteLocation(source) : exactCopy(source);
    const { inputs, outputs } = (await this.send({ operation: 'load', session, source: bytes, options })) as LoadResult;
    return new HostedSession(this, session, inputs, outputs);
  }

  /** Where this host computes. @throws RuntimeError `onnxruntime`, `disposed` or `worker` */
  async computeInfo(): Promise<ComputeInfo> {
    return (await this.send({ operation: 'describe' })) as ComputeInfo;
  }

  /** Frees every session and ends the thread; work that has not finished is rejected. May be called again. */
  dispose(): Promise<void> {
    return (this.disposal ??= this.close());
  }

  /** For `await using`, where the language has it. */
  [Symbol.asyncDispose](): Promise<void> {
    return this.dispose();
  }

  /** @internal */
  nextNumber(): number {
    return ++this.numbers;
  }

  /** @internal Queues a request for the worker. */
  send(request: Request, { signal, undo }: SendOptions = {}): Promise<unknown> {
    if (this.failure) return Promise.reject(this.failure);
    if (signal?.aborted) return Promise.reject(signal.reason);
    return new Promise((resolve, reject) => {
      const pending: Pending = { request, resolve, reject, undo, abandoned: false };
      if (signal) this.watch(pending, signal);
      this.waiting.push(pending);
      this.next();
    });
  }

  private watch(pending: Pending, signal: AbortSignal): void {
    const { resolve, reject } = pending;
    const abort = () => {
      pending.abandoned = true;
      this.waiting = this.waiting.filter((other) => other !== pending);
      reject(signal.reason);
    };
    const forget = () => signal.removeEventListener('abort', abort);
    signal.addEventListener('abort', abort, { once: true });
    pending.resolve = (result) => (forget(), resolve(result));
    pending.reject = (reason) => (forget(), reject(reason));
  }

  private next(): void {
    if (this.current) return;
    const pending = this.waiting.shift();
    if (!pending) {
      // A thread that is being disposed must be waited for.
      if (!this.failure) this.worker.unref();
      return;
    }
    this.current = pending;
    this.worker.ref();
    try {
      this.worker.post(pending.request);
    } catch (error) {
      // The request holds something that cannot be copied to another thread.
      this.current = undefined;
      pending.reject(
        new RuntimeError('feeds', `a feed cannot be sent to the worker thread: ${(error as Error).message}`),
      );
      this.next();
    }
  }

  private receive(reply: Reply): void {
    const done = this.current;
    this.current = undefined;
    if (done?.abandoned) {
      const request = reply.error ? undefined : done.undo?.();
      if (request) this.waiting.unshift({ request, resolve: () => {}, reject: () => {}, abandoned: false });
    }
    // Before the caller is told: what already waits need not wait for the caller's continuation.
    this.next();
    if (!done || done.abandoned) return;
    if (reply.error) done.reject(new RuntimeError(reply.error.code, reply.error.message));
    else done.resolve(reply.result);
  }

  private fail(error: RuntimeError): void {
    if (this.failure) return;
    this.failure = error;
    const unfinished = this.current ? [this.current, ...this.waiting] : this.waiting;
    this.current = undefined;
    this.waiting = [];
    for (const pending of unfinished) pending.reject(error);
  }

  private async close(): Promise<void> {
    if (this.failure) return void (await this.worker.terminate());
    this.fail(new RuntimeError('disposed', 'the session host has been disposed; start a new one'));
    this.worker.ref();
    // Sessions are freed by the thread itself, then it ends; a run under way is finished first, since it cannot be cut short.
    this.worker.post({ operation: 'close' });
    await this.ended;
  }
}
