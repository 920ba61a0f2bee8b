import { execFile } from 'node:child_process';
import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import type { Worker } from 'node:worker_threads';
import { cacheModel, doublingModel, heavyModel, onnxModel } from '../test/onnx-bytes';
import { SessionHost, float32, int64, type HostTensor, type Session } from './index';

let host: SessionHost;
let doubling: Session;

beforeAll(async () => {
  host = await SessionHost.start({ intraOpThreads: 1 });
  doubling = await host.load(doublingModel());
});
afterAll(() => host.dispose());

const heavyFeed = (size: number) => ({ x: float32(new Float32Array(size * size).fill(1 / size), [size, size]) });

describe('running', () => {
  test('feeds and results are plain tensors', async () => {
    expect(doubling.inputs).toEqual([{ name: 'x', type: 'float32', dims: ['N'] }]);
    expect(doubling.outputs).toEqual([{ name: 'y', type: 'float32', dims: ['N'] }]);
    expect(await doubling.run({ x: float32([1, -2.5]) })).toEqual({
      y: { type: 'float32', data: Float32Array.of(2, -5), dims: [2] },
    });
  });

  test('a view is fed, not the buffer behind it, and stays usable', async () => {
    const data = Float32Array.of(9, 1, 2, 9);
    const feed = float32(data.subarray(1, 3));
    expect((await doubling.run({ x: feed })).y.data).toEqual(Float32Array.of(2, 4));
    expect((await doubling.run({ x: feed })).y.data).toEqual(Float32Array.of(2, 4));
    expect(data).toEqual(Float32Array.of(9, 1, 2, 9));
  });

  test('an empty tensor passes', async () => {
    expect((await doubling.run({ x: float32([]) })).y).toEqual(float32([]));
  });

  test('every element type passes', async () => {
    const types = {
      float32: Float32Array,
      int32: Int32Array,
      int64: BigInt64Array,
      bool: Uint8Array,
      uint8: Uint8Array,
      int8: Int8Array,
      float16: Uint16Array,
    };
    for (const [type, Values] of Object.entries(types) as [HostTensor['type'], typeof Uint8Array][]) {
      const value = { name: 'x', type, dims: ['N'] };
      const same = await host.load(
        onnxModel([value], [{ ...value, name: 'y' }], [{ operator: 'Identity', inputs: ['x'], outputs: ['y'] }]),
      );
      const x = { type, data: new Values(3), dims: [3] };
      expect((await same.run({ x })).y).toEqual(x);
      await same.dispose();
    }
  });

  test('results come in the order of the calls', async () => {
    const results = await Promise.all([1, 2, 3, 4].map((value) => doubling.run({ x: float32([value]) })));
    expect(results.map(({ y }) => y.data[0])).toEqual([2, 4, 6, 8]);
  });

  test('only the outputs that are fetched come back', async () => {
    const two = await host.load(
      onnxModel(
        [{ name: 'x', dims: ['N'] }],
        [
          { name: 'sum', dims: ['N'] },
          { name: 'negative', dims: ['N'] },
        ],
        [
          { operator: 'Add', inputs: ['x', 'x'], outputs: ['sum'] },
          { operator: 'Neg', inputs: ['x'], outputs: ['negative'] },
        ],
      ),
    );
    expect(await two.run({ x: float32([3]) }, { fetch: ['negative'] })).toEqual({ negative: float32([-3]) });
    await expect(two.run({ x: float32([3]) }, { fetch: ['product'] })).rejects.toMatchObject({
      code: 'feeds',
      message: "the graph has no output 'product'; it has sum, negative",
    });
  });

  test('timers keep ticking while a graph computes', async () => {
    const heavy = await host.load(heavyModel(40));
    const ticks: number[] = [];
    let previous = performance.now();
    const timer = setInterval(() => {
      ticks.push(performance.now() - previous);
      previous = performance.now();
    }, 5);
    const begin = performance.now();
    await heavy.run(heavyFeed(512));
    const spentMilliseconds = performance.now() - begin;
    clearInterval(timer);
    // A blocked loop would give one tick, as long as the whole run.
    expect(ticks.length).toBeGreaterThan(3);
    expect(Math.max(...ticks)).toBeLessThan(spentMilliseconds / 2);
  });
});

