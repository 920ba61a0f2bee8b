// Several processes with a model each, as one engine. A conversation goes to the process that spoke in it last, whose caches hold
// it, unless that one is busy and another is not; a process that does not know it asks for its state.
import { LRUCache } from 'lru-cache';
import { Channel } from './channel';
import {
  EngineError,
  WorkerLostError,
  type ConversationHandle,
  type Engine,
  type EngineVitals,
  type AddedTurns,
  type HeardTurn,
  type Speech,
  type SpeechTask,
  type SpokenFacts,
  type VoiceDescription,
} from './engine';
import type { ReplyChunk } from '@gpt-talker/talker';
import type { FromWorker, ToWorker, WorkerOptions } from './protocol';
import { WorkerSlot } from './worker-slot';

export interface PoolOptions {
  /** The script that a worker process runs. */
  program: string;
  workers: number;
  /** Replies that one worker makes at once. */
  concurrency: number;
  /** Seconds that a worker may give no sign of life, or go on with what it was told to stop. */
  timeoutSeconds: number;
  worker: WorkerOptions;
  note?: (event: string, details: Record<string, unknown>) => void;
}

const REMEMBERED_PLACES = 100_000;

export class WorkerPool implements Engine {
  private readonly slots: WorkerSlot[];
  private readonly places = new LRUCache<string, WorkerSlot>({ max: REMEMBERED_PLACES });
  private readonly listeners: (() => void)[] = [];
  private nextJob = 1;

  private constructor(private readonly options: PoolOptions) {
    const { program, workers, worker, timeoutSeconds, note = () => {} } = options;
    const events = { change: () => this.listeners.forEach((listener) => listener()), note };
    this.slots = Array.from(
      { length: workers },
      (_, number) => new WorkerSlot({ number, program, timeoutSeconds, worker }, events),
    );
  }

  /** Starts the processes. @throws what kept a model from being loaded, when one could not */
  static async start(options: PoolOptions): Promise<WorkerPool> {
    const pool = new WorkerPool(options);
    try {
      await Promise.all(pool.slots.map((slot) => slot.started));
      return pool;
    } catch (error) {
      await pool.dispose();
      throw error;
    }
  }

  get voices(): readonly VoiceDescription[] {
    return this.slots[0].voices;
  }

  vitals(): EngineVitals {
    const ready = this.slots.filter((slot) => slot.ready).length;
    return {
      ready,
      wanted: this.slots.length,
      capacity: ready * this.options.concurrency,
      residentBytes: Object.fromEntries(this.slots.map((slot) => [`worker-${slot.number}`, slot.residentBytes])),
    };
  }

  /** The processes' ids, for those who watch or end them. */
  get processIds(): number[] {
    return this.slots.flatMap(({ processId }) => (processId === undefined ? [] : [processId]));
  }

  onCapacity(listener: () => void): void {
    this.listeners.push(listener);
  }

  addTurns(
    { load, ...handle }: ConversationHandle,
    turns: readonly HeardTurn[],
    signal?: AbortSignal,
  ): Promise<AddedTurns> {
    return new Promise((resolve, reject) => {
      const message = (job: number): ToWorker => ({ kind: 'addTurns', job, conversation: handle, turns: [...turns] });
      const settle = (answer: FromWorker) => answer.kind === 'addedTurns' && resolve(answer.result);
      this.begin({ conversation: { load, ...handle }, message, settle, fail: reject, signal });
    });
  }

  speak({ conversation, text, signal, ...order }: SpeechTask): Speech {
    return new PooledSpeech((speech) => {
      const { load: _, ...handle } = conversation ?? { load: undefined };
      const written = typeof text === 'string';
      const message = (job: number): ToWorker => ({
        kind: 'speak',
        job,
        order: {
          ...order,
          conversation: conversation && (handle as Omit<ConversationHandle, 'load'>),
          text: written ? text : undefined,
        },
      });
      const settle = (answer: FromWorker): void => {
        if (answer.kind === 'audio') speech.push(answer.audio);
        if (answer.kind === 'spoken') speech.finish(answer.facts);
      };
      const begun = this.begin({ conversation, message, settle, fail: (error) => speech.fail(error), signal });
      if (begun && !written) void forwardText(text, begun);
      return {
        cancel: () => begun?.cancel(),
        interrupt: (heardSeconds) => begun?.send({ kind: 'interrupt', heardSeconds }),
      };
    });
  }

  forget(id: string): void {
    this.places.get(id)?.send({ kind: 'forget', id });
    this.places.delete(id);
  }

