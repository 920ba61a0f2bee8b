// Many replies, and what memory does meanwhile: its slope over the second half, when everything has been allocated once.
import { serve } from '../serving-program';
import { Tally, memoryOf, outcome, slope, speech } from './client';
import type { Settings } from './settings';

const TEXTS = ['Hi!', 'Oh, nice!', 'Not really.'];
const SAMPLES = 100;
/** More than this for each reply, over the second half, is a leak: 10 MiB in 10,000 replies. */
const MOST_BYTES_EACH = 1024;
const MEBIBYTE = 2 ** 20;

export async function soak({ count, workers }: Settings): Promise<boolean> {
  const service = await serve('--workers', String(workers), '--threads', '1', '--log-level', 'warn');
  const tally = new Tally();
  const memory: { replies: number; service: number; workers: number }[] = [];
  let begun = 0;
  let done = 0;
  const client = async () => {
    while (begun < count) {
      const number = begun++;
      tally.add(await outcome(speech(service, TEXTS[number % TEXTS.length], number)));
      if (++done % Math.max(1, Math.floor(count / SAMPLES)) === 0) memory.push({ replies: done, ...memoryOf(service) });
    }
  };
  await Promise.all(Array.from({ length: 2 * workers }, client));
  await service.stop();
  const late = memory.slice(Math.floor(memory.length / 2));
  const last = memory[memory.length - 1];
  const bytesEach = (of: 'service' | 'workers') =>
    MEBIBYTE * slope(late.map((sample) => [sample.replies, sample[of]] as const));
  console.log(`${count} replies: ${tally}`);
  for (const part of ['service', 'workers'] as const)
    console.log(
      `  ${part}: ${memory[0][part].toFixed(0)} MiB after ${memory[0].replies}, ${late[0][part].toFixed(0)} after ${late[0].replies}, ` +
        `${last[part].toFixed(0)} after ${last.replies}; second half ${bytesEach(part).toFixed(0)} bytes a reply`,
    );
  const slopes = [bytesEach('service'), bytesEach('workers')];
  // Of few replies, the slope is that of warming up.
  return tally.of(/^200$/) === count && (count < 5000 || slopes.every((value) => value < MOST_BYTES_EACH));
}
