// How many threads a machine is worth, asked in processes that may use all of it or a part.
import { spawnSync } from 'node:child_process';
import { availableParallelism } from 'node:os';
import path from 'node:path';

const threads = path.resolve(__dirname, '../threads.cjs');

/** What defaultThreads answers for each number of sessions. */
function ask(sharedBy: (number | undefined)[], environment: Record<string, string> = {}, before: string[] = []) {
  const program = `console.log(JSON.stringify(${JSON.stringify(sharedBy)}.map((n) => require(${JSON.stringify(threads)}).defaultThreads(n ?? undefined) ?? null)))`;
  const [command, ...rest] = [...before, process.execPath, '-e', program];
  const { stdout, error } = spawnSync(command, rest, {
    encoding: 'utf8',
    env: { PATH: process.env.PATH, ...environment },
  });
  if (error) throw error;
  return JSON.parse(stdout) as (number | null)[];
}

test('OMP_NUM_THREADS is obeyed, and divided', () => {
  expect(ask([1, 2, 3, 8], { OMP_NUM_THREADS: '6' })).toEqual([6, 3, 2, 1]);
  expect(ask([1], { OMP_NUM_THREADS: '4,2' })).toEqual([4]);
});

test('what says nothing is not obeyed', () => {
  for (const value of ['', '0', '-2', 'many']) expect(ask([2], { OMP_NUM_THREADS: value })).toEqual(ask([2]));
});

const onLinux = process.platform === 'linux' ? test : test.skip;
onLinux('there are as many as cores, and no more than this process may use', () => {
  const [all, half] = ask([undefined, 2]) as number[];
  expect(all).toBeGreaterThanOrEqual(1);
  expect(all).toBeLessThanOrEqual(availableParallelism());
  expect(half).toBe(Math.max(1, Math.floor(all / 2)));
  expect(ask([1, 2], {}, ['taskset', '-c', '0'])).toEqual([1, 1]);
});
