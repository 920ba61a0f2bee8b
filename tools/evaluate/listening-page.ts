// A page for a person to judge a voice by ear, in one file: pairs of renderings of the same sentence, of which nobody sees who spoke
// them; the answers are kept in the browser and saved as JSON. Below, for a listener who has answered, everything by name.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { type Audio, writeWav } from '@gpt-talker/audio';
import { Random } from '../corpus/random';
import { SPEAKERS, type Speaker } from './intelligibility';

export interface PageSentence extends Record<Speaker, Audio> {
  sentence: string;
}

/** A comparison as the page is told it: sounds by number, so that only the answers' file says who was who. */
export interface BlindPair {
  sentence: number;
  first: Speaker;
  second: Speaker;
}

/** The voice beside its teacher, and the voice beside the copy, of every sentence, in an order and on sides drawn by the seed. */
export function blindPairs(sentences: number, seed: string): BlindPair[] {
  const random = new Random(`${seed}/blind`);
  const pairs = Array.from({ length: sentences }, (_, sentence) =>
    (['teacher', 'copy'] as const).map((other): BlindPair => {
      const swapped = random.chance(0.5);
      return { sentence, first: swapped ? other : 'voice', second: swapped ? 'voice' : other };
    }),
  ).flat();
  for (let index = pairs.length - 1; index > 0; index--) {
    const other = Math.floor(random.next() * (index + 1));
    [pairs[index], pairs[other]] = [pairs[other], pairs[index]];
  }
  return pairs;
}

/** The page. It needs nothing from anywhere else: script, sounds and pairs are in it. */
export async function listeningPage(voice: string, spoken: readonly PageSentence[], seed: string): Promise<string> {
  const sounds = spoken.map((one) => ({
    sentence: one.sentence,
    ...Object.fromEntries(SPEAKERS.map((speaker) => [speaker, dataUrl(one[speaker])])),
  }));
  // `<` could end the script element.
  const data = JSON.stringify({ voice, seed, pairs: blindPairs(spoken.length, seed), sounds }).replace(/</g, '\\u003c');
  const template = await readFile(path.join(__dirname, 'listening-page.html'), 'utf8');
  return template.replace('/*data*/', () => `const data = ${data};`);
}

function dataUrl(audio: Audio): string {
  return `data:audio/wav;base64,${Buffer.from(writeWav(audio)).toString('base64')}`;
}