  async dispose(): Promise<void> {
    await Promise.all(this.slots.map((slot) => slot.stop()));
  }

  /** Gives a job to a worker, and sees that it ends: by its result, an error, or an abort. */
  private begin({ conversation, message, settle, fail, signal }: Order): Begun | undefined {
    if (signal?.aborted) {
      fail(signal.reason);
      return undefined;
    }
    const slot = this.choose(conversation?.id);
    if (!slot) {
      fail(new WorkerLostError('no worker is ready; ask again in a few seconds'));
      return undefined;
    }
    if (conversation) this.move(conversation.id, slot);
    const job = this.nextJob++;
    let open = true;
    const close = () => {
      if (!open) return false;
      open = false;
      signal?.removeEventListener('abort', abort);
      return true;
    };
    // The worker answers a cancelled job with an error, and only then is its place free again: the work has really stopped.
    const cancel = () => slot.cancel(job);
    const failed = (error: unknown) => {
      if (!close()) return;
      cancel();
      fail(error);
    };
    const abort = () => failed(signal?.reason);
    signal?.addEventListener('abort', abort, { once: true });
    slot.begin(job, message(job), {
      receive: (answer) => {
        if (answer.kind === 'state-wanted') {
          const state = Promise.resolve(conversation?.load());
          state.then((state) => slot.send({ kind: 'state', job, state }), failed);
        } else if (answer.kind === 'error') {
          slot.finish(job);
          const { name, code, message: reason, isUserError } = answer.error;
          if (close()) fail(new EngineError(name, code, reason, { isUserError }));
        } else if (answer.kind === 'audio') {
          if (open) settle(answer);
        } else {
          slot.finish(job);
          if (close()) settle(answer);
        }
      },
      fail: (error) => {
        if (conversation) this.places.delete(conversation.id);
        if (close()) fail(error);
      },
    });
    return { send: (sent) => slot.send({ ...sent, job }), cancel: () => close() && cancel(), isOpen: () => open };
  }

  /** Notes where a conversation is now; who knew it before lets go of it. */
  private move(id: string, slot: WorkerSlot): void {
    const before = this.places.get(id);
    if (before !== slot) before?.send({ kind: 'forget', id });
    this.places.set(id, slot);
  }

  private choose(conversation?: string): WorkerSlot | undefined {
    const place = conversation === undefined ? undefined : this.places.get(conversation);
    if (place?.ready && place.running < this.options.concurrency) return place;
    const ready = this.slots.filter((slot) => slot.ready).sort((a, b) => a.running - b.running);
    // Where all are busy, it is better to wait where the conversation is known.
    return place?.ready && ready[0].running >= this.options.concurrency ? place : ready[0];
  }
}

interface Order {
  conversation?: ConversationHandle;
  message(job: number): ToWorker;
  /** Takes sound, or the result. */
  settle(answer: FromWorker): void;
  fail(error: unknown): void;
  signal?: AbortSignal;
}

type JobMessage = { kind: 'text'; text: string } | { kind: 'text-end' } | { kind: 'interrupt'; heardSeconds: number };

interface Begun {
  send(message: JobMessage): void;
  cancel(): void;
  isOpen(): boolean;
}

/** Sends text on as it is written, until it ends or nobody wants it any more. */
async function forwardText(text: AsyncIterable<string>, job: Begun): Promise<void> {
  try {
    for await (const piece of text) {
      if (!job.isOpen()) return;
      job.send({ kind: 'text', text: piece });
    }
    job.send({ kind: 'text-end' });
  } catch {
    job.cancel();
  }
}

interface Controls {
  cancel(): void;
  interrupt(heardSeconds: number): void;
}

/** A reply that another process makes; begins when it is first read. */
class PooledSpeech implements Speech {
  facts: SpokenFacts | undefined;
  private begun: Controls | undefined;
  private readonly chunks = new Channel<ReplyChunk>(() => this.begun?.cancel());

  constructor(private readonly begin: (speech: PooledSpeech) => Controls) {}

  interrupt(heardSeconds: number): void {
    this.begun?.interrupt(heardSeconds);
  }

  push(audio: ReplyChunk): void {
    this.chunks.push(audio);
  }

  finish(facts: SpokenFacts): void {
    this.facts = facts;
    this.chunks.end();
  }

  fail(error: unknown): void {
    this.chunks.fail(error);
  }

  [Symbol.asyncIterator](): AsyncIterator<ReplyChunk, void, undefined> {
    this.begun = this.begin(this);
    return this.chunks[Symbol.asyncIterator]();
  }
}
