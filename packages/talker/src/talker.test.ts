// The talker's own part, with stand-ins for the models: who is heard, what is passed on, what is reported.
import type { Audio } from '@gpt-talker/audio';
import type { Dialogue, Segment } from '@gpt-talker/context';
import { Generation, type GenerateOptions } from '@gpt-talker/gpt';
import type { Voice, VoiceManifest } from '@gpt-talker/runtime';
import { Talker, type Progress, type TalkerParts } from './index';

const SAMPLES_PER_TOKEN = 4;
const sound = (value: number): Audio => ({ samples: new Float32Array(10).fill(value), sampleRate: 20 });
const manifest = {
  name: 'stand-in',
  layout: { historyTurns: 2, maxPositions: 60 },
  semantic: { tokensPerSecond: 25 },
  references: [],
} as unknown as VoiceManifest;

interface Heard {
  segments: readonly Segment[];
  options: GenerateOptions;
  reference: number;
  synthesis: Record<string, unknown>;
  disposed: string[];
}

/** A talker whose model speaks the tokens 1, 2, 3, and whose samples are those tokens. */
function standIn({ tokens = [1, 2, 3], changes = {} }: { tokens?: number[]; changes?: Partial<TalkerParts> } = {}) {
  const heard = { disposed: [] as string[] } as unknown as Heard;
  const samples = (values: Iterable<number>): Audio => ({
    samples: Float32Array.from([...values].flatMap((token) => new Array<number>(SAMPLES_PER_TOKEN).fill(token))),
    sampleRate: 100,
  });
  const parts = {
    voice: { folder: '/voice', manifest, path: (key: string) => `/voice/${key}` } satisfies Voice,
    gpt: {
      generate(segments: readonly Segment[], options: GenerateOptions) {
        Object.assign(heard, { segments, options });
        return new Generation(async function* () {
          yield* tokens;
          return 'end-of-speech';
        });
      },
      dispose: async () => void heard.disposed.push('gpt'),
    },
    vits: {
      async style(reference: Audio) {
        heard.reference = reference.samples[0];
        return { reference: reference.samples[0] };
      },
      async synthesize(synthesis: { tokens: Int32Array }) {
        Object.assign(heard, { synthesis });
        return samples(synthesis.tokens);
      },
      async *stream(synthesis: { tokens: AsyncIterable<number> }) {
        Object.assign(heard, { synthesis });
        for await (const token of synthesis.tokens) yield samples([token]);
      },
      dispose: async () => void heard.disposed.push('vits'),
    },
    tokenizer: {
      text: async (text: string) => ({ phonemes: Int32Array.from(text, (letter) => letter.charCodeAt(0) - 96) }),
      speech: async (audio: Audio) => new Int32Array(audio.samples.length),
    },
    dispose: async () => void heard.disposed.push('host'),
    ...changes,
  } as unknown as TalkerParts;
  return { talker: new Talker(parts), heard };
}

const dialogue: Dialogue = {
  turns: [
    { role: 'agent', text: 'first', audio: sound(0.1) },
    { role: 'agent', text: 'a', audio: sound(0.2) },
    { role: 'user', text: 'b', audio: sound(0.3) },
  ],
};

test('a reply is made of the history, the text and the agent’s latest sound', async () => {
  const { talker, heard } = standIn();
  const reply = await talker.reply(dialogue, 'yes', { seed: 7 });
  expect(heard.segments.map(({ kind, role }) => `${role} ${kind}`)).toEqual([
    'agent text',
    'agent speech',
    'user text',
    'user speech',
    'agent text',
  ]);
  expect(heard.reference).toBeCloseTo(0.2);
  expect(heard.options.seed).toBe(7);
  expect(heard.synthesis).toMatchObject({
    seed: 7,
    tokens: Int32Array.of(1, 2, 3),
    phonemes: Int32Array.of(25, 5, 19),
  });
  expect(reply).toMatchObject({
    tokens: Int32Array.of(1, 2, 3),
    phonemes: Int32Array.of(25, 5, 19),
    stopReason: 'end-of-speech',
    historyTurns: 2,
  });
  expect(reply.audio.samples).toEqual(Float32Array.of(1, 1, 1, 1, 2, 2, 2, 2, 3, 3, 3, 3));
});

