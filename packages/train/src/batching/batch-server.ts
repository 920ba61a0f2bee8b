// The thread that makes batches: opens the corpus itself, and answers one request after the other, so that the step that is waited for is
// not held up by those that come after it.
import type { MessagePort } from 'node:worker_threads';
import { openPrepared, type PreparedCorpus } from '@gpt-talker/dataset';
import type { InputSpec } from '@gpt-talker/tfjs-onnx';
import type { StageBatches } from '../run/stage';
import { buffersOf, errorOf, failureOf, type NoiseAnswer, type Opened, type Request } from './messages';
import { openBatches } from './open-batches';

/** What of a port is needed here; a test has both ends in one thread. */
export type Port = Pick<MessagePort, 'postMessage' | 'on' | 'close'>;

export function serveBatches(port: Port): void {
  const server = new BatchServer(port);
  let turn = Promise.resolve();
  port.on('message', (message: Request | NoiseAnswer) => {
    if ('question' in message) server.take(message);
    else turn = turn.then(() => server.answer(message));
  });
  port.on('close', () => void server.close());
}

class BatchServer {
  private corpus: PreparedCorpus | undefined;
  private batches: StageBatches | undefined;
  private asked = 0;
  private readonly waiting = new Map<number, (answer: NoiseAnswer) => void>();

  constructor(private readonly port: Port) {}

  async answer(request: Request): Promise<void> {
    try {
      const [result, buffers] = await this.perform(request);
      this.port.postMessage({ id: request.id, result }, buffers);
    } catch (error) {
      this.port.postMessage({ id: request.id, failure: failureOf(error) });
    }
  }

  take(answer: NoiseAnswer): void {
    this.waiting.get(answer.question)?.(answer);
    this.waiting.delete(answer.question);
  }

  async close(): Promise<void> {
    await this.corpus?.close();
  }

  private async perform(request: Request): Promise<[unknown, ArrayBuffer[]]> {
    if (request.want === 'open') {
      const { prepared, ...plan } = request.plan;
      this.corpus = await openPrepared(prepared);
      this.batches = await openBatches(this.corpus, plan, (inputs) => this.countNoise(inputs));
      const { stepsPerEpoch, totalSteps } = this.batches;
      return [{ stepsPerEpoch, totalSteps } satisfies Opened, []];
    }
    if (request.want === 'validation') {
      const batches = await this.batches!.validation();
      return [batches, buffersOf(batches)];
    }
    const made = await this.batches!.at(request.step);
    return [made, buffersOf(made.batches)];
  }

  /** Asks the thread that has the model. */
  private countNoise(inputs: readonly InputSpec[]): Promise<number> {
    const question = this.asked++;
    this.port.postMessage({ question, inputs });
    return new Promise((resolve, reject) => {
      this.waiting.set(question, ({ count, failure }) => (failure ? reject(errorOf(failure)) : resolve(count!)));
    });
  }
}
