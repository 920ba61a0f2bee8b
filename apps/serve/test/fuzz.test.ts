// Requests made from the published schemas, right and wrong: whatever comes, the answer is one that the schema announces, and never a
// failure of ours.
import fc from 'fast-check';
import { anything, fitting, type Schema } from './schema-values';
import { startTestService, type TestService } from './test-service';

interface Operation {
  parameters?: { name: string; in: string; required?: boolean; schema: Schema }[];
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}
interface Document {
  openapi: string;
  paths: Record<string, Record<string, Operation>>;
}

let service: TestService;
let document: Document;
/** A conversation with a turn, a reply and an aside, so that paths may lead somewhere. */
let known: { id: string; reply: string };
beforeAll(async () => {
  service = await startTestService({ limits: { maxTextCharacters: 300, bodyBytes: 200_000, conversations: 50 } });
  document = (await (await service.get('/openapi.json')).json()) as Document;
  const id = await service.begin({ turns: [{ role: 'user', text: 'Hi.' }] });
  const response = await service.post(`/v1/conversations/${id}/reply`, { text: 'Hello.', keep: false });
  await response.arrayBuffer();
  known = { id, reply: response.headers.get('x-reply-id')! };
});
afterAll(() => service.stop());

/** Values that fit, values of which one part does not, and anything. */
function nearly(schema: Schema): fc.Arbitrary<unknown> {
  const names = Object.keys(schema.properties ?? { x: 0 });
  const spoiled = fc
    .tuple(fitting(schema), fc.constantFrom(...names, 'unknown'), anything)
    .map(([value, name, wrong]) => (typeof value === 'object' && value !== null ? { ...value, [name]: wrong } : wrong));
  return fc.oneof(
    { weight: 3, arbitrary: fitting(schema) },
    { weight: 3, arbitrary: spoiled },
    { weight: 1, arbitrary: anything },
  );
}

function pathValue(name: string): fc.Arbitrary<string> {
  const real = { id: known.id, reply: known.reply, turn: '0' }[name] ?? 'gpt-talker';
  return fc.oneof(
    { weight: 4, arbitrary: fc.constant(real) },
    { weight: 1, arbitrary: fc.constantFrom('..', '%00', '%ff', '-1', '999999', 'constructor', 'a'.repeat(150)) },
    {
      weight: 1,
      arbitrary: fc
        .string({ maxLength: 30 })
        .map((text) => (/\p{Surrogate}/u.test(text) ? 'x' : encodeURIComponent(text))),
    },
  );
}

function request(
  path: string,
  method: string,
  { parameters = [], requestBody }: Operation,
): fc.Arbitrary<{ url: string; init: RequestInit }> {
  const names = [...path.matchAll(/\{(\w+)\}/g)].map(([, name]) => name);
  const query = parameters.filter((parameter) => parameter.in === 'query');
  const [type, content] = Object.entries(requestBody?.content ?? {})[0] ?? [];
  return fc
    .record({
      path: fc.tuple(...names.map(pathValue)),
      query: fc.tuple(
        ...query.map(({ schema, required }) =>
          fc.option(fc.oneof({ weight: 4, arbitrary: fitting(schema) }, { weight: 1, arbitrary: anything }), {
            nil: undefined,
            freq: required ? 12 : 2,
          }),
        ),
      ),
      body: content ? nearly(content.schema) : fc.constant(undefined),
      type: fc.oneof(
        { weight: 12, arbitrary: fc.constant(type) },
        {
          weight: 1,
          arbitrary: fc.constantFrom('text/plain', 'multipart/form-data; boundary=x', 'audio/wav', 'application/xml'),
        },
      ),
    })
    .map(({ path: values, query: given, body, type: contentType }) => {
      const filled = values.reduce<string>((text, value, i) => text.replace(`{${names[i]}}`, value), path);
      const search = new URLSearchParams(
        query.flatMap(({ name }, i): [string, string][] =>
          given[i] === undefined
            ? []
            : [[name, String(typeof given[i] === 'string' ? given[i] : JSON.stringify(given[i]))]],
        ),
      );
      const headers: Record<string, string> = content && contentType ? { 'Content-Type': contentType } : {};
      return {
        url: `${filled}?${search}`,
        init: { method: method.toUpperCase(), headers, ...(content && { body: JSON.stringify(body) }) },
      };
    });
}

test('the document is OpenAPI 3.1 and describes every route', () => {
  expect(document.openapi).toMatch(/^3\.1\./);
  const described = Object.entries(document.paths).flatMap(([path, operations]) =>
    Object.keys(operations).map((method) => `${method} ${path}`),
  );
  expect(described.sort()).toEqual([
    'delete /v1/conversations',
    'delete /v1/conversations/{id}',
    'get /control',
    'get /healthz',
    'get /metrics',
    'get /readyz',
    'get /set_gpt_weights',
    'get /set_refer_audio',
    'get /set_sovits_weights',
    'get /speakers',
    'get /tts',
    'get /v1/audio/models',
    'get /v1/audio/voices',
    'get /v1/conversations/{id}',
    'get /v1/conversations/{id}/replies/{reply}',
    'get /v1/conversations/{id}/replies/{reply}/audio',
    'get /v1/conversations/{id}/stream',
    'get /v1/conversations/{id}/turns',
    'get /v1/conversations/{id}/turns/{turn}',
    'get /v1/conversations/{id}/turns/{turn}/audio',
    'get /v1/models',
    'get /v1/models/{model}',
    'post /',
    'post /control',
    'post /set_refer_audio',
    'post /tts',
    'post /v1/audio/speech',
    'post /v1/conversations',
    'post /v1/conversations/{id}/reply',
    'post /v1/conversations/{id}/turns',
  ]);
  // What is announced is what validates: the range of a number, the names of a choice.
  const speech = document.paths['/v1/audio/speech'].post.requestBody!.content['application/json'].schema;
  expect(speech.properties!.speed).toMatchObject({ type: 'number', minimum: 0.25, maximum: 4 });
  expect(speech.required).toEqual(['model', 'input']);
});

test('no request makes it fail', async () => {
  const counts: Record<string, number> = {};
  for (const [path, operations] of Object.entries(document.paths)) {
    for (const [method, operation] of Object.entries(operations)) {
      // The known conversation is needed until the end.
      if (method === 'delete') continue;
      const runs =
        operation.requestBody || operation.parameters?.some((parameter) => parameter.in === 'query') ? 60 : 10;
      await fc.assert(
        fc.asyncProperty(request(path, method, operation), async ({ url, init }) => {
          const response = await fetch(service.url + url, init);
          const body = Buffer.from(await response.arrayBuffer());
          counts[response.status] = (counts[response.status] ?? 0) + 1;
          if (response.status >= 500 && response.status !== 501)
            throw new Error(`${init.method} ${url} ${String(init.body)}: ${response.status} ${body.toString()}`);
          if (response.status >= 400) {
            const { error } = JSON.parse(body.toString()) as { error: { message: string; code: string; type: string } };
            expect(error).toMatchObject({
              message: expect.stringMatching(/^[^\n]+$/),
              code: expect.stringMatching(/^[a-z0-9_]+$/),
              type: expect.any(String),
            });
          } else expect(Object.keys(operation.responses)).toContain(String(response.status));
        }),
        { numRuns: runs, seed: 20261122 },
      );
    }
  }
  // The requests were not all refused, nor all accepted.
  expect(counts[200] + counts[201]).toBeGreaterThan(100);
  expect(counts[400]).toBeGreaterThan(100);
  expect((await service.get('/healthz')).status).toBe(200);
}, 180_000);
