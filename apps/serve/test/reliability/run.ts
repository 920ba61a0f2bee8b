// The figures of docs/reliability.md: npm run reliability -- NAME [--count N] [--workers N] [--seed N] [--longest SECONDS]
// Each fault is made on purpose, against services on this machine's loopback that the command starts and ends itself.
import { parseArgs } from 'node:util';
import { aborts } from './aborts';
import { httpFuzz } from './http-fuzz';
import { parserFuzz } from './parser-fuzz';
import { isOutside } from '../../../../tools/network/lab';
import { partitions } from './partitions';
import { redisKills } from './redis-kills';
import { replicas } from './replicas';
import type { Settings } from './settings';
import { soak } from './soak';
import { voices } from './voices';
import { workerKills } from './worker-kills';

/** By name: what it does with its settings, and how often by default. */
const COMMANDS: Record<string, { run(settings: Settings): Promise<boolean>; count: number; inLab?: boolean }> = {
  soak: { run: soak, count: 10_000 },
  aborts: { run: aborts, count: 200 },
  'worker-kills': { run: workerKills, count: 100 },
  'redis-kills': { run: redisKills, count: 20 },
  replicas: { run: replicas, count: 20 },
  partitions: { run: partitions, count: 100, inLab: true },
  'http-fuzz': { run: httpFuzz, count: 20_000 },
  'parser-fuzz': { run: parserFuzz, count: 1_000_000 },
  voices: { run: voices, count: Infinity },
};

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({
    allowPositionals: true,
    options: {
      count: { type: 'string' },
      workers: { type: 'string' },
      seed: { type: 'string' },
      longest: { type: 'string' },
    },
  });
  const command = COMMANDS[positionals[0]];
  if (!command) {
    console.error(
      `npm run reliability -- ${Object.keys(COMMANDS).join('|')} [--count N] [--workers N] [--seed N] [--longest SECONDS]`,
    );
    process.exitCode = 2;
    return;
  }
  if (command.inLab && isOutside()) return;
  const settings = {
    count: Number(values.count ?? command.count),
    workers: Number(values.workers ?? 2),
    seed: Number(values.seed ?? 1),
    longest: Number(values.longest ?? 30),
  };
  // An end by a signal is an end like others, so that what was started is ended too.
  for (const signal of ['SIGINT', 'SIGTERM'] as const) process.once(signal, () => process.exit(130));
  const begin = performance.now();
  const passed = await command.run(settings);
  const took = ((performance.now() - begin) / 1000).toFixed(0);
  console.log(`${positionals[0]}: ${passed ? 'passed' : 'FAILED'} in ${took} s`);
  process.exitCode = passed ? 0 : 1;
}

main().catch((error: unknown) => {
  console.error(error);
  // What was started is ended with it.
  process.exit(1);
});
