// The pool: who gets which job, what becomes of jobs whose process ends, and that work which nobody wants stops.
import path from 'node:path';
import type { ConversationHandle, SpeechTask } from '../src/engine/engine';
import { WorkerPool } from '../src/engine/worker-pool';
import { until } from './test-service';

const program = path.join(__dirname, 'fake-worker.cjs');
const notes: [string, Record<string, unknown>][] = [];
let pool: WorkerPool;
const options = { program, workers: 2, concurrency: 2, timeoutSeconds: 2 };
beforeEach(async () => {
  notes.length = 0;
  const worker = { voiceFolders: [], conversations: 1, conversationSeconds: 60 };
  pool = await WorkerPool.start({ ...options, worker, note: (...note) => notes.push(note) });
});
afterEach(() => pool.dispose());

async function said(task: Partial<SpeechTask>): Promise<{ samples: number[][]; worker: number; history: number }> {
  const speech = pool.speak({ text: 'hello', seed: 1, ...task });
  const samples: number[][] = [];
  for await (const chunk of speech) samples.push([...chunk.samples]);
  return { samples, worker: speech.facts!.tokens[0], history: speech.facts!.historyTurns };
}

function conversation(id: string, version = 0, state: unknown = undefined): ConversationHandle & { loads: number } {
  const handle = { id, voice: 'tiny', version, loads: 0, load: async () => (handle.loads++, state) };
  return handle;
}

test('starts its processes, and knows their voices and memory', async () => {
  expect(pool.voices.map(({ name }) => name)).toEqual(['tiny']);
  await until(() => Object.values(pool.vitals().residentBytes).every((bytes) => bytes === 4321));
  expect(pool.vitals()).toMatchObject({ ready: 2, wanted: 2, capacity: 4 });
  expect(new Set(pool.processIds).size).toBe(2);
});

test('spreads replies, and gives each its own sound', async () => {
  const all = await Promise.all([1, 2, 3, 4].map((seed) => said({ seed, text: 'slow' })));
  all.forEach(({ samples, worker }, i) =>
    expect(samples).toEqual([0, 1, 2, 3, 4].map((chunk) => [i + 1, chunk, Math.fround(worker)])),
  );
  expect(new Set(all.map(({ worker }) => worker)).size).toBe(2);
});

test('sends a conversation where it is known, and its state where it is not', async () => {
  const first = conversation('a');
  const { worker } = await said({ conversation: first });
  for (let version = 1; version < 4; version++) {
    const known = conversation('a', version);
    expect(await said({ conversation: known })).toMatchObject({ worker, history: version });
    expect(known.loads).toBe(0);
  }
  // Another service has added a turn meanwhile.
  const ahead = conversation('a', 9, ['x', 'y']);
  expect(await said({ conversation: ahead })).toMatchObject({ worker, history: 2 });
  expect(ahead.loads).toBe(1);
  pool.forget('a');
  const forgotten = conversation('a', 10, ['x']);
  expect(await said({ conversation: forgotten })).toMatchObject({ history: 1 });
  expect(forgotten.loads).toBe(1);
});

test('who no longer has a conversation lets go of it', async () => {
  // Three conversations that one process knows, and two that the other does.
  const known = new Map<number, string[]>();
  for (let i = 0; [...known.values()].filter(({ length }) => length >= 3).length < 2; i++) {
    const busy = i % 2 === 0 ? undefined : said({ text: 'slow' });
    const { worker } = await said({ conversation: conversation(`m${i}`) });
    known.set(worker, [...(known.get(worker) ?? []), `m${i}`]);
    await busy;
  }
  const [[first, [moved, ...held]], [, others]] = [...known];
  const keepBusy = (ids: string[]) =>
    ids.slice(0, 2).map((id) => said({ text: 'slow', conversation: conversation(id, 1) }));
  const busy = keepBusy(held);
  const away = conversation(moved, 1, ['hello']);
  expect((await said({ conversation: away })).worker).not.toBe(first);
  expect(away.loads).toBe(1);
  await Promise.all(busy);
  // Back at the first, which knew this version once.
  const also = keepBusy(others);
  const back = conversation(moved, 1, ['hello']);
  expect((await said({ conversation: back })).worker).toBe(first);
  expect(back.loads).toBe(1);
  await Promise.all(also);
});

test('hears', async () => {
  const result = await pool.addTurns(conversation('b'), [{ role: 'user', text: 'Hi.' }]);
  expect(result).toEqual({ tokens: [[expect.any(Number)]], state: ['Hi.'] });
});

