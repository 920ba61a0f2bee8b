// Clients that go away at any moment: before the first sound, in the middle, near the end. Afterwards nothing is at work, nothing is held, and
// the next reply is the one that it always was.
import { until } from '../test-service';
import { processorSeconds, serve } from '../serving-program';
import { LONG_TEXT, SHORT_TEXT, Tally, gauge, memoryOf, outcome, randomFrom, speech } from './client';
import type { Settings } from './settings';

const LONGEST_MILLISECONDS = 1500;
const AT_ONCE = 4;

export async function aborts({ count, workers, seed }: Settings): Promise<boolean> {
  const service = await serve('--workers', String(workers), '--threads', '1', '--log-level', 'warn');
  const random = randomFrom(seed);
  const tally = new Tally();
  const sound = async () => Buffer.from(await (await speech(service, SHORT_TEXT, 7)).arrayBuffer());
  const before = await sound();
  const memory = memoryOf(service);
  let left = count;
  const client = async () => {
    while (left-- > 0) {
      const controller = new AbortController();
      const timer = setTimeout(() => controller.abort(), LONGEST_MILLISECONDS * random() ** 2);
      tally.add(await outcome(speech(service, LONG_TEXT, left, controller.signal)));
      clearTimeout(timer);
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, client));
  const begin = performance.now();
  await until(async () => (await gauge(service, 'queue_running')) + (await gauge(service, 'queue_waiting')) === 0, 60);
  const seconds = (performance.now() - begin) / 1000;
  const used = () => service.workers().reduce((sum, pid) => sum + processorSeconds(pid), 0);
  const [usedBefore] = [used()];
  await new Promise((resolve) => setTimeout(resolve, 2000));
  const idle = used() - usedBefore;
  const unsent = await gauge(service, 'unsent_bytes');
  const same = before.equals(await sound());
  const after = memoryOf(service);
  await service.stop();
  console.log(`${count} replies, left after 0 to ${LONGEST_MILLISECONDS} ms: ${tally}`);
  console.log(
    `  all work has stopped ${seconds.toFixed(2)} s after the last; in the 2 s after that workers used ${idle.toFixed(2)} s of processor`,
  );
  console.log(
    `  sound held for nobody: ${unsent} bytes; the next reply is ${same ? 'to the bit the one before' : 'ANOTHER'}`,
  );
  console.log(
    `  service ${memory.service.toFixed(0)} → ${after.service.toFixed(0)} MiB, workers ${memory.workers.toFixed(0)} → ${after.workers.toFixed(0)} MiB`,
  );
  return tally.of(/^(aborted|200)$/) === count && same && unsent === 0 && idle < 0.3;
}
