import { piecesFrom, piecesOf } from './text-pieces';

async function* typed(text: string, size: number): AsyncGenerator<string> {
  for (let at = 0; at < text.length; at += size) yield text.slice(at, at + size);
}

async function collect(pieces: AsyncIterable<string>): Promise<string[]> {
  const all: string[] = [];
  for await (const piece of pieces) all.push(piece);
  return all;
}

const TEXT =
  'Yes. I saw Mr. Brown at 3.14 p.m. He said "Stop! Wait." Then he left.\n\nOh, no! Was it 5,000 or 6,000? I do not know.';

test('a text is cut at sentences, and short ones go with the next', () => {
  const pieces = piecesOf(TEXT);
  expect(pieces).toEqual([
    'Yes. I saw Mr. Brown at 3.14 p.m. ',
    'He said "Stop! Wait." ',
    'Then he left.\n\n',
    'Oh, no! Was it 5,000 or 6,000? ',
    'I do not know.',
  ]);
  expect(piecesOf(TEXT, { split: 'cut0' })).toEqual([TEXT]);
  expect(piecesOf('No.')).toEqual(['No.']);
});

test('a sentence without end is cut where one would breathe, and nothing is lost', () => {
  const long = `${'several words that go on, '.repeat(30)}end`;
  const pieces = piecesOf(long);
  expect(pieces.join('')).toBe(long);
  expect(pieces).toHaveLength(3);
  for (const piece of pieces.slice(0, -1)) expect(piece).toMatch(/, $/);
  expect(piecesOf('x'.repeat(600)).map(({ length }) => length)).toEqual([280, 280, 40]);
  const unmarked = piecesOf('word '.repeat(100));
  expect(Math.max(...unmarked.map(({ length }) => length))).toBeLessThanOrEqual(280);
  expect(unmarked[0]).toMatch(/word $/);
});

test.each([1, 3, 17, 1000])('a text that comes %d characters at a time has the same pieces', async (size) => {
  expect(await collect(piecesFrom(typed(TEXT, size)))).toEqual(piecesOf(TEXT));
});

test('a sentence is out when the next word has begun, or after a moment of silence', async () => {
  jest.useFakeTimers();
  try {
    const seen: string[] = [];
    let write!: (text: string) => void;
    async function* slow() {
      yield 'One is here. ';
      yield 'Two ';
      yield await new Promise<string>((resolve) => (write = resolve));
      yield await new Promise<string>((resolve) => (write = resolve));
    }
    const reading = (async () => {
      for await (const piece of piecesFrom(slow())) seen.push(piece);
    })();
    await jest.advanceTimersByTimeAsync(20);
    expect(seen).toEqual(['One is here. ']);
    write('is too.');
    await jest.advanceTimersByTimeAsync(150);
    expect(seen).toHaveLength(1);
    await jest.advanceTimersByTimeAsync(100);
    expect(seen).toEqual(['One is here. ', 'Two is too.']);
    write(' The end');
    await reading;
    expect(seen.at(-1)).toBe(' The end');
  } finally {
    jest.useRealTimers();
  }
});

test('an abort ends the waiting and tells the writer', async () => {
  const controller = new AbortController();
  let returned = false;
  const never: AsyncIterableIterator<string> = {
    next: () => new Promise(() => undefined),
    return: async () => {
      returned = true;
      return { done: true, value: undefined };
    },
    [Symbol.asyncIterator]: () => never,
  };
  const reading = collect(piecesFrom(never, { signal: controller.signal }));
  controller.abort(new Error('enough'));
  await expect(reading).rejects.toThrow('enough');
  expect(returned).toBe(true);
  await expect(collect(piecesFrom(never, { signal: controller.signal }))).rejects.toThrow('enough');
});
