import { AsyncQueue } from './async-queue';

async function collect<T>(queue: AsyncQueue<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of queue) all.push(item);
  return all;
}

test('items come in order, whether they are read before or after they are there', async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  const all = collect(queue);
  queue.push(2);
  await Promise.resolve();
  queue.push(3);
  queue.end();
  queue.push(4);
  expect(await all).toEqual([1, 2, 3]);
});

test('cut, what is queued is not read any more', async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  queue.cut();
  expect(await collect(queue)).toEqual([]);
});

test('a failure reaches those who wait and those who come later, and overrides an end', async () => {
  const waiting = new AsyncQueue<number>();
  const reader = waiting.next();
  waiting.cut({ error: new Error('broken') });
  await expect(reader).rejects.toThrow('broken');
  await expect(waiting.next()).rejects.toThrow('broken');

  const ended = new AsyncQueue<number>();
  ended.push(1);
  ended.end();
  ended.cut({ error: new Error('broken') });
  await expect(ended.next()).rejects.toThrow('broken');
});

test('a reader who leaves drops the rest', async () => {
  const queue = new AsyncQueue<number>();
  queue.push(1);
  queue.push(2);
  for await (const item of queue) if (item === 1) break;
  expect(queue.length).toBe(0);
});
