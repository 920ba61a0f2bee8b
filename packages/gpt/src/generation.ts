// A reply while it is being made: an async iterable of its speech tokens, which knows afterwards why it ended.
import { GptError } from './errors';

/** `end-of-speech`: the model finished; `length`: the cap on tokens or the voice's positions ran out. */
export type StopReason = 'end-of-speech' | 'length';

export class Generation implements AsyncIterable<number> {
  /** Why the reply ended; undefined while it has not, and where the consumer stopped reading or aborted. */
  stopReason: StopReason | undefined;
  private started = false;

  /** @param run makes the tokens and returns why it stopped; runs once, when the reply is first read */
  constructor(private readonly run: () => AsyncGenerator<number, StopReason, undefined>) {}

  /** Only new tokens, one by one, each computed when it is asked for. Breaking out of the loop frees what was in use. */
  async *[Symbol.asyncIterator](): AsyncGenerator<number, void, undefined> {
    if (this.started)
      throw new GptError(
        'input',
        'this reply has been read already; call generate again, with the same seed for the same reply',
      );
    this.started = true;
    this.stopReason = yield* this.run();
  }

  /** All tokens of the reply. */
  async tokens(): Promise<number[]> {
    const all: number[] = [];
    for await (const token of this) all.push(token);
    return all;
  }
}
