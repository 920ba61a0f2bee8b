// The same rules for both kinds of session.
import { cacheModel, doublingModel, headCacheModel, twoCachesModel } from '../test/onnx-bytes';
import { SessionHost, fedRows, float32, openLocalSession, type KvCache, type Session } from './index';

let host: SessionHost;
beforeAll(async () => {
  host = await SessionHost.start({ intraOpThreads: 1 });
});
afterAll(() => host.dispose());

const WIDTH = 3;
const pairs = [{ input: 'past', output: 'row', width: WIDTH }];
/** `count` rows, the values of which are distinct. */
const rows = (first: number, count: number) =>
  float32(
    Array.from({ length: count * WIDTH }, (_, index) => first + Math.floor(index / WIDTH)),
    [1, count, WIDTH],
  );

describe.each([
  ['in a worker thread', (bytes: Uint8Array): Promise<Session> => host.load(bytes)],
  ['in the calling thread', (bytes: Uint8Array): Promise<Session> => openLocalSession(bytes, { intraOpThreads: 1 })],
])('a cache %s', (_where, open) => {
  let session: Session;
  beforeEach(async () => {
    session = await open(cacheModel(WIDTH));
  });
  afterEach(() => session.dispose());

  /** The first value of each row that the graph sees after appending. */
  async function seen(cache: KvCache, first: number, count: number): Promise<number[]> {
    const { rows: all } = await session.run({ x: rows(first, count) }, { cache });
    return Array.from({ length: all.dims[1] }, (_, row) => Number(all.data[row * WIDTH]));
  }

  test('grows by what each run appends, and is not returned', async () => {
    const cache = await session.createCache({ pairs, capacity: 100 });
    expect(cache.length).toBe(0);
    expect(await seen(cache, 0, 2)).toEqual([0, 1]);
    expect(await seen(cache, 2, 1)).toEqual([0, 1, 2]);
    expect(cache.length).toBe(3);
    expect(Object.keys(await session.run({ x: rows(3, 1) }, { cache }))).toEqual(['rows']);
  });

  test('keeps its rows when it grows beyond its first size, and says what its tables take', async () => {
    const cache = await session.createCache({ pairs, capacity: 1000 });
    const bytesOf = (count: number) => 4 * WIDTH * count;
    expect(cache.bytes).toBe(bytesOf(256));
    await session.run({ x: rows(0, 200) }, { cache });
    expect(cache.bytes).toBe(bytesOf(256));
    await session.run({ x: rows(200, 500) }, { cache });
    expect(cache.bytes).toBe(bytesOf(1000));
    expect(await seen(cache, 700, 1)).toEqual(Array.from({ length: 701 }, (_, row) => row));
    await cache.truncate(300);
    expect(cache.bytes).toBe(bytesOf(512));
    expect(await seen(cache, 300, 1)).toEqual(Array.from({ length: 301 }, (_, row) => row));
    const small = await session.createCache({ pairs, capacity: 100 });
    expect(small.bytes).toBe(bytesOf(100));
    await small.dispose();
    expect(small.bytes).toBe(0);
  });

  test('is truncated', async () => {
    const cache = await session.createCache({ pairs, capacity: 100 });
    await session.run({ x: rows(0, 5) }, { cache });
    await cache.truncate(2);
    expect(cache.length).toBe(2);
    expect(await seen(cache, 9, 1)).toEqual([0, 1, 9]);
    await expect(cache.truncate(7)).rejects.toMatchObject({
      code: 'cache',
      message: 'a cache of 3 rows cannot be truncated to 7',
    });
    await expect(cache.truncate(-1)).rejects.toMatchObject({ code: 'cache' });
  });

  test('is forked, and both go their own way', async () => {
    const cache = await session.createCache({ pairs, capacity: 1000 });
    await session.run({ x: rows(0, 300) }, { cache });
    const copy = await cache.fork();
    await cache.truncate(2);
    expect(await seen(cache, 50, 1)).toEqual([0, 1, 50]);
    expect(copy.length).toBe(300);
    expect((await seen(copy, 60, 1)).slice(-3)).toEqual([298, 299, 60]);
  });

  test('refuses more rows than its capacity, and stays as it was', async () => {
    const cache = await session.createCache({ pairs, capacity: 4 });
    await session.run({ x: rows(0, 3) }, { cache });
    await expect(session.run({ x: rows(3, 2) }, { cache })).rejects.toMatchObject({
      code: 'cache',
      message: 'the cache holds 3 of at most 4 rows and cannot take 2 more; truncate it or create a larger one',
    });
    expect(await seen(cache, 3, 1)).toEqual([0, 1, 2, 3]);
  });

  test('must fit the graph', async () => {
    await expect(
      session.createCache({ pairs: [{ input: 'key', output: 'row', width: WIDTH }], capacity: 4 }),
    ).rejects.toMatchObject({
      code: 'cache',
      message: "the graph has no input 'key' to cache",
    });
    await expect(session.createCache({ pairs: [{ ...pairs[0], width: 8 }], capacity: 4 })).rejects.toMatchObject({
      code: 'cache',
      message: "input 'past' is float32 [1, P, 3], but a cache of width 8 needs float32 [1, rows, 8]",
    });
    await expect(session.createCache({ pairs, capacity: 0 })).rejects.toMatchObject({ code: 'cache' });
  });

  test('serves only the session that made it, and only until it is disposed', async () => {
    const cache = await session.createCache({ pairs, capacity: 4 });
    const other = await open(doublingModel());
    await expect(other.run({ x: float32([1]) }, { cache })).rejects.toMatchObject({ code: 'cache' });
    await cache.dispose();
    await cache.dispose();
    await expect(session.run({ x: rows(0, 1) }, { cache })).rejects.toMatchObject({ code: 'disposed' });
    await expect(cache.fork()).rejects.toMatchObject({ code: 'disposed' });
    await other.dispose();
  });
});

