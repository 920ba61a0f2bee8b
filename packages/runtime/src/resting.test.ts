// Loaded once for those who need it at the same time, let go when nobody has for a while, and loaded again.
import { Resting } from './resting';

beforeEach(() => jest.useFakeTimers());
afterEach(() => jest.useRealTimers());

function made(idleSeconds = 10) {
  const log: string[] = [];
  const load = async () => {
    log.push('loaded');
    return { name: 'encoder', dispose: async () => void log.push('disposed') };
  };
  return { log, resting: new Resting(load, idleSeconds) };
}

test('it is loaded at the first use, shared, and let go some time after the last', async () => {
  const { log, resting } = made();
  await jest.advanceTimersByTimeAsync(60_000);
  expect(log).toEqual([]);
  let finish = () => {};
  const long = resting.use(() => new Promise<void>((resolve) => (finish = resolve)));
  expect(await resting.use(async ({ name }) => name)).toBe('encoder');
  await jest.advanceTimersByTimeAsync(60_000);
  expect(log).toEqual(['loaded']); // still in use
  finish();
  await long;
  await jest.advanceTimersByTimeAsync(9_000);
  expect(log).toEqual(['loaded']);
  await jest.advanceTimersByTimeAsync(2_000);
  expect(log).toEqual(['loaded', 'disposed']);
  await resting.use(async () => undefined);
  expect(log).toEqual(['loaded', 'disposed', 'loaded']);
});

test('what could not be loaded is tried again', async () => {
  let tries = 0;
  const resting = new Resting(async () => {
    if (++tries === 1) throw new Error('not now');
    return { dispose: async () => {} };
  }, 10);
  await expect(resting.use(async () => 'done')).rejects.toThrow('not now');
  expect(await resting.use(async () => 'done')).toBe('done');
});

test('it is let go at once when asked, and a use after that loads it again', async () => {
  const { log, resting } = made();
  await resting.dispose();
  await resting.use(async () => undefined);
  await resting.dispose();
  await resting.dispose();
  expect(log).toEqual(['loaded', 'disposed']);
  await resting.use(async () => undefined);
  await jest.advanceTimersByTimeAsync(11_000);
  expect(log).toEqual(['loaded', 'disposed', 'loaded', 'disposed']);
});
