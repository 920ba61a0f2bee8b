// The window of turns under everything that can happen to it at once: what a lease gives is always what was said last.
import type { Segment } from '@gpt-talker/context';
import type { Gpt, GptContext } from '@gpt-talker/gpt';
import { HistoryWindow } from './history-window';

const turn = (number: number): Segment[] => [{ kind: 'text', role: 'user', phonemes: Int32Array.of(number) }];
const numbers = (segments: readonly Segment[]) =>
  segments.map((segment) => (segment.kind === 'text' ? segment.phonemes[0] : -1));

/** Contexts that take their time, and complain when they are used wrongly. */
function slowGpt(wait: () => Promise<void>) {
  const open = new Set<object>();
  const context = (read: Segment[]): GptContext => {
    const self = {
      bytes: 1,
      read,
      async append(segments: readonly Segment[], { signal }: { signal?: AbortSignal } = {}) {
        await wait();
        signal?.throwIfAborted();
        if (!open.has(self)) throw new Error('appended to a disposed context');
        read.push(...segments);
      },
      async fork() {
        const copy = [...read];
        await wait();
        return context(copy);
      },
      async dispose() {
        open.delete(self);
      },
    };
    open.add(self);
    return self as unknown as GptContext;
  };
  const gpt: Pick<Gpt, 'open'> = {
    async open() {
      await wait();
      return context([]);
    },
  };
  return { gpt, open };
}

/** mulberry32: the same order of events every time. */
function seeded(seed: number): () => number {
  let state = seed;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

test.each([1, 2, 3, 4, 5, 6])('whatever happens at once, a lease reads the last turns (order %d)', async (seed) => {
  const random = seeded(seed);
  const wait = async () => {
    for (let left = Math.floor(4 * random()); left > 0; left--) await new Promise((resolve) => setImmediate(resolve));
  };
  const { gpt, open } = slowGpt(wait);
  const size = 1 + (seed % 3);
  const window = new HistoryWindow(gpt, size, 1000);
  const said: number[] = [];
  const running: Promise<unknown>[] = [];
  for (let event = 0; event < 150; event++) {
    const kind = random();
    if (kind < 0.35) {
      said.push(event);
      window.push(turn(event));
      window.readAhead();
    } else if (kind < 0.45 && said.length > 0) {
      // A conversation changes its turns one after the other; replies that run read what was there before.
      const place = Math.max(0, said.length - 1 - Math.floor(2 * random()));
      said[place] = 1000 + event;
      await window.replace(place, turn(1000 + event));
      window.readAhead();
    } else if (kind < 0.5) {
      running.push(window.forget());
    } else if (kind < 0.8) {
      const lease = await window.lease();
      const expected = said.slice(-size);
      const { read } = lease.context as unknown as { read: Segment[] };
      expect(numbers(read)).toEqual(expected);
      expect(numbers(lease.history.flat())).toEqual(expected);
      running.push(
        (async () => {
          await wait();
          await wait();
          expect(numbers(read)).toEqual(expected);
          expect(open.has(lease.context)).toBe(true);
          await lease.release();
        })(),
      );
    } else await wait();
  }
  await Promise.all(running);
  await window.dispose();
  expect(open.size).toBe(0);
});

test('a history that does not fit is refused, and read when it does', async () => {
  const { gpt, open } = slowGpt(async () => undefined);
  const window = new HistoryWindow(gpt, 2, 3);
  for (let number = 0; number < 2; number++) window.push(turn(number));
  const lease = await window.lease();
  await lease.release();
  window.push([...turn(2), ...turn(3)]);
  await expect(window.lease()).rejects.toMatchObject({ code: 'too-long' });
  window.push(turn(4));
  window.push(turn(5));
  await (await window.lease()).release();
  await window.dispose();
  expect(open.size).toBe(0);
});
