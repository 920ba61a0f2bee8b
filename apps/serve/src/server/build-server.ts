// The HTTP server: plugins, what holds for every request, and the routes.
import type { Socket } from 'node:net';
import cors from '@fastify/cors';
import multipart from '@fastify/multipart';
import swagger from '@fastify/swagger';
import swaggerUi from '@fastify/swagger-ui';
import websocket from '@fastify/websocket';
import fastify, { LogController, type FastifyBaseLogger } from 'fastify';
import {
  jsonSchemaTransform,
  serializerCompiler,
  validatorCompiler,
  type ZodTypeProvider,
} from 'fastify-type-provider-zod';
import { stopping } from '../requests/admission';
import { ApiError, errorBody } from '../requests/api-error';
import { sendError } from './errors';
import { CONVERSATION_HEADER } from './known-turns';
import { conversationRoutes } from './routes/conversations';
import { operationsRoutes } from './routes/operations';
import { pageRoutes } from './routes/page';
import { replyRoutes } from './routes/replies';
import { socketRoutes } from './routes/socket';
import { speechRoutes } from './routes/speech';
import { ttsRoutes } from './routes/tts';
import type { App, Service } from './service';
import { parseJsonStrictly, withoutNulls } from './strict-json';
import { WriteWatch } from './write-watch';

const SOCKET_MESSAGE_BYTES = 256 * 1024;
/** How often it is looked whether all answers have been sent. */
const LOOK_MILLISECONDS = 20;
const FIELD_BYTES = 512 * 1024;
const EXPOSED_HEADERS = [
  'ETag',
  CONVERSATION_HEADER,
  'X-Reply-Id',
  'X-Turn',
  'X-Seed',
  'X-Sample-Rate',
  'X-Voice',
  'X-Voice-Substituted',
  'X-Language-Substituted',
  'X-Warnings',
  'X-Ignored-Parameters',
  'Retry-After',
];
/** Answered even while stopping. */
const ALWAYS = new Set(['/healthz', '/readyz', '/metrics']);

export interface Server {
  app: App;
  /** Lets the WebSockets finish; to be called when the service stops. */
  drain(): Promise<void>;
  /** Resolves when no answer is on its way any more. */
  sent(): Promise<void>;
}

