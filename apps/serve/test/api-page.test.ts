// API.md's list of status codes is that of the source: none is answered with that it does not name, and it names none that is not.
import { readFileSync, readdirSync } from 'node:fs';
import path from 'node:path';
import { startTestService } from './test-service';

const folder = path.resolve(__dirname, '..');
const sources = readdirSync(path.join(folder, 'src'), { recursive: true, encoding: 'utf8' })
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .map((file) => readFileSync(path.join(folder, 'src', file), 'utf8'));
const source = (file: string) => readFileSync(path.join(folder, 'src', file), 'utf8');
const numbers = (text: string, pattern: RegExp) => [...text.matchAll(pattern)].map(([, status]) => Number(status));

/** Ends the work for a WebSocket's reply; its client is told `interrupted`, which is no error. */
const NEVER_SENT = 499;
/** Fastify's own refusals, which errors.ts passes on: a path's part, a body, a content type. */
const FASTIFYS = [413, 414, 415];

const api = readFileSync(path.join(folder, 'API.md'), 'utf8');
const list = api.split('\n\n').find((paragraph) => paragraph.startsWith('400 '))!;
const named = numbers(list, /(?:^| · )(\d{3}) /g);
const described = numbers(source('server/schemas/common.ts'), /^ {2}(\d{3}): '/gm);
const answered = new Set([
  ...sources.flatMap((text) => numbers(text, /new ApiError\(\s*(\d{3})\b/g)),
  ...numbers(source('server/errors.ts'), /: (\d{3}),/g),
  ...numbers(source('server/build-server.ts'), /\[\s*(\d{3}),/g),
  ...described,
  ...FASTIFYS,
]);
answered.delete(NEVER_SENT);

test('API.md names every status once, in order, and no other', () => {
  expect(described.length).toBeGreaterThan(10);
  expect(named).toEqual([...answered].sort((one, other) => one - other));
});

test('codes that it names are in the source', () => {
  const codes = [...list.matchAll(/`([a-z_]+)`/g)].map(([, code]) => code);
  expect(codes.length).toBeGreaterThan(3);
  const all = sources.join('\n');
  expect(codes.filter((code) => !all.includes(`'${code}'`) && !all.includes(`TalkerError ${code}`))).toEqual([]);
});

test('what Fastify refuses itself, and what only a WebSocket gets', async () => {
  const service = await startTestService();
  try {
    expect((await service.get(`/v1/models/${'x'.repeat(201)}`)).status).toBe(414);
    expect((await service.get(`/v1/conversations/${await service.begin()}/stream`)).status).toBe(426);
    expect((await service.get('/v1/models', { Note: 'x'.repeat(100_000) })).status).toBe(431);
  } finally {
    await service.stop();
  }
});
