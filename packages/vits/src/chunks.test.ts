import { chunksOf, type Chunk } from './chunks';

async function chunks(count: number, options: Parameters<typeof chunksOf>[1]): Promise<Chunk[]> {
  const all: Chunk[] = [];
  for await (const { chunk } of chunksOf(
    Array.from({ length: count }, (_, index) => index),
    options,
  ))
    all.push({ ...chunk });
  return all;
}

test('chunks cover all tokens once, double in size and have their context', async () => {
  const all = await chunks(100, { context: 4, first: 3, largest: 12 });
  expect(all.slice(0, 4)).toEqual([
    { from: 0, to: 7, begin: 0, end: 3, last: false },
    { from: 0, to: 13, begin: 3, end: 9, last: false },
    { from: 5, to: 25, begin: 9, end: 21, last: false },
    { from: 17, to: 37, begin: 21, end: 33, last: false },
  ]);
  all.forEach((chunk, index) => expect(chunk.begin).toBe(index === 0 ? 0 : all[index - 1].end));
  expect(all.at(-1)).toMatchObject({ end: 100, to: 100, last: true });
  expect(all.filter(({ last }) => last)).toHaveLength(1);
});

test.each([1, 3, 7, 8, 19, 20, 31])('%d tokens end with exactly one last chunk', async (count) => {
  const all = await chunks(count, { context: 4, first: 3, largest: 12 });
  expect(all.at(-1)).toMatchObject({ end: count, last: true });
  expect(all.reduce((sum, { begin, end }) => sum + end - begin, 0)).toBe(count);
});

test('the first chunks look less far ahead, and so come sooner', async () => {
  const all = await chunks(60, { context: 8, first: 3, largest: 12, firstLookahead: 2 });
  expect(all.slice(0, 4)).toEqual([
    { from: 0, to: 5, begin: 0, end: 3, last: false },
    { from: 0, to: 13, begin: 3, end: 9, last: false },
    { from: 1, to: 29, begin: 9, end: 21, last: false },
    { from: 13, to: 41, begin: 21, end: 33, last: false },
  ]);
});

test('no tokens, no chunks', async () => {
  expect(await chunks(0, { context: 4, first: 3, largest: 12 })).toEqual([]);
});
