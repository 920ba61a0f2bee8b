// WebSocket /v1/conversations/{id}/stream; what happens on it is in socket-session.ts.
import { ApiError } from '../../requests/api-error';
import { toApiError } from '../errors';
import { conversationParams } from '../schemas/conversations';
import type { App, Service } from '../service';
import { SocketSession } from '../socket-session';
import { stopping } from '../../requests/admission';

const PING_MILLISECONDS = 30_000;
const GOING_AWAY = 1001;
const INTERNAL = 1011;

/** @returns what lets the sockets finish, when the service stops */
export function socketRoutes(app: App, service: Service): () => Promise<void> {
  const sessions = new Map<{ close(code: number, reason: string): void }, SocketSession>();

  app.route({
    method: 'GET',
    url: '/v1/conversations/:id/stream',
    exposeHeadRoute: false,
    schema: { tags: ['conversations'], summary: 'WebSocket: text in, sound out', params: conversationParams },
    // Before the handshake, refusals are ordinary answers.
    preHandler: async (request) => {
      if (!request.ws)
        throw new ApiError(426, 'upgrade_required', 'connect here with a WebSocket', null, { Upgrade: 'websocket' });
      if (service.isStopping()) throw stopping();
      if (sessions.size >= service.limits.sockets)
        throw new ApiError(429, 'too_many_sockets', 'too many WebSockets are open; try again later', null, {
          'Retry-After': '5',
        });
      await service.conversations.read((request.params as { id: string }).id);
    },
    handler: async () => undefined,
    wsHandler: (socket, request) => {
      const session = new SocketSession((request.params as { id: string }).id, service, {
        send: (message) =>
          new Promise((resolve) => {
            if (socket.readyState !== socket.OPEN) return resolve();
            // Where it could not be sent, the socket is about to close, which is told.
            socket.send(message, () => resolve());
          }),
        cut: () => socket.terminate(),
        close: (code, reason) => socket.close(code, reason),
        get bufferedAmount() {
          return socket.bufferedAmount;
        },
      });
      sessions.set(socket, session);
      service.metrics.sockets.inc();
      let alive = true;
      socket.on('pong', () => (alive = true));
      const ping = setInterval(() => {
        if (!alive) return socket.terminate();
        alive = false;
        socket.ping();
      }, PING_MILLISECONDS);
      socket.on('message', (data, isBinary) => session.receive(data as Buffer, isBinary));
      // Messages that are too large, or no WebSocket frames: ws closes the socket, with its reason.
      socket.on('error', (error) => {
        const { code } = error as { code?: string };
        request.log.info(
          { code, reason: error.message },
          code?.startsWith('WS_ERR') ? 'malformed frame' : 'socket broke',
        );
      });
      socket.on('close', () => {
        clearInterval(ping);
        sessions.delete(socket);
        service.metrics.sockets.dec();
        session.leave();
      });
      session.greet().catch((error: unknown) => socket.close(INTERNAL, toApiError(error).code));
    },
  });

  // Replies that are being made are finished; nothing new begins.
  return async () => {
    await Promise.all(
      [...sessions].map(async ([socket, session]) => {
        await session.idle();
        socket.close(GOING_AWAY, 'the service is stopping');
      }),
    );
  };
}
