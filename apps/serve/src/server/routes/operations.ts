// For those who run the service: is it alive, can it work, how is it doing; and what it offers, as OpenAPI.
import { z } from 'zod';
import { StoreUnavailableError, type ConversationStore } from '../../conversations/store';
import type { App, Service } from '../service';

const readinessSchema = z.object({
  ready: z.boolean(),
  workers: z.object({ ready: z.number(), wanted: z.number() }),
  store: z.object({
    kind: z.string(),
    answers: z.boolean(),
    full: z.boolean().describe('It can be read, and forgets, but takes nothing more.'),
  }),
  stopping: z.boolean(),
});
const STORE_MILLISECONDS = 2000;

export function operationsRoutes(app: App, service: Service): void {
  const tags = ['operations'];
  app.get(
    '/healthz',
    {
      schema: {
        tags,
        summary: 'Whether the process lives',
        response: { 200: z.object({ status: z.literal('ok'), version: z.string() }) },
      },
    },
    async () => ({ status: 'ok' as const, version: service.version }),
  );
  app.get(
    '/readyz',
    {
      schema: {
        tags,
        summary: 'Whether requests can be answered',
        response: { 200: readinessSchema, 503: readinessSchema },
      },
    },
    async (_request, reply) => {
      const { ready, wanted } = service.engine.vitals();
      const store = { kind: service.store.kind, ...(await stateOf(service.store)) };
      const stopping = service.isStopping();
      const isReady = ready > 0 && store.answers && !store.full && !stopping;
      return reply.code(isReady ? 200 : 503).send({ ready: isReady, workers: { ready, wanted }, store, stopping });
    },
  );
  app.get(
    '/metrics',
    {
      schema: {
        tags,
        summary: 'Figures for Prometheus',
        response: { 200: { description: 'Prometheus text', content: { 'text/plain': { schema: z.string() } } } },
      },
    },
    async (_request, reply) => {
      const { registry } = service.metrics;
      return reply.type(registry.contentType).send(await registry.metrics());
    },
  );
  app.get('/openapi.json', { schema: { hide: true } }, async (_request, reply) =>
    reply.type('application/json; charset=utf-8').send(JSON.stringify(app.swagger())),
  );
}

interface StoreState {
  answers: boolean;
  full: boolean;
}

/** Whether the store answers, and before long, and what. */
async function stateOf(store: ConversationStore): Promise<StoreState> {
  let timer: NodeJS.Timeout | undefined;
  const away = { answers: false, full: false };
  const late = new Promise<StoreState>((resolve) => (timer = setTimeout(() => resolve(away), STORE_MILLISECONDS)));
  const answered = store.ping().then(
    () => ({ answers: true, full: false }),
    (error: unknown) =>
      error instanceof StoreUnavailableError && error.code === 'store-full' ? { answers: true, full: true } : away,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
