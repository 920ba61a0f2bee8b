// What a SessionHost needs of the thread that computes for it, be it one of Node's or a page's.
import type { Reply, Request } from './worker-protocol';

export interface WorkerPort {
  /** @throws where the request holds something that cannot be copied to another thread */
  post(request: Request): void;
  onReply(listener: (reply: Reply) => void): void;
  onError(listener: (error: Error) => void): void;
  onEnd(listener: () => void): void;
  /** While referenced, the thread keeps the process alive. */
  ref(): void;
  unref(): void;
  terminate(): Promise<void>;
}