export async function buildServer(service: Service, logger: FastifyBaseLogger): Promise<Server> {
  const { limits, metrics, hosts, keys, origins, version } = service;
  const app: App = fastify({
    loggerInstance: logger,
    logController: new LogController({ disableRequestLogging: true }),
    bodyLimit: limits.bodyBytes,
    // Requests have to arrive whole within this time, headers within a third of it: slow ones hold nothing up.
    requestTimeout: 1000 * limits.requestSeconds,
    http: {
      headersTimeout: Math.ceil((1000 * limits.requestSeconds) / 3),
      connectionsCheckingInterval: Math.min(1000, 250 * limits.requestSeconds),
    },
    forceCloseConnections: 'idle',
    exposeHeadRoutes: true,
    routerOptions: { maxParamLength: 200 },
    clientErrorHandler: (error, socket) => answerClientError(error, socket, logger),
    frameworkErrors: (error, request, reply) => sendError(error, request, reply),
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler((error, request, reply) => sendError(error, request, reply));
  app.setNotFoundHandler((request, reply) =>
    sendError(ApiError.notFound('not_found', 'there is nothing at this path; see /docs'), request, reply),
  );
  parseJsonStrictly(app);
  app.addContentTypeParser(/^(audio\/|video\/(webm|mp4))/i, { parseAs: 'buffer' }, (_request, body, done) =>
    done(null, body),
  );

  const watch = new WriteWatch(limits.writeSeconds, (bytesLeft) =>
    logger.warn({ bytesLeft, seconds: limits.writeSeconds }, 'client took nothing: connection cut'),
  );
  app.addHook('onClose', async () => watch.end());

  // What is null was not given: many clients send all that there could be.
  app.addHook('preValidation', async (request) => {
    request.body = withoutNulls(request.body);
  });

  const answers = new Set<object>();
  app.addHook('onRequest', async (request, reply) => {
    watch.add(request.raw.socket);
    // WebSockets have an end of their own: `drain`.
    if (request.headers.upgrade === undefined) {
      answers.add(reply.raw);
      reply.raw.once('close', () => answers.delete(reply.raw));
    } else {
      // An answer instead of a WebSocket: nobody else would close its connection.
      reply.raw.once('finish', () => request.raw.socket.destroySoon());
    }
    hosts.check(request);
    origins.check(request);
    keys.check(request);
    if (service.isStopping() && !ALWAYS.has(request.routeOptions.url ?? '')) throw stopping();
  });
  app.addHook('onResponse', async (request, reply) => {
    const { method } = request;
    const route = request.routeOptions.url ?? 'none';
    const seconds = reply.elapsedTime / 1000;
    metrics.requests.inc({ method, route, status: reply.statusCode });
    metrics.requestSeconds.observe({ method, route }, seconds);
    const texts = service.logText ? { url: request.url, body: loggable(request.body) } : {};
    request.log.info({ method, route, status: reply.statusCode, seconds, ...texts }, 'request');
  });

  if (origins.any)
    await app.register(cors, {
      origin: (origin, done) => done(null, origin !== undefined && origins.accepts(origin)),
      exposedHeaders: EXPOSED_HEADERS,
      methods: ['GET', 'POST', 'DELETE'],
    });
  await app.register(multipart, { limits: { fileSize: limits.bodyBytes, fieldSize: FIELD_BYTES, headerPairs: 100 } });
  await app.register(websocket, {
    options: {
      maxPayload: SOCKET_MESSAGE_BYTES,
      handleProtocols: (protocols: Set<string>) => (protocols.has('gpt-talker') ? 'gpt-talker' : false),
    },
  });
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'gpt-talker',
        version,
        description: 'Gives conversations a voice. See API.md for how it belongs together.',
      },
      components: { securitySchemes: { key: { type: 'http', scheme: 'bearer' } } },
      security: [{}, { key: [] }],
    },
    transform: jsonSchemaTransform,
  });
  await app.register(swaggerUi, { routePrefix: '/docs', staticCSP: true });

  operationsRoutes(app, service);
  speechRoutes(app, service);
  conversationRoutes(app, service);
  replyRoutes(app, service);
  ttsRoutes(app, service);
  const drain = socketRoutes(app, service);
  pageRoutes(app, service);
  await app.ready();
  const sent = async (): Promise<void> => {
    while (answers.size > 0) await new Promise((resolve) => setTimeout(resolve, LOOK_MILLISECONDS));
  };
  return { app, drain, sent };
}

/** A body as it may stand in a log: its texts, not its sounds. */
function loggable(body: unknown): unknown {
  if (typeof body !== 'object' || body === null || body instanceof Uint8Array) return undefined;
  const { audio: _, turns: __, ...rest } = body as Record<string, unknown>;
  return rest;
}

/** Answers what is no HTTP, or did not arrive in time, and closes the connection. */
function answerClientError(error: Error & { code?: string }, socket: Socket, log: FastifyBaseLogger): void {
  if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
  const [status, reason, code, message] = CLIENT_ERRORS[error.code ?? ''] ?? CLIENT_ERRORS.other;
  log.info({ code, status, cause: error.code }, 'request refused');
  const body = JSON.stringify(errorBody(status, code, message));
  const head = `HTTP/1.1 ${status} ${reason}\r\nContent-Type: application/json; charset=utf-8\r\nConnection: close`;
  socket.end(`${head}\r\nContent-Length: ${Buffer.byteLength(body)}\r\n\r\n${body}`);
}

const CLIENT_ERRORS: Record<string, [status: number, reason: string, code: string, message: string]> = {
  ERR_HTTP_REQUEST_TIMEOUT: [408, 'Request Timeout', 'too_slow', 'the request did not arrive in time; send it faster'],
  HPE_HEADER_OVERFLOW: [
    431,
    'Request Header Fields Too Large',
    'headers_too_large',
    'the headers are too large; send less',
  ],
  other: [400, 'Bad Request', 'not_http', 'this is not HTTP/1.1 as it should be; correct the request'],
};
