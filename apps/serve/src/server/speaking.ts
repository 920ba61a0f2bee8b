// Speech from the engine to whoever hears it: waits for its turn, begins, and goes on at the engine's pace even where the client is slow,
// so that a slow client keeps nobody waiting.
import type { Audio } from '@gpt-talker/audio';
import { Channel } from '../engine/channel';
import type { Engine, SpeechTask, SpokenFacts } from '../engine/engine';
import type { Admission } from './admission';
import type { Lifetime } from './lifetime';
import type { Metrics } from './metrics';

/** A reply whose first sound is there. */
export interface OpenSpeech {
  chunks: AsyncIterable<Audio>;
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

export class Speaking {
  constructor(
    private readonly engine: Engine,
    private readonly admission: Admission,
    private readonly metrics: Metrics,
  ) {}

  /**
   * Begins to speak.
   * @returns when the first sound is there; what goes wrong before is thrown, later the chunks throw it
   */
  async open(task: Omit<SpeechTask, 'signal'>, options: SpeakingOptions): Promise<OpenSpeech> {
    const { lifetime, endpoint } = options;
    const leave = await this.admission.enter(lifetime.signal);
    // The place is free when the engine has stopped, which an abort makes it do: see `pump`.
    const speech = this.engine.speak({ ...task, signal: lifetime.signal });
    const channel = new Channel<Audio>();
    const first = new Promise<void>((resolve, reject) => {
      const begun = () => {
        this.metrics.firstSound.observe({ endpoint }, lifetime.seconds);
        resolve();
      };
      this.pump(speech, channel, begun, options)
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
      chunks: channel,
      facts: () => speech.facts,
      interrupt: (heardSeconds) => speech.interrupt(heardSeconds),
    };
  }

  private async pump(
    speech: ReturnType<Engine['speak']>,
    channel: Channel<Audio>,
    begun: () => void,
    { lifetime, endpoint, conclude }: SpeakingOptions,
  ): Promise<void> {
    const chunks: Audio[] = [];
    let first = true;
    for await (const audio of speech) {
      channel.push(audio);
      if (conclude) chunks.push(audio);
      if (first) begun();
      first = false;
    }
    if (!speech.facts) throw new Error('the engine ended a reply without saying what it was');
    await conclude?.(speech.facts, chunks);
    lifetime.relax();
    this.metrics.replies.inc({ endpoint, outcome: 'spoken' });
    this.metrics.total.observe({ endpoint }, lifetime.seconds);
    channel.end();
  }
}
