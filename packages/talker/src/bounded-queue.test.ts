import { BoundedQueue } from './bounded-queue';

async function collect<T>(queue: BoundedQueue<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of queue) all.push(item);
  return all;
}

test('items come in order, whether they are read before or after they are there', async () => {
  const queue = new BoundedQueue<number>({ capacity: 10 });
  void queue.push(1);
  const all = collect(queue);
  void queue.push(2);
  await Promise.resolve();
  void queue.push(3);
  queue.end();
  void queue.push(4);
  expect(await all).toEqual([1, 2, 3]);
});

test('cut, what is queued is not read any more', async () => {
  const queue = new BoundedQueue<number>({ capacity: 10 });
  void queue.push(1);
  queue.cut();
  expect(await collect(queue)).toEqual([]);
});

test('a failure reaches those who wait and those who come later, and overrides an end', async () => {
  const waiting = new BoundedQueue<number>({ capacity: 10 });
  const reader = waiting.next();
  waiting.cut({ error: new Error('broken') });
  await expect(reader).rejects.toThrow('broken');
  await expect(waiting.next()).rejects.toThrow('broken');

  const ended = new BoundedQueue<number>({ capacity: 10 });
  void ended.push(1);
  ended.end();
  ended.cut({ error: new Error('broken') });
  await expect(ended.next()).rejects.toThrow('broken');
});

test('a reader who leaves drops the rest', async () => {
  const queue = new BoundedQueue<number>({ capacity: 10 });
  void queue.push(1);
  void queue.push(2);
  for await (const item of queue) if (item === 1) break;
  expect(queue.length).toBe(0);
});

test('a maker waits while more than the capacity is queued, and goes on when it is read', async () => {
  const queue = new BoundedQueue<number>({ capacity: 5, sizeOf: (item) => item });
  await queue.push(4);
  let passed = false;
  const waiting = queue.push(3).then(() => (passed = true));
  await new Promise((resolve) => setTimeout(resolve, 5));
  expect(passed).toBe(false);
  expect(await queue.next()).toEqual({ done: false, value: 4 });
  await waiting;
  expect(passed).toBe(true);
});

test.each(['end', 'cut', 'return'] as const)('a maker that waits is let go at the %s', async (how) => {
  const queue = new BoundedQueue<number>({ capacity: 1 });
  await queue.push(1);
  const waiting = queue.push(2);
  void queue[how]();
  await waiting;
});