describe.each([
  ['in a worker thread', (bytes: Uint8Array): Promise<Session> => host.load(bytes)],
  ['in the calling thread', (bytes: Uint8Array): Promise<Session> => openLocalSession(bytes, { intraOpThreads: 1 })],
])('a cache by heads %s', (_where, open) => {
  const [HEADS, EACH] = [2, 3];
  const headPairs = [{ input: 'past', output: 'row', width: HEADS * EACH, heads: HEADS }];
  let session: Session;
  beforeAll(async () => {
    session = await open(headCacheModel(HEADS, EACH));
  });
  afterAll(() => session.dispose());

  /** Appends rows first, first + 1, …; what each head sees of those held before, and how many rows it was fed. */
  async function append(cache: KvCache, first: number, count: number): Promise<{ heads: number[][]; fed: number }> {
    const held = cache.length;
    const values = Array.from(
      { length: HEADS * count * EACH },
      (_, index) => 1000 * Math.floor(index / (count * EACH)) + first + (Math.floor(index / EACH) % count),
    );
    const { rows: all } = await session.run({ x: float32(values, [1, HEADS, count, EACH]) }, { cache });
    const fed = all.dims[2] - count;
    const heads = Array.from({ length: HEADS }, (_, head) =>
      Array.from({ length: held }, (__, row) => Number(all.data[(head * all.dims[2] + row) * EACH]) - 1000 * head),
    );
    return { heads, fed };
  }
  const upTo = (count: number) => Array.from({ length: count }, (_, row) => row);

  test('keeps every head in order while it grows, and feeds as many rows as fedRows says', async () => {
    const cache = await session.createCache({ pairs: headPairs, capacity: 1000 });
    let held = 0;
    for (const count of [1, 1, 60, 1, 1, 1, 200, 1]) {
      const { heads, fed } = await append(cache, held, count);
      expect(heads).toEqual([upTo(held), upTo(held)]);
      expect(fed).toBe(fedRows(held));
      held += count;
      expect(cache.bytes).toBe(4 * HEADS * EACH * fedRows(held));
    }
    expect(cache.length).toBe(held);
  });

  test('is truncated and forked', async () => {
    const cache = await session.createCache({ pairs: headPairs, capacity: 1000 });
    await append(cache, 0, 300);
    const copy = await cache.fork();
    await cache.truncate(70);
    await append(cache, 70, 1);
    expect(await append(cache, 71, 1)).toEqual({ heads: [upTo(71), upTo(71)], fed: fedRows(71) });
    expect(await append(copy, 300, 1)).toEqual({ heads: [upTo(300), upTo(300)], fed: fedRows(300) });
    await expect(session.createCache({ pairs, capacity: 10 })).rejects.toMatchObject({ code: 'cache' });
  });

  test('is one of several that a run feeds and appends a row to', async () => {
    const both = await open(twoCachesModel(HEADS, EACH));
    const caches = [0, 1].map(() => session.createCache({ pairs: headPairs, capacity: 70 }));
    const [short, long] = await Promise.all(caches);
    await append(short, 0, 3);
    await append(long, 0, 66);
    const x = float32(
      Array.from(
        { length: 2 * HEADS * EACH },
        (_, index) => 1000 * (Math.floor(index / EACH) % HEADS) + (index < HEADS * EACH ? 3 : 66),
      ),
      [2, HEADS, 1, EACH],
    );
    const { rows_0: fedShort, rows_1: fedLong } = await both.run(
      { x },
      { caches: [short, long], fetch: ['rows_0', 'rows_1'] },
    );
    expect([fedShort, fedLong].map(({ dims }) => dims[2])).toEqual([fedRows(3), fedRows(66)]);
    expect([short.length, long.length]).toEqual([4, 67]);
    expect((await append(short, 4, 1)).heads).toEqual([upTo(4), upTo(4)]);
    expect((await append(long, 67, 1)).heads).toEqual([upTo(67), upTo(67)]);
    // An empty place is fed zeros, and nobody's row is kept.
    const { rows_1: nothing } = await both.run({ x }, { caches: [short, undefined], fetch: ['rows_1'] });
    expect(nothing.dims[2]).toBe(fedRows(0));
    expect((nothing.data as Float32Array).every((value) => value === 0)).toBe(true);
    expect([short.length, long.length]).toEqual([6, 68]);
    // A full one keeps the others from being appended to.
    await append(long, 68, 2);
    await expect(both.run({ x }, { caches: [short, long] })).rejects.toMatchObject({ code: 'cache' });
    await expect(both.run({ x }, { caches: [undefined, undefined] })).rejects.toMatchObject({ code: 'cache' });
    expect(short.length).toBe(6);
    await both.dispose();
  });
});
