// Clients that no longer take what they are sent: a connection of which nothing moves is cut, whatever is on it, an answer or a WebSocket.
import type { Socket } from 'node:net';

/** What has been handed to a connection, and how much of it the system has taken. */
interface Progress {
  taken: number;
  /** For how many looks in a row nothing has moved. */
  still: number;
}

const LOOKS = 10;

/** Looks at connections again and again. */
export class WriteWatch {
  private readonly sockets = new Map<Socket, Progress>();
  private readonly timer: NodeJS.Timeout;

  /**
   * @param seconds how long a connection may have bytes to take without taking any
   * @param cut told of each connection that was cut, and how many bytes were left
   */
  constructor(seconds: number, cut: (bytesLeft: number) => void) {
    this.timer = setInterval(() => this.look(cut), (1000 * seconds) / LOOKS).unref();
  }

  /** Watches a connection until it closes; may be told so again. */
  add(socket: Socket): void {
    if (this.sockets.has(socket)) return;
    this.sockets.set(socket, { taken: 0, still: 0 });
    socket.once('close', () => this.sockets.delete(socket));
  }

  end(): void {
    clearInterval(this.timer);
  }

  private look(cut: (bytesLeft: number) => void): void {
    for (const [socket, progress] of this.sockets) {
      const waiting = socket.writableLength;
      const taken = socket.bytesWritten - waiting;
      progress.still = waiting > 0 && taken === progress.taken ? progress.still + 1 : 0;
      progress.taken = taken;
      if (progress.still < LOOKS) continue;
      cut(waiting);
      socket.destroy();
    }
  }
}