describe('what cannot be run', () => {
  test.each([
    ['a missing input', {}, "input 'x' (float32 [N]) was not fed"],
    ['an unknown input', { x: float32([1]), z: float32([1]) }, "the graph has no input 'z'; it has x"],
    ['a wrong rank', { x: float32([1], [1, 1]) }, "input 'x' is float32 [1, 1], but the graph declares float32 [N]"],
    ['a wrong type', { x: int64([1]) }, "input 'x' is int64 [1], but the graph declares float32 [N]"],
    [
      'too few values',
      { x: { ...float32([1]), dims: [7] } },
      "input 'x' of shape [7] needs that many values in a Float32Array",
    ],
  ])('%s', async (_what, feeds, message) => {
    await expect(doubling.run(feeds as Record<string, HostTensor>)).rejects.toMatchObject({
      name: 'RuntimeError',
      code: 'feeds',
      message,
    });
  });

  test('something that is no data at all', async () => {
    const x = { type: 'float32', data: new Float32Array(1), dims: [() => 1] } as unknown as HostTensor;
    await expect(doubling.run({ x })).rejects.toMatchObject({
      code: 'feeds',
      message: expect.stringContaining('cannot be sent'),
    });
    expect((await doubling.run({ x: float32([1]) })).y.data[0]).toBe(2);
  });

  test('a graph that fails while it runs', async () => {
    const product = await host.load(heavyModel(1));
    await expect(product.run({ x: float32(new Float32Array(6), [2, 3]) })).rejects.toMatchObject({
      code: 'run',
      message: expect.stringMatching(/^onnxruntime failed: [^\n]+$/),
    });
  });

  test('a file that is not there, or is no graph', async () => {
    await expect(host.load('/nowhere/gpt.onnx')).rejects.toMatchObject({
      code: 'model-file',
      message: '/nowhere/gpt.onnx: cannot be read (ENOENT); check the path',
    });
    await expect(host.load(Uint8Array.of(1, 2, 3))).rejects.toMatchObject({
      code: 'model-invalid',
      message: expect.stringMatching(/^model of 3 bytes: onnxruntime cannot load it: [^\n]+$/),
    });
  });

  test('a provider that is not there', async () => {
    await expect(SessionHost.start({ executionProviders: ['quantum' as 'cuda'] })).rejects.toMatchObject({
      code: 'execution-provider',
      message: expect.stringContaining("execution provider 'quantum' is not available on this machine"),
    });
  });
});

test('a graph is loaded from a file', async () => {
  const folder = await mkdtemp(path.join(tmpdir(), 'runtime-'));
  try {
    await writeFile(path.join(folder, 'double.onnx'), doublingModel());
    const session = await host.load(path.join(folder, 'double.onnx'));
    expect((await session.run({ x: float32([4]) })).y.data[0]).toBe(8);
  } finally {
    await rm(folder, { recursive: true });
  }
});

