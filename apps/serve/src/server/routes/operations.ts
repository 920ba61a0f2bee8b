// For those who run the service: is it alive, can it work, how is it doing; and what it offers, as OpenAPI.
import { z } from 'zod';
import type { App, Service } from '../service';

const readinessSchema = z.object({
  ready: z.boolean(),
  workers: z.object({ ready: z.number(), wanted: z.number() }),
  store: z.object({ kind: z.string(), answers: z.boolean() }),
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
      const answers = await answersSoon(service.store.ping());
      const stopping = service.isStopping();
      const isReady = ready > 0 && answers && !stopping;
      const store = { kind: service.store.kind, answers };
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

/** Whether a promise is kept, and before long. */
async function answersSoon(answer: Promise<void>): Promise<boolean> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<boolean>((resolve) => (timer = setTimeout(() => resolve(false), STORE_MILLISECONDS)));
  const answered = answer.then(
    () => true,
    () => false,
  );
  return Promise.race([answered, late]).finally(() => clearTimeout(timer));
}
