// gpt-talker-train worker: does what `prepare --queue` asks for, on any machine that sees the same folders.
import type { Command } from 'commander';
import { count } from './numbers';

interface WorkerArguments {
  queue: string;
  workers?: number;
  folder?: string[];
  idle?: number;
  json: boolean;
}

export function addWorkerCommand(program: Command): void {
  program
    .command('worker')
    .description('take work of `prepare --queue` from a queue, until it is stopped')
    .requiredOption('--queue <url>', 'redis://… of the queue')
    .option('--workers <number>', 'worker threads (default: one for each processor)', count)
    .option('--folder <directory...>', 'read and write in these folders only (default: wherever a task says)')
    .option('--idle <seconds>', 'end when there has been nothing to prepare for so long (default: never)', count)
    .option('--json', 'print one JSON object for every task', false)
    .action(runWorker);
}

async function runWorker({ queue, workers, folder, idle, json }: WorkerArguments): Promise<void> {
  const { availableParallelism } = await import('node:os');
  const { runQueueWorker } = await import('@gpt-talker/dataset');
  const stop = new AbortController();
  const onSignal = () => {
    // What is under way is finished; who does not want to wait asks twice.
    if (stop.signal.aborted) process.exit(130);
    stop.abort();
  };
  process.on('SIGINT', onSignal).on('SIGTERM', onSignal);
  const threads = workers ?? availableParallelism();
  let [tasks, turns] = [0, 0];
  if (!json) console.error(`${threads} thread${threads === 1 ? '' : 's'}, waiting for work; stop with Ctrl+C`);
  await runQueueWorker({
    url: queue,
    workers: threads,
    folders: folder,
    idleSeconds: idle,
    signal: stop.signal,
    onTask: (task) => {
      tasks++;
      turns += task.turns;
      if (json) console.log(JSON.stringify({ event: 'task', ...task }));
      else console.error(`${task.step}: ${task.turns} turns in ${task.tookSeconds.toFixed(1)} s`);
    },
  });
  if (json) console.log(JSON.stringify({ event: 'end', tasks, turns }));
  else console.error(`${tasks} tasks, ${turns} turns done`);
}
