// The far side of a worker pool: turns messages into calls of an engine, and what comes of them into messages.
import { Channel } from './channel';
import type { ConversationHandle, ConversationState, Engine, Speech, SpeechTask } from './engine';
import { toWireError, type FromWorker, type SpeechOrder, type ToWorker } from './protocol';

/** A job under way. */
interface Job {
  controller: AbortController;
  /** Where the text of a reply that is still being written goes. */
  text?: Channel<string>;
  speech?: Speech;
  /** Where a state that was asked for goes. */
  onState?: (state: ConversationState | undefined) => void;
}

type Wire = Omit<ConversationHandle, 'load'>;

/** Answers messages with an engine; `send` takes the answers. */
export class WorkerService {
  private readonly jobs = new Map<number, Job>();

  constructor(
    private readonly engine: Engine,
    private readonly send: (message: FromWorker) => void,
  ) {}

  receive(message: Exclude<ToWorker, { kind: 'stop' }>): void {
    switch (message.kind) {
      case 'addTurns':
        return void this.run(message.job, {}, (job) => this.addTurns(message, job));
      case 'speak': {
        const text = message.order.text === undefined ? new Channel<string>() : undefined;
        return void this.run(message.job, { text }, (job) => this.speak(message.job, message.order, job));
      }
      case 'text':
        return this.jobs.get(message.job)?.text?.push(message.text);
      case 'text-end':
        return this.jobs.get(message.job)?.text?.end();
      case 'state':
        return this.jobs.get(message.job)?.onState?.(message.state);
      case 'interrupt':
        return this.jobs.get(message.job)?.speech?.interrupt(message.heardSeconds);
      case 'cancel':
        return this.cancel(message.job);
      case 'forget':
        return this.engine.forget(message.id);
    }
  }

  private cancel(id: number): void {
    const job = this.jobs.get(id);
    job?.controller.abort();
    // A reply that waits for more text waits no longer.
    job?.text?.fail(job.controller.signal.reason);
  }

  private async run(id: number, parts: Pick<Job, 'text'>, work: (job: Job) => Promise<void>): Promise<void> {
    const job: Job = { controller: new AbortController(), ...parts };
    this.jobs.set(id, job);
    try {
      await work(job);
    } catch (error) {
      this.send({ kind: 'error', job: id, error: toWireError(error) });
    } finally {
      this.jobs.delete(id);
    }
  }

  private async addTurns(
    { job: id, conversation, turns }: Extract<ToWorker, { kind: 'addTurns' }>,
    job: Job,
  ): Promise<void> {
    const result = await this.engine.addTurns(this.handle(id, conversation, job), turns, job.controller.signal);
    this.send({ kind: 'addedTurns', job: id, result });
  }

  private async speak(id: number, { conversation, text, ...order }: SpeechOrder, job: Job): Promise<void> {
    const task: SpeechTask = {
      ...order,
      text: text ?? (job.text as Channel<string>),
      conversation: conversation && this.handle(id, conversation, job),
      signal: job.controller.signal,
    };
    const speech = this.engine.speak(task);
    job.speech = speech;
    for await (const audio of speech) this.send({ kind: 'audio', job: id, audio });
    if (!speech.facts) throw new Error('the engine ended a reply without saying what it was');
    this.send({ kind: 'spoken', job: id, facts: speech.facts });
  }

  /** A conversation whose state is asked for by message. */
  private handle(id: number, conversation: Wire, job: Job): ConversationHandle {
    const load = () =>
      new Promise<ConversationState | undefined>((resolve, reject) => {
        job.onState = resolve;
        job.controller.signal.addEventListener('abort', () => reject(job.controller.signal.reason), { once: true });
        this.send({ kind: 'state-wanted', job: id });
      });
    return { ...conversation, load };
  }
}
