// Workers that die or stop, one after another, while replies are made: each is replaced; requests are answered, refused with a reason or broken off, and
// none waits for ever.
import { until } from '../test-service';
import { serve } from '../serving-program';
import { LONG_TEXT, Tally, median, outcome, randomFrom, readyWorkers, speech } from './client';
import type { Settings } from './settings';

/** Every so manieth is stopped instead of killed, and has to be noticed. */
const STOPPED_EVERY = 10;
const WORKER_TIMEOUT_SECONDS = 10;

export async function workerKills({ count, workers, seed }: Settings): Promise<boolean> {
  const limits = ['--worker-timeout', String(WORKER_TIMEOUT_SECONDS), '--reply-timeout', '60'];
  const service = await serve('--workers', String(workers), '--threads', '1', '--log-level', 'silent', ...limits);
  const random = randomFrom(seed);
  const tally = new Tally();
  let running = true;
  let number = 0;
  const client = async () => {
    while (running) {
      tally.add(await outcome(speech(service, LONG_TEXT, number++)));
      if (running) await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  const clients = Array.from({ length: workers }, client);
  const back: { killed: number[]; stopped: number[] } = { killed: [], stopped: [] };
  for (let kill = 0; kill < count; kill++) {
    await until(async () => (await readyWorkers(service)) === workers, 120);
    await new Promise((resolve) => setTimeout(resolve, 500 * random()));
    const pids = service.workers();
    const victim = pids[Math.floor(random() * pids.length)];
    const stops = kill % STOPPED_EVERY === STOPPED_EVERY - 1;
    const begin = performance.now();
    process.kill(victim, stops ? 'SIGSTOP' : 'SIGKILL');
    await until(() => !service.workers().includes(victim), 60);
    await until(async () => (await readyWorkers(service)) === workers, 120);
    back[stops ? 'stopped' : 'killed'].push((performance.now() - begin) / 1000);
  }
  running = false;
  await Promise.all(clients);
  const last = await outcome(speech(service, LONG_TEXT, 1));
  const code = await service.stop();
  console.log(`${count} workers ended (of these ${back.stopped.length} stopped): ${tally}`);
  for (const [how, seconds] of Object.entries(back))
    if (seconds.length > 0)
      console.log(
        `  ${how}: another was ready after ${median(seconds).toFixed(1)} s (median), ${Math.max(...seconds).toFixed(1)} s at most`,
      );
  return tally.of(/^(200|503 worker_lost|broken off)$/) === tally.of(/./) && last === '200' && code === 0;
}
