// The talker's own part, with stand-ins for the models: who is heard, what is passed on, what is reported.
import type { Dialogue } from '@gpt-talker/context';
import { samplesOf, sound, standIn } from '../test/stand-in';
import type { Progress } from './index';

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
  const [{ read, options }] = heard.generations;
  expect(read.map(({ kind, role }) => `${role} ${kind}`)).toEqual([
    'agent text',
    'agent speech',
    'user text',
    'user speech',
    'agent text',
  ]);
  expect(heard.reads).toEqual(['agent text 1 + agent speech 10', 'user text 1 + user speech 10']);
  expect(heard.references[0]).toBeCloseTo(0.2);
  expect(options.seed).toBe(7);
  const phonemes = Int32Array.from('yes', (letter) => letter.charCodeAt(0));
  expect(heard.syntheses).toMatchObject([{ seed: 7, phonemes }]);
  expect(reply).toMatchObject({ text: 'yes', phonemes, stopReason: 'end-of-speech', historyTurns: 2, seed: 7 });
  expect(reply.tokens).toHaveLength(3);
  expect(reply.audio.samples).toEqual(samplesOf(reply.tokens));
  expect(heard.openContexts).toBe(0);
});

test('times add up', async () => {
  const { talker } = standIn();
  const { timings, audio } = await talker.reply(dialogue, 'yes');
  expect(timings.readingSeconds).toBeGreaterThan(0);
  expect(timings.readingSeconds + timings.tokensSeconds + timings.synthesisSeconds).toBeCloseTo(
    timings.totalSeconds,
    6,
  );
  expect(timings.firstAudioSeconds).toBeLessThanOrEqual(timings.totalSeconds);
  expect(timings.realTimeFactor).toBeCloseTo(timings.totalSeconds / (audio.samples.length / audio.sampleRate), 6);
});

test('options are passed on', async () => {
  const { talker, heard } = standIn();
  await talker.reply(
    dialogue,
    { text: 'yes', language: 'en' },
    { historyTurns: 0, sampling: { temperature: 0.3 }, noiseScale: 0.1, reference: sound(0.9), speed: 2 },
  );
  expect(heard.generations[0].read).toHaveLength(1);
  expect(heard.generations[0].options).toMatchObject({ temperature: 0.3, seed: 0, pace: 1 });
  expect(heard.references[0]).toBeCloseTo(0.9);
  expect(heard.syntheses[0]).toMatchObject({ noiseScale: 0.1, speed: 2 });
});

test('progress reports reading and speaking', async () => {
  const { talker } = standIn();
  const progress: Progress[] = [];
  await talker.reply(dialogue, 'yes', { onProgress: (step) => progress.push(step) });
  const told = (stage: Progress['stage']) => progress.filter((step) => step.stage === stage);
  expect(told('reading')).toEqual([0, 1, 2].map((done) => ({ stage: 'reading', done, total: 2 })));
  expect(told('speaking')).toEqual([1, 2, 3].map((token) => ({ stage: 'speaking', seconds: token / 25 })));
  expect(told('synthesising')).toEqual([1, 2, 3].map((token) => ({ stage: 'synthesising', seconds: token / 25 })));
});

test('a stream gives the same, chunk by chunk', async () => {
  const { talker } = standIn();
  const whole = await talker.reply(dialogue, 'yes');
  const stream = talker.stream(dialogue, 'yes');
  const chunks: number[] = [];
  for await (const { samples } of stream) chunks.push(...samples);
  expect(Float32Array.from(chunks)).toEqual(whole.audio.samples);
  const { timings, ...reply } = await stream.finished;
  expect(timings.totalSeconds).toBeGreaterThan(0);
  expect(reply).toEqual({ ...whole, timings: undefined });
  await expect(stream[Symbol.asyncIterator]().next()).rejects.toMatchObject({ code: 'option' });
});

test('a text that is still being written is spoken as the text would be', async () => {
  const { talker } = standIn();
  async function* written() {
    yield 'One is he';
    yield 're. Two';
    yield ' is too.';
  }
  const { timings: _, ...streamed } = await talker.streamFrom(dialogue, written(), { seed: 2 }).whole();
  const { timings: __, ...whole } = await talker.reply(dialogue, 'One is here. Two is too.', { seed: 2 });
  expect(streamed).toEqual(whole);
  expect(streamed.pieces).toHaveLength(2);
});

test('without any speech of the agent there is no timbre', async () => {
  const { talker, heard } = standIn();
  const turns = dialogue.turns.slice(2);
  await expect(talker.reply({ turns }, 'yes')).rejects.toMatchObject({
    code: 'reference',
    message:
      "neither the dialogue nor voice 'stand-in' has speech of the agent; give audio to one of the agent's turns",
  });
  expect(heard.openContexts).toBe(0);
});

test('a voice that says nothing is an error, not silence', async () => {
  const { talker } = standIn({ tokensFor: () => 0 });
  await expect(talker.reply(dialogue, 'yes')).rejects.toMatchObject({ code: 'silent' });
});

test('a history that does not fit is refused before anything is computed', async () => {
  const { talker, heard } = standIn();
  await expect(talker.reply(dialogue, 'x'.repeat(180))).rejects.toMatchObject({
    name: 'DialogueError',
    code: 'too-long',
    message: expect.stringContaining('take 202 positions'),
  });
  expect(heard.tokens).toBe(0);
});

test('an aborted reply is not made', async () => {
  const { talker, heard } = standIn();
  await expect(talker.reply(dialogue, 'yes', { signal: AbortSignal.abort() })).rejects.toMatchObject({
    name: 'AbortError',
  });
  expect(heard.reads).toEqual([]);
});

test('a speed out of range is refused', async () => {
  const { talker } = standIn();
  await expect(talker.reply(dialogue, 'yes', { speed: 5 })).rejects.toMatchObject({
    code: 'option',
    message: 'speed is 5; give a number from 0.25 to 4',
  });
});

test('it is disposed once, hosts last, and then refuses to speak', async () => {
  const { talker, heard } = standIn();
  const conversation = talker.conversation();
  await Promise.all([talker.dispose(), talker.dispose()]);
  expect(heard.disposed).toEqual(['gpt', 'vits', 'host']);
  await expect(talker.reply(dialogue, 'yes')).rejects.toMatchObject({ code: 'disposed' });
  await expect(conversation.add({ role: 'user', text: 'a' })).rejects.toMatchObject({ code: 'disposed' });
  expect(() => talker.conversation()).toThrow('disposed');
});