describe('aborting', () => {
  test('a call that waits is dropped, one that runs is forgotten, the next ones go on', async () => {
    const heavy = await host.load(heavyModel(20));
    const controller = new AbortController();
    const running = heavy.run(heavyFeed(512), { signal: controller.signal });
    const waiting = doubling.run({ x: float32([1]) }, { signal: controller.signal });
    const after = doubling.run({ x: float32([5]) });
    setImmediate(() => controller.abort(new Error('enough')));
    await expect(running).rejects.toThrow('enough');
    await expect(waiting).rejects.toThrow('enough');
    expect((await after).y.data[0]).toBe(10);
  });

  test('an aborted signal is enough', async () => {
    await expect(doubling.run({ x: float32([1]) }, { signal: AbortSignal.abort() })).rejects.toMatchObject({
      name: 'AbortError',
    });
  });

  test('a signal that lives on is not held on to', async () => {
    const controller = new AbortController();
    const remove = jest.spyOn(controller.signal, 'removeEventListener');
    await doubling.run({ x: float32([1]) }, { signal: controller.signal });
    expect(remove).toHaveBeenCalledTimes(1);
  });

  test('an aborted run leaves its cache as it was', async () => {
    const session = await host.load(cacheModel(2));
    const cache = await session.createCache({ pairs: [{ input: 'past', output: 'row', width: 2 }], capacity: 8 });
    const x = float32([1, 2], [1, 1, 2]);
    await session.run({ x }, { cache });
    const controller = new AbortController();
    const aborted = session.run({ x }, { cache, signal: controller.signal });
    controller.abort();
    await expect(aborted).rejects.toMatchObject({ name: 'AbortError' });
    const { rows } = await session.run({ x: float32([3, 4], [1, 1, 2]) }, { cache });
    expect(rows.data).toEqual(Float32Array.of(1, 2, 3, 4));
    expect(cache.length).toBe(2);
  });
});

describe('disposing', () => {
  test('a session may be disposed twice, and then refuses to run', async () => {
    const session = await host.load(doublingModel());
    await Promise.all([session.dispose(), session.dispose()]);
    await expect(session.run({ x: float32([1]) })).rejects.toMatchObject({ code: 'disposed' });
    await expect(session.createCache({ pairs: [], capacity: 1 })).rejects.toMatchObject({ code: 'disposed' });
  });

  test('a host rejects what is under way, and what comes later', async () => {
    const short = await SessionHost.start();
    const heavy = await short.load(heavyModel(20));
    const running = heavy.run(heavyFeed(256));
    const waiting = heavy.run(heavyFeed(256));
    const ends = Promise.all([short.dispose(), short.dispose()]);
    await expect(running).rejects.toMatchObject({ code: 'disposed' });
    await expect(waiting).rejects.toMatchObject({ code: 'disposed' });
    await ends;
    await expect(short.load(doublingModel())).rejects.toMatchObject({ code: 'disposed' });
    await heavy.dispose();
  });

  test('a thread that dies rejects what it owes, and what comes later', async () => {
    const doomed = await SessionHost.start();
    const session = await doomed.load(heavyModel(20));
    const { worker } = doomed as unknown as { worker: Worker };
    // Not in the middle of a computation: native code that comes back to a thread which is gone ends the whole process, now and then.
    void worker.terminate();
    const running = session.run(heavyFeed(256));
    await expect(running).rejects.toMatchObject({ name: 'RuntimeError', code: 'worker' });
    await expect(session.run(heavyFeed(2))).rejects.toMatchObject({ code: 'worker' });
    await doomed.dispose();
  });

  test('a program that forgets to dispose still ends, cleanly', async () => {
    const sources = path.resolve(__dirname, '..');
    const program = `
      const { Worker } = require('node:worker_threads');
      const worker = new Worker(${JSON.stringify(path.join(sources, 'worker/session-worker.cjs'))}, { workerData: {} });
      worker.on('message', (reply) => { console.log(reply.result.inputs[0].name); worker.unref(); });
      worker.postMessage({ operation: 'load', session: 1, source: Uint8Array.from(${JSON.stringify([...doublingModel()])}), options: {} });`;
    const { stdout, stderr } = await promisify(execFile)(process.execPath, ['-e', program], { timeout: 20_000 });
    expect({ stdout, stderr }).toEqual({ stdout: 'x\n', stderr: '' });
  });
});

test('a round trip costs little', async () => {
  const x = float32(new Float32Array(1024));
  const timeRounds = async (count: number) => {
    const begin = performance.now();
    for (let round = 0; round < count; round++) await doubling.run({ x });
    return (performance.now() - begin) / count;
  };
  await timeRounds(200);
  const best = Math.min(await timeRounds(300), await timeRounds(300), await timeRounds(300));
  // About 0.05 ms on an idle machine; the bound leaves room for a busy one, and would still catch a polling loop.
  expect(best).toBeLessThan(1);
});