test('times add up', async () => {
  const { talker } = standIn();
  const { timings, audio } = await talker.reply(dialogue, 'yes');
  expect(timings.readingSeconds + timings.tokensSeconds + timings.synthesisSeconds).toBeCloseTo(
    timings.totalSeconds,
    6,
  );
  expect(timings.realTimeFactor).toBeCloseTo(timings.totalSeconds / (audio.samples.length / audio.sampleRate), 6);
});

test('options are passed on', async () => {
  const { talker, heard } = standIn();
  await talker.reply(
    dialogue,
    { text: 'yes', language: 'en' },
    { historyTurns: 0, sampling: { temperature: 0.3 }, noiseScale: 0.1, reference: sound(0.9) },
  );
  expect(heard.segments).toHaveLength(1);
  expect(heard.options).toMatchObject({ temperature: 0.3, seed: 0 });
  expect(heard.reference).toBeCloseTo(0.9);
  expect(heard.synthesis).toMatchObject({ noiseScale: 0.1 });
});

test('progress tells of reading and speaking', async () => {
  const { talker } = standIn();
  const progress: Progress[] = [];
  await talker.reply(dialogue, 'yes', { onProgress: (step) => progress.push(step) });
  expect(progress).toEqual([
    { stage: 'reading', done: 0, total: 2 },
    { stage: 'reading', done: 1, total: 2 },
    { stage: 'reading', done: 2, total: 2 },
    { stage: 'speaking', seconds: 1 / 25 },
    { stage: 'speaking', seconds: 2 / 25 },
    { stage: 'speaking', seconds: 3 / 25 },
    { stage: 'synthesising', seconds: 3 / 25 },
  ]);
});

test('a stream gives the same, chunk by chunk', async () => {
  const { talker } = standIn();
  const whole = await talker.reply(dialogue, 'yes');
  const stream = talker.stream(dialogue, 'yes');
  const chunks: number[] = [];
  for await (const { samples } of stream) {
    expect(stream.summary).toBeUndefined();
    chunks.push(...samples);
  }
  expect(Float32Array.from(chunks)).toEqual(whole.audio.samples);
  expect(stream.summary).toMatchObject({
    tokens: whole.tokens,
    phonemes: whole.phonemes,
    stopReason: 'end-of-speech',
    historyTurns: 2,
  });
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'option' });
});

test('without any speech of the agent there is no timbre', async () => {
  const { talker } = standIn();
  const turns = dialogue.turns.slice(2);
  await expect(talker.reply({ turns }, 'yes')).rejects.toMatchObject({
    code: 'reference',
    message:
      "neither the dialogue nor voice 'stand-in' has speech of the agent; give audio to one of the agent's turns",
  });
});

test('a voice that says nothing is an error, not silence', async () => {
  const { talker } = standIn({ tokens: [] });
  await expect(talker.reply(dialogue, 'yes')).rejects.toMatchObject({ code: 'silent' });
});

test('a history that does not fit is refused before anything is computed', async () => {
  const { talker, heard } = standIn();
  await expect(talker.reply(dialogue, 'x'.repeat(40))).rejects.toMatchObject({
    name: 'DialogueError',
    code: 'too-long',
  });
  expect(heard.segments).toBeUndefined();
});

test('an aborted reply is not made', async () => {
  const { talker } = standIn();
  await expect(talker.reply(dialogue, 'yes', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
});

test('it is disposed once, host last, and then refuses to speak', async () => {
  const { talker, heard } = standIn();
  await Promise.all([talker.dispose(), talker.dispose()]);
  expect(heard.disposed).toEqual(['gpt', 'vits', 'host']);
  await expect(talker.reply(dialogue, 'yes')).rejects.toMatchObject({ code: 'disposed' });
});
