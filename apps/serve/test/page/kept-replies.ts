// What the page that needs no server keeps of its conversation, as it lies in the browser.
import { readWav, type Audio } from '@gpt-talker/audio';
import type { Page } from 'playwright-core';

export interface KeptReply {
  tokens: number[];
  audio: Audio;
  timings: { firstAudioSeconds: number; totalSeconds: number; realTimeFactor: number };
}

/** The last turn of the conversation that the page shows, which the voice spoke. */
export async function lastReply(page: Page): Promise<KeptReply> {
  const { tokens, timings, wav } = await page.evaluate(async () => {
    interface Kept {
      turns: {
        tokens: number[];
        reply: { timings: { firstAudioSeconds: number; totalSeconds: number; realTimeFactor: number } };
      }[];
      sounds: Uint8Array[];
    }
    const database = await new Promise<IDBDatabase>((resolve, reject) => {
      const request = indexedDB.open('gpt-talker');
      request.onsuccess = () => resolve(request.result);
      request.onerror = () => reject(request.error);
    });
    const { turns, sounds } = await new Promise<Kept>((resolve, reject) => {
      const id = decodeURIComponent(location.hash.slice(2));
      const request = database.transaction('conversations').objectStore('conversations').get(id);
      request.onsuccess = () => resolve(request.result as Kept);
      request.onerror = () => reject(request.error);
    });
    database.close();
    const { tokens, reply } = turns[turns.length - 1];
    return { tokens, timings: reply.timings, wav: [...sounds[sounds.length - 1]] };
  });
  return { tokens, timings, audio: readWav(Uint8Array.from(wav)) };
}

/** How loud the difference is, compared with the sound. */
export function differenceDecibels(heard: Float32Array, expected: Float32Array): number {
  let [difference, power] = [0, 0];
  for (let i = 0; i < expected.length; i++) {
    difference += (heard[i] - expected[i]) ** 2;
    power += expected[i] ** 2;
  }
  return 10 * Math.log10(difference / power);
}
