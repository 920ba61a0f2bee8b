// A reply in chunks of sound. It is made as fast as it can be, a minute at most ahead of its reader; what has been read of it is what
// was said.
import { BoundedQueue } from './bounded-queue';
import { checkedSeconds } from './check-input';
import { TalkerError } from './errors';
import type { Reply, ReplyChunk } from './reply';
import type { ReplyJournal, SpokenChunk } from './reply-journal';

/** Makes a reply: notes it in the journal, and hands its chunks out. */
export type ReplyMaker = (emit: (chunk: SpokenChunk) => Promise<void>, signal: AbortSignal) => Promise<void>;

export interface ReplyStreamOptions {
  signal?: AbortSignal;
  /** Called once when the reply has ended, before anybody is told: with what was heard of it, if anything was. */
  onEnd?: (reply: Reply) => Promise<void> | void;
  /** Called when less of a reply that has ended turns out to have been heard. */
  onShortened?: (reply: Reply) => Promise<void> | void;
}

/** How much sound may wait for its reader. */
const AHEAD_SECONDS = 60;

type Ending = { kind: 'complete' } | { kind: 'interrupted' } | { kind: 'aborted' | 'failed'; error: unknown };

export class ReplyStream implements AsyncIterable<ReplyChunk> {
  /**
   * The reply, when it has ended: read to its end, interrupted, or left. Rejects where it failed, and with the signal's reason where
   * that ended it. Something has to read the stream for it to end: a loop, or `whole`.
   */
  readonly finished: Promise<Reply>;
  private readonly queue = new BoundedQueue<SpokenChunk>({
    capacity: AHEAD_SECONDS,
    sizeOf: ({ samples, sampleRate }) => samples.length / sampleRate,
  });
  private readonly stopping = new AbortController();
  private readonly making: Promise<void>;
  private ending: Ending | undefined;
  private started = false;
  private made = false;
  private settle!: { resolve(reply: Reply): void; reject(error: unknown): void };

  constructor(
    private readonly journal: ReplyJournal,
    make: ReplyMaker,
    private readonly options: ReplyStreamOptions = {},
  ) {
    this.finished = new Promise<Reply>((resolve, reject) => (this.settle = { resolve, reject }));
    // Who reads the stream is told by the stream.
    this.finished.catch(() => undefined);
    const { signal } = options;
    const abort = () => this.end({ kind: 'aborted', error: signal?.reason });
    this.making = (async () => {
      signal?.throwIfAborted();
      await make((chunk) => this.queue.push(chunk), this.stopping.signal);
      this.made = true;
      this.queue.end();
    })().catch((error: unknown) => this.end({ kind: 'failed', error }));
    if (signal && !signal.aborted) {
      signal.addEventListener('abort', abort, { once: true });
      void this.finished.catch(() => undefined).then(() => signal.removeEventListener('abort', abort));
    }
  }

  /** The seed that gives this reply again. */
  get seed(): number {
    return this.journal.seed;
  }

  get sampleRate(): number {
    return this.journal.sampleRate;
  }

  /**
   * Chunks of the reply, each as soon as it is made. Leaving the loop interrupts the reply.
   * @throws what making it throws; the signal's reason when aborted
   */
  async *[Symbol.asyncIterator](): AsyncGenerator<ReplyChunk, void, undefined> {
    if (this.started)
      throw new TalkerError(
        'option',
        'this stream has been read already; ask for the reply again, with the same seed for the same reply',
      );
    this.started = true;
    try {
      for await (const chunk of this.queue) {
        this.journal.heard.push(chunk);
        const { samples, sampleRate, words } = chunk;
        yield { samples, sampleRate, words: words.map(({ textEnd: _, ...word }) => word) };
      }
      this.end({ kind: 'complete' });
    } finally {
      this.end({ kind: 'interrupted' });
      await this.finished;
    }
  }

  /** Reads the stream to its end. @throws what making the reply throws; the signal's reason when aborted */
  async whole(): Promise<Reply> {
    for await (const _chunk of this) continue;
    return this.finished;
  }

  /**
   * Stops the reply: its loop ends after the chunk that it is at, and no more is computed.
   * @param heardSeconds how much of it was heard, where that is less than what was read, such as when sound waits to be played. It may
   *   be called for this even when the reply has ended.
   * @returns what was said
   * @throws TalkerError `option` for what is no number; the reply is stopped all the same
   */
  async interrupt(heardSeconds?: number): Promise<Reply> {
    this.end({ kind: 'interrupted' });
    const reply = await this.finished;
    if (heardSeconds === undefined) return reply;
    const seconds = checkedSeconds(heardSeconds);
    if (seconds >= this.journal.heardSeconds) return reply;
    const shorter = this.journal.interrupted(seconds);
    await this.options.onShortened?.(shorter);
    return shorter;
  }

  /** Ends the reply, in whatever way comes first. */
  private end(wanted: Ending): void {
    if (this.ending) return;
    // All of it was made and read: too late to interrupt or to fail.
    const ending: Ending = this.made && this.queue.length === 0 ? { kind: 'complete' } : wanted;
    this.ending = ending;
    const failure = 'error' in ending ? ending : undefined;
    this.stopping.abort(failure?.error);
    this.queue.cut(failure);
    void this.conclude(ending).then(this.settle.resolve, this.settle.reject);
  }

  private async conclude(ending: Ending): Promise<Reply> {
    // Only when nothing is computed any more is it over.
    await this.making;
    if (ending.kind === 'failed') throw ending.error;
    const reply = ending.kind === 'complete' ? this.journal.complete() : this.journal.interrupted();
    await this.options.onEnd?.(reply);
    if (ending.kind === 'aborted') throw ending.error;
    return reply;
  }
}
