// Bodies that are made from the published schemas and then changed in one place, so that most reach the code behind the validation: whatever comes, the
// answer is one of those that the schema announces. At least half must be accepted, or little would be tried.
import fc from 'fast-check';
import { fitting, type Schema } from '../schema-values';
import { startTestService, type TestService } from '../test-service';
import { Tally } from './client';
import type { Settings } from './settings';

interface Operation {
  requestBody?: { content: Record<string, { schema: Schema }> };
  responses: Record<string, unknown>;
}

/** Of how many bodies one is changed. */
const CHANGED_EVERY = 4;
const CHUNK = 500;

export async function httpFuzz({ count, seed }: Settings): Promise<boolean> {
  const service = await startTestService({ limits: { conversations: 100, conversationTurns: 10_000 } });
  const { paths } = (await (await service.get('/openapi.json')).json()) as {
    paths: Record<string, Record<string, Operation>>;
  };
  const id = await service.begin({ turns: [{ role: 'user', text: 'Hi.' }] });
  const posts = Object.entries(paths).flatMap(([path, { post }]) => {
    const schema = post?.requestBody && Object.values(post.requestBody.content)[0]?.schema;
    return schema ? [{ url: path.replace('{id}', id), schema, responses: post.responses }] : [];
  });
  const requests = fc.oneof(
    ...posts.map(({ url, schema, responses }) =>
      fc.record({ url: fc.constant(url), responses: fc.constant(responses), body: changed(schema) }),
    ),
  );
  const tally = new Tally();
  const bad: string[] = [];
  for (let done = 0; done < count; done += CHUNK) {
    for (const { url, body, responses } of fc.sample(requests, {
      numRuns: Math.min(CHUNK, count - done),
      seed: seed + done,
    })) {
      const { status, text } = await asked(service, url, body);
      tally.add(status < 300 ? 'accepted' : String(status));
      const announced = String(status) in responses;
      if (!announced || (status >= 500 && status !== 501))
        bad.push(`${url} ${JSON.stringify(body).slice(0, 200)}: ${status} ${text.slice(0, 200)}`);
    }
  }
  const alive = (await service.get('/healthz')).status === 200;
  await service.stop();
  const accepted = tally.of(/accepted/) / count;
  console.log(`${count} bodies for ${posts.length} routes: ${tally} (${(100 * accepted).toFixed(0)} % accepted)`);
  bad.slice(0, 10).forEach((line) => console.log(`  ${line}`));
  return bad.length === 0 && alive && accepted >= 0.5;
}

async function asked(service: TestService, url: string, body: unknown): Promise<{ status: number; text: string }> {
  const response = await service.post(url, body);
  return { status: response.status, text: Buffer.from(await response.arrayBuffer()).toString('latin1') };
}

/** A fitting value, of which now and then one member is gone, doubled, or another. */
function changed(schema: Schema): fc.Arbitrary<unknown> {
  const whole = sensible(schema);
  const names = Object.keys(schema.properties ?? {});
  if (names.length === 0) return whole;
  const value = fc.oneof(
    fc.jsonValue({ maxDepth: 2 }),
    fc.constantFrom<unknown>('', '\0', -1, 1e308, '\ud800', [], {}, true, 'x'.repeat(5000)),
  );
  return fc
    .tuple(whole, fc.nat(CHANGED_EVERY - 1), fc.constantFrom(...names, 'unknown'), value)
    .map(([fits, changes, name, other]) =>
      changes === 0 && typeof fits === 'object' ? { ...fits, [name]: other } : fits,
    );
}

/** Values that fit also where a schema does not say all: text that can be spoken, a model and a voice that are there. */
function sensible(schema: Schema): fc.Arbitrary<unknown> {
  const KNOWN: Record<string, fc.Arbitrary<unknown>> = {
    model: fc.constantFrom('gpt-talker', 'tts-1', 'tiny'),
    voice: fc.constantFrom('tiny', 'other', 'alloy'),
    text_lang: fc.constantFrom('en', 'auto', 'EN'),
    prompt_lang: fc.constantFrom('en', 'auto'),
    input: spoken,
    text: spoken,
    response_format: fc.constantFrom('wav', 'pcm'),
    format: fc.constantFrom('wav', 'pcm'),
    media_type: fc.constantFrom('wav', 'raw', 'auto'),
    audio: fc.constant(undefined),
    turns: fc.array(fc.record({ role: fc.constantFrom('user', 'agent'), text: spoken }), { maxLength: 3 }),
  };
  if (!schema.properties) return fitting(schema);
  const members = Object.entries(schema.properties).map(([name, property]) => [name, KNOWN[name] ?? fitting(property)]);
  return fc.record(Object.fromEntries(members) as Record<string, fc.Arbitrary<unknown>>, {
    requiredKeys: schema.required ?? [],
  });
}

const spoken = fc.oneof(
  fc.constantFrom('Hello there.', '你好。', 'Yes!', '3.14 %', '…'),
  fc.string({ unit: 'grapheme', minLength: 1, maxLength: 60 }).filter((text) => !text.includes('☃')),
);