test('sends text on as it is written', async () => {
  async function* written() {
    yield 'one';
    await new Promise((resolve) => setTimeout(resolve, 50));
    yield 'two';
  }
  const speech = pool.speak({ text: written(), seed: 1 });
  let chunks = 0;
  for await (const _ of speech) chunks++;
  expect([chunks, speech.facts?.text]).toEqual([10, 'onetwo']);
});

test('a process that ends takes its replies with it, and no other; a new one comes in its place', async () => {
  const doomed = conversation('doomed');
  const { worker } = await said({ conversation: doomed });
  const before = pool.processIds;
  const others = Promise.all([1, 2].map((seed) => said({ seed, text: 'slow' })));
  // The other replies went one to each process, so one of them is lost as well.
  const lost = said({ conversation: conversation('doomed', 1), text: 'die' });
  await expect(lost).rejects.toMatchObject({ name: 'WorkerLostError', code: 'worker-lost' });
  await others.catch(() => undefined);
  await until(() => pool.vitals().ready === 2, 10);
  expect(pool.processIds).not.toContain(worker);
  expect(pool.processIds.filter((id) => before.includes(id))).toHaveLength(1);
  const again = conversation('doomed', 1, ['hello']);
  expect(await said({ conversation: again })).toMatchObject({ history: 1 });
  expect(again.loads).toBe(1);
  expect(notes).toContainEqual(['worker lost', expect.objectContaining({ signal: 'SIGKILL' })]);
});

test.each([
  ['that is stopped', 'stop'],
  ['whose thread does not come back', 'spin'],
])('a process %s is noticed and replaced; its requests get an error, others another process', async (_what, text) => {
  const doomed = said({ text });
  doomed.catch(() => undefined);
  // It keeps nobody waiting, long before it is given up.
  await until(() => pool.vitals().ready === 1, 10);
  expect(pool.vitals().capacity).toBe(2);
  expect((await said({})).samples).toHaveLength(5);
  await expect(doomed).rejects.toMatchObject({
    name: 'WorkerLostError',
    message: 'the process that made this reply hung and was replaced; ask again',
  });
  await until(() => pool.vitals().ready === 2, 10);
  expect(notes).toContainEqual(['worker hangs', expect.objectContaining({ reason: 'it gives no sign of life' })]);
  expect(notes).toContainEqual(['worker lost', expect.objectContaining({ signal: 'SIGKILL' })]);
});

test('a process that lives, but goes on with what it was told to stop, is replaced', async () => {
  const controller = new AbortController();
  const stuck = said({ text: 'never end', signal: controller.signal });
  const before = pool.processIds;
  setTimeout(() => controller.abort(new Error('enough')), 50);
  // Who asked is not made to wait for that.
  await expect(stuck).rejects.toThrow('enough');
  await until(() => notes.some(([event]) => event === 'worker hangs'), 10);
  await until(() => pool.vitals().ready === 2, 10);
  expect(pool.processIds.filter((id) => before.includes(id))).toHaveLength(1);
  const reason = 'it goes on with what it was told to stop';
  expect(notes).toContainEqual(['worker hangs', expect.objectContaining({ reason })]);
});

test('errors keep their name, code and reason', async () => {
  await expect(said({ text: 'fail' })).rejects.toMatchObject({
    name: 'TextError',
    code: 'empty',
    message: 'nothing to say; write words',
  });
  const broken = { ...conversation('c', 3), load: () => Promise.reject(new Error('the store is away')) };
  await expect(said({ conversation: broken })).rejects.toThrow('the store is away');
});

test('what is aborted, or left, stops', async () => {
  const controller = new AbortController();
  const speech = pool.speak({ text: 'slow', seed: 1, signal: controller.signal });
  const reason = new Error('enough');
  const heard = (async () => {
    for await (const _ of speech) controller.abort(reason);
  })();
  await expect(heard).rejects.toBe(reason);
  for await (const _ of pool.speak({ text: 'slow', seed: 2 })) break;
  // Places are free again only when the processes have said that they stopped.
  await until(() => (pool as unknown as { slots: { running: number }[] }).slots.every(({ running }) => running === 0));
  await expect(said({ signal: AbortSignal.abort(reason) })).rejects.toBe(reason);
});

test('a model that cannot be loaded is said at the start', async () => {
  const worker = { voiceFolders: ['broken'], conversations: 1, conversationSeconds: 60 };
  await expect(WorkerPool.start({ ...options, workers: 1, worker })).rejects.toMatchObject({
    name: 'VoiceFileError',
    message: expect.stringContaining('no such voice folder'),
  });
  await expect(WorkerPool.start({ ...options, program: '/nowhere.js', workers: 1, worker })).rejects.toThrow(
    'ended before it was ready',
  );
});
