// Redis dies and comes back, empty or with what it had, while conversations are made and used: requests are answered or refused with a reason, the service
// is not ready meanwhile and is again afterwards.
import { until } from '../test-service';
import { startRedis } from '../redis-server';
import { serve } from '../serving-program';
import { SHORT_TEXT, Tally, isReady, median, outcome, post } from './client';
import type { Settings } from './settings';

export async function redisKills({ count, workers }: Settings): Promise<boolean> {
  const redis = await startRedis();
  const store = ['--store', redis.url];
  const service = await serve('--workers', String(workers), '--threads', '1', '--log-level', 'silent', ...store);
  const tally = new Tally();
  let running = true;
  const client = async () => {
    while (running) {
      const begun = await post(`${service.url}/v1/conversations`, {}).catch(() => undefined);
      if (begun?.status !== 201) {
        tally.add(begun ? await outcome(Promise.resolve(begun)) : 'no answer');
      } else {
        const { id } = (await begun.json()) as { id: string };
        tally.add(await outcome(post(`${service.url}/v1/conversations/${id}/turns`, { role: 'user', text: 'Hello.' })));
        tally.add(await outcome(post(`${service.url}/v1/conversations/${id}/reply`, { text: SHORT_TEXT })));
        tally.add(await outcome(fetch(`${service.url}/v1/conversations/${id}/turns/1/audio`)));
      }
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  };
  const clients = Array.from({ length: 3 }, client);
  const seconds: number[] = [];
  let noticed = 0;
  for (let kill = 0; kill < count; kill++) {
    await new Promise((resolve) => setTimeout(resolve, 500));
    await redis.stop();
    if (!(await isReady(service))) noticed++;
    await redis.start();
    const begin = performance.now();
    await until(() => isReady(service), 30);
    seconds.push((performance.now() - begin) / 1000);
  }
  running = false;
  await Promise.all(clients);
  const code = await service.stop();
  await redis.stop();
  console.log(`Redis killed ${count} times: ${tally}`);
  console.log(
    `  not ready while it was away: ${noticed} of ${count}; ready again ${median(seconds).toFixed(2)} s after it was back (median), ${Math.max(...seconds).toFixed(2)} s at most`,
  );
  // 404: it came back empty. A reply whose end could not be saved breaks off.
  const clean = /^(200|201|503 store_unavailable|404 (conversation|turn|sound)_not_found|broken off)$/;
  return tally.of(clean) === tally.of(/./) && noticed === count && code === 0;
}
