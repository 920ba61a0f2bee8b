// What each request of the load test must be answered with: the same replies made alone, by the library, one after another.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { readWav, resample, type Audio } from '@gpt-talker/audio';
import { Talker } from '@gpt-talker/talker';

export const root = path.resolve(__dirname, '../../../..');
export const voice = path.join(root, 'packages/voice-tiny/voice');
export const TEXTS = ['Hello!', 'Not really.', 'Oh, nice!', 'What a lovely idea!', 'See you there. Bye!'];
export const SEEDS = [0, 1, 2];

/** Something that the user says, with its sound. */
export const question = {
  text: 'Hi! Do you have any plans for the weekend?',
  bytes: readFileSync(path.join(root, 'examples/weekend-1.wav')),
};

/** A conversation after the question: replies that are kept, and one that is not. */
export interface Script {
  seed: number;
  replies: string[];
  aside: string;
}

export const SCRIPTS: Script[] = [
  { seed: 3, replies: ['Not really.', 'Oh, nice!'], aside: 'Hello!' },
  { seed: 4, replies: ['What a lovely idea!', 'Yes, please.'], aside: 'Not really.' },
  { seed: 5, replies: ['Hello!', 'Who else is coming?'], aside: 'Oh, nice!' },
];

export interface Expectations {
  sampleRate: number;
  /** 16-bit samples of a text alone. */
  alone(text: string, seed: number): Buffer;
  /** The same at 24 kHz. */
  aloneAtOpenAiRate(text: string, seed: number): Buffer;
  /** Of a script: its replies, then its aside, which is heard after them. */
  script(index: number): Buffer[];
}

export async function makeExpectations(): Promise<Expectations> {
  const talker = await Talker.load(voice);
  const alone = new Map<string, Buffer>();
  const resampled = new Map<string, Buffer>();
  for (const text of TEXTS) {
    for (const seed of SEEDS) {
      const conversation = talker.conversation();
      const chunks = await chunksOf(conversation.reply(text, { seed, keep: false }));
      await conversation.dispose();
      alone.set(`${seed} ${text}`, pcm(chunks));
      resampled.set(`${seed} ${text}`, pcm([await resample(joined(chunks), 24_000)]));
    }
  }
  const scripts: Buffer[][] = [];
  for (const { seed, replies, aside } of SCRIPTS) {
    const conversation = talker.conversation();
    await conversation.add({ role: 'user', text: question.text, audio: readWav(question.bytes) });
    const said: Buffer[] = [];
    for (const text of replies) said.push(pcm(await chunksOf(conversation.reply(text, { seed }))));
    said.push(pcm(await chunksOf(conversation.reply(aside, { seed, keep: false, historyTurns: 0 }))));
    await conversation.dispose();
    scripts.push(said);
  }
  const { sampleRate } = talker.manifest;
  await talker.dispose();
  return {
    sampleRate,
    alone: (text, seed) => alone.get(`${seed} ${text}`) as Buffer,
    aloneAtOpenAiRate: (text, seed) => resampled.get(`${seed} ${text}`) as Buffer,
    script: (index) => scripts[index],
  };
}

async function chunksOf(chunks: AsyncIterable<Audio>): Promise<Audio[]> {
  const all: Audio[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return all;
}

function joined(chunks: readonly Audio[]): Audio {
  return {
    samples: Float32Array.from(chunks.flatMap(({ samples }) => [...samples])),
    sampleRate: chunks[0].sampleRate,
  };
}

function pcm(chunks: readonly Audio[]): Buffer {
  const { samples } = joined(chunks);
  return Buffer.from(
    Int16Array.from(samples, (sample) => Math.max(-0x8000, Math.min(0x7fff, Math.round(sample * 0x8000)))).buffer,
  );
}
