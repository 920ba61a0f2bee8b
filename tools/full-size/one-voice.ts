// What tools/full-size/figures.ts measures of one voice, in a process that does nothing else: node tools/run.cjs tools/full-size/one-voice.ts VOICE [THREADS].
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { readWav } from '@gpt-talker/audio';
import { Talker } from '@gpt-talker/talker';

export interface Figures {
  /** Computing over sound. */
  realTimeFactor: number;
  /** After the request, where two turns have been read. */
  firstSoundSeconds: number;
  /** Resident, once history and style are read and what encoded them rests. */
  readMebibytes: number;
  /** The most, while a reply is made. */
  speakingMebibytes: number;
  loadSeconds: number;
}

const EXAMPLES = path.resolve(__dirname, '../../examples');
const TEXT = 'That sounds wonderful! I would love to come with you.';
/** 3.4 s of sound. */
const TOKENS = 85;
const ROUNDS = 3;
/** Longer than what encodes speech stays loaded. */
const RESTING_SECONDS = 22;

const mebibytes = () => process.memoryUsage.rss() / 2 ** 20;

async function main(): Promise<void> {
  const [folder, threads] = process.argv.slice(2);
  const begin = performance.now();
  const talker = await Talker.load(folder, threads ? { intraOpThreads: Number(threads) } : {});
  const loadSeconds = (performance.now() - begin) / 1000;
  const conversation = talker.conversation();
  const turns = [
    { role: 'agent' as const, text: 'Oh, nice! Who else is coming?', file: 'weekend-4.wav' },
    { role: 'user' as const, text: 'Just my sister and her dog. Would you like to join us?', file: 'weekend-5.wav' },
  ];
  for (const { file, ...turn } of turns)
    await conversation.add({ ...turn, audio: readWav(await readFile(path.join(EXAMPLES, file))) });
  const sampling = { minimumTokens: TOKENS, maximumTokens: TOKENS };
  const speak = () => conversation.reply({ text: TEXT }, { seed: 1, keep: false, retake: 'never', sampling });
  for await (const _ of speak()) continue; // style and code are there now
  await new Promise((resolve) => setTimeout(resolve, 1000 * RESTING_SECONDS));
  const readMebibytes = mebibytes();
  let [realTimeFactor, firstSoundSeconds, speakingMebibytes] = [Infinity, Infinity, readMebibytes];
  for (let round = 0; round < ROUNDS; round++) {
    const start = performance.now();
    let first: number | undefined;
    let seconds = 0;
    for await (const { samples, sampleRate } of speak()) {
      first ??= (performance.now() - start) / 1000;
      seconds += samples.length / sampleRate;
      speakingMebibytes = Math.max(speakingMebibytes, mebibytes());
    }
    realTimeFactor = Math.min(realTimeFactor, (performance.now() - start) / 1000 / seconds);
    firstSoundSeconds = Math.min(firstSoundSeconds, first!);
  }
  await talker.dispose();
  console.log(JSON.stringify({ realTimeFactor, firstSoundSeconds, readMebibytes, speakingMebibytes, loadSeconds }));
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
