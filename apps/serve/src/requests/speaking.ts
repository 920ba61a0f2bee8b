// Speech from the engine to the client: waits for its turn, begins, and goes on at the engine's pace even where the client is slow,
// so that a slow client keeps nobody waiting. What clients have not taken yet is counted: there is an end to it.
import type { Audio } from '@gpt-talker/audio';
import type { ReplyChunk } from '@gpt-talker/talker';
import type { Counter, Histogram } from 'prom-client';
import { Channel } from '../engine/channel';
import type { Engine, SpeechTask, SpokenFacts } from '../engine/engine';
import type { Admission } from './admission';
import { ApiError } from './api-error';
import type { Lifetime } from './lifetime';

/** A reply whose first sound is there. */
export interface OpenSpeech {
  chunks: AsyncIterable<ReplyChunk>;
  /** Known when the chunks have ended. */
  facts(): SpokenFacts | undefined;
  /** Stops it; what was heard so far is the reply. */
  interrupt(heardSeconds: number): void;
}

export interface SpeakingOptions {
  lifetime: Lifetime;
  /** Under which name it is measured. */
  endpoint: string;
  /** Called with everything when the last chunk is made, before the chunks end; what it throws, the chunks throw. */
  conclude?: (facts: SpokenFacts, chunks: readonly Audio[]) => Promise<void>;
}

/** What is measured of replies. */
export interface SpeechMetrics {
  readonly replies: Counter<'endpoint' | 'outcome'>;
  readonly firstSound: Histogram<'endpoint'>;
  readonly total: Histogram<'endpoint'>;
}

export class Speaking {
  /** Bytes of sound that is made and not taken. */
  private unsent = 0;

  constructor(
    private readonly engine: Engine,
    private readonly admission: Admission,
    private readonly metrics: SpeechMetrics,
    private readonly mostUnsent: number,
  ) {}

  get unsentBytes(): number {
    return this.unsent;
  }

  /**
   * Counts bytes as not taken yet, until the lifetime ends.
   * @returns counts more, or fewer with a negative number
   */
  hold(lifetime: Lifetime): { add(bytes: number): void } {
    let held = 0;
    const add = (bytes: number) => {
      held += bytes;
      this.unsent += bytes;
    };
    lifetime.defer(() => {
      this.unsent -= held;
      held = 0;
    });
    return { add: (bytes) => void (lifetime.signal.aborted || add(bytes)) };
  }

  /**
   * Begins to speak.
   * @returns when the first sound is there; what goes wrong before is thrown, later the chunks throw it
   */
  async open(task: Omit<SpeechTask, 'signal'>, options: SpeakingOptions): Promise<OpenSpeech> {
    const { lifetime, endpoint } = options;
    if (this.unsent > this.mostUnsent) {
      const message = `clients have ${this.unsent} bytes of sound still to take; try again in a few seconds`;
      throw new ApiError(429, 'too_much_unsent', message, null, { 'Retry-After': '5' });
    }
    const leave = await this.admission.enter(lifetime.signal);
    // The place is free when the engine has stopped, which an abort makes it do: see `pump`.
    const speech = this.engine.speak({ ...task, signal: lifetime.signal });
    const channel = new Channel<ReplyChunk>();
    const held = this.hold(lifetime);
    const first = new Promise<void>((resolve, reject) => {
      const begun = () => {
        this.metrics.firstSound.observe({ endpoint }, lifetime.seconds);
        resolve();
      };
      const push = (audio: ReplyChunk) => {
        held.add(audio.samples.byteLength);
        channel.push(audio);
      };
      this.pump(speech, { push, end: () => channel.end(), begun }, options)
        // A reply that was interrupted at once has no sound.
        .then(resolve)
        .catch((error: unknown) => {
          this.metrics.replies.inc({ endpoint, outcome: lifetime.signal.aborted ? 'stopped' : 'failed' });
          const cause = lifetime.signal.aborted ? lifetime.signal.reason : error;
          channel.fail(cause);
          reject(cause);
        })
        .finally(leave);
    });
    await first;
    return {
      chunks: taken(channel, held),
      facts: () => speech.facts,
      interrupt: (heardSeconds) => speech.interrupt(heardSeconds),
    };
  }

  private async pump(
    speech: ReturnType<Engine['speak']>,
    { push, end, begun }: Sink,
    { lifetime, endpoint, conclude }: SpeakingOptions,
  ): Promise<void> {
    const chunks: Audio[] = [];
    let first = true;
    for await (const audio of speech) {
      push(audio);
      if (conclude) chunks.push(audio);
      if (first) begun();
      first = false;
    }
    if (!speech.facts) throw new Error('the engine ended a reply without saying what it was');
    await conclude?.(speech.facts, chunks);
    lifetime.relax();
    this.metrics.replies.inc({ endpoint, outcome: 'spoken' });
    this.metrics.total.observe({ endpoint }, lifetime.seconds);
    end();
  }
}

/** Where a reply goes. */
interface Sink {
  push(audio: ReplyChunk): void;
  end(): void;
  /** The first sound is there. */
  begun(): void;
}

/** The chunks, each counted as taken when the next is asked for. */
async function* taken(
  chunks: AsyncIterable<ReplyChunk>,
  held: { add(bytes: number): void },
): AsyncGenerator<ReplyChunk> {
  for await (const chunk of chunks) {
    yield chunk;
    held.add(-chunk.samples.byteLength);
  }
}
