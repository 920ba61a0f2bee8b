// The whole path with real graphs: the voice that comes with the project answers the example.
import path from 'node:path';
import { decibels, rootMeanSquare, trackPitch } from '@gpt-talker/audio';
import { readDialogueFile, type Dialogue, type Turn } from '@gpt-talker/context';
import { SessionHost } from '@gpt-talker/runtime';
import { openVoice } from '@gpt-talker/voice';
import { Vits } from '@gpt-talker/vits';
import { Talker, type Progress, type Reply } from '../src/index';

const root = path.resolve(__dirname, '../../..');
const TEXT = 'I would love to come.';
/** Long enough that its first sound can be made before its last token is known. */
const LONG_TEXT =
  'I would love to come with you to the market on Saturday morning, and we could have lunch in the garden after that.';

const level = (samples: Float32Array): number => decibels(rootMeanSquare(samples));

/** The middle one of the voiced frames' pitches, in hertz. */
function pitch({ audio: { samples, sampleRate } }: Reply): number {
  const { hertz } = trackPitch(samples, { sampleRate, hopSamples: 320, minimumHertz: 60, maximumHertz: 400 });
  const voiced = hertz.filter((value) => value > 0).sort();
  return voiced[voiced.length >> 1];
}

let talker: Talker;
let dialogue: Dialogue;
let long: Reply;
const loading: Progress[] = [];

beforeAll(async () => {
  talker = await Talker.load(path.join(root, 'packages/voice-tiny/voice'), {
    onProgress: (step) => loading.push(step),
  });
  dialogue = await readDialogueFile(path.join(root, 'examples/weekend.json'));
  long = await talker.reply(dialogue, LONG_TEXT, { seed: 3 });
});
afterAll(() => talker.dispose());

test('loading is told part by part', () => {
  expect(loading).toEqual([0, 1, 2, 3, 4].map((done) => ({ stage: 'loading', done, total: 4 })));
});

test('a reply has 40 ms a token, and is the same whenever it is asked for', async () => {
  const first = await talker.reply(dialogue, TEXT, { seed: 3 });
  expect(first.audio.samples.length / first.audio.sampleRate).toBeCloseTo(first.tokens.length / 25, 6);
  const [again, other] = await Promise.all([
    talker.reply(dialogue, TEXT, { seed: 3 }),
    talker.reply(dialogue, TEXT, { seed: 4 }),
  ]);
  expect(again.tokens).toEqual(first.tokens);
  expect(again.audio.samples).toEqual(first.audio.samples);
  expect(other.tokens).not.toEqual(first.tokens);
});

test('markup: a language that the voice does not speak is named, and a mark behind the last word is reached at the end', async () => {
  const text = '<speak>Hello there. <lang xml:lang="de-DE">So it is.</lang> <mark name="end"/></speak>';
  const { audio, marks, warnings, words } = await talker.reply({ turns: [] }, text, { seed: 3 });
  expect(words.map((word) => word.text)).toEqual(['Hello', 'there', 'So', 'it', 'is']);
  expect(warnings.filter((warning) => warning.startsWith('<lang xml:lang="de">'))).toHaveLength(1);
  expect(marks).toEqual([{ name: 'end', seconds: expect.closeTo(audio.samples.length / audio.sampleRate, 6) }]);
});

test('the range of pitch is as wide as it is asked for, around the same middle', async () => {
  const spread = async (pitchRange: number) => {
    const { audio } = await talker.reply({ turns: [] }, TEXT, { seed: 3, pitchRange, retake: 'never' });
    const { hertz } = trackPitch(audio.samples, {
      sampleRate: audio.sampleRate,
      hopSamples: 320,
      minimumHertz: 110, // this voice is at 140 and above: lower ones are half of what is there
      maximumHertz: 400,
    });
    const semitones = [...hertz].filter((value) => value > 0).map((value) => 12 * Math.log2(value / 100));
    const mean = semitones.reduce((sum, value) => sum + value, 0) / semitones.length;
    // Between the quartiles: what the tracker mishears where a voiced stretch begins or ends is as large as what is to be measured.
    const sorted = semitones.sort((a, b) => a - b);
    const at = (share: number) => sorted[Math.round(share * (sorted.length - 1))];
    return { mean, deviation: at(0.75) - at(0.25) };
  };
  const [narrow, usual, wide] = await Promise.all([0.3, 1, 1.5].map(spread));
  expect(narrow.deviation).toBeLessThan(0.7 * usual.deviation);
  expect(wide.deviation).toBeGreaterThan(1.15 * usual.deviation);
  expect(Math.abs(narrow.mean - usual.mean)).toBeLessThan(1.5);
});

test('a script has both speakers of the voice', async () => {
  const { audio, turns } = await talker.script(
    [
      { speaker: 'Ann', text: 'Shall we go?' },
      { speaker: 'Bob', text: 'Yes, I am ready.' },
    ],
    { gapSeconds: 0.4 },
  );
  expect(turns.map(({ words }) => words.map(({ text }) => text).join(' '))).toEqual(['Shall we go', 'Yes I am ready']);
  expect(turns[1].start - turns[0].end).toBeCloseTo(0.4, 6);
  expect(turns[1].end).toBeCloseTo(audio.samples.length / audio.sampleRate, 6);
  const tone = ({ start, end }: { start: number; end: number }) =>
    pitch({
      audio: { ...audio, samples: audio.samples.slice(start * audio.sampleRate, end * audio.sampleRate) },
    } as Reply);
  const [ann, bob] = turns.map(tone);
  // slt and rms, a woman and a man.
  expect(Math.abs(12 * Math.log2(ann / bob))).toBeGreaterThan(4);
});

test('the history matters', async () => {
  const withHistory = await talker.reply(dialogue, TEXT, { historyTurns: 2 });
  const without = await talker.reply(dialogue, TEXT, { historyTurns: 0 });
  expect(withHistory.historyTurns).toBe(2);
  expect(without.historyTurns).toBe(0);
  expect(without.tokens).not.toEqual(withHistory.tokens);
});

test('chunks, put together, are the reply', async () => {
  const stream = talker.stream(dialogue, LONG_TEXT, { seed: 3 });
  const samples: number[] = [];
  let chunks = 0;
  for await (const chunk of stream) {
    chunks++;
    samples.push(...chunk.samples);
  }
  expect(chunks).toBeGreaterThan(2);
  expect(Float32Array.from(samples)).toEqual(long.audio.samples);
  const { tokens, timings } = await stream.finished;
  expect(tokens).toEqual(long.tokens);
  expect(timings.firstAudioSeconds).toBeLessThan(timings.totalSeconds);
});

test('what is streamed differs from what is spoken at once by less than −40 dB, outside the fades', async () => {
  const voice = await openVoice(path.join(root, 'packages/voice-tiny/voice'));
  const host = await SessionHost.start({ intraOpThreads: 1 });
  const vits = await Vits.load(host, voice);
  const style = await vits.style(dialogue.turns.findLast(({ role, audio }) => role === 'agent' && audio)!.audio!);
  const { tokens, phonemes, audio } = long;
  const whole = await vits.synthesize({ tokens, phonemes, style, seed: 3 });
  expect(audio.samples).toHaveLength(whole.samples.length);
  const fade = 0.005 * audio.sampleRate;
  const inner = (samples: Float32Array) => samples.subarray(fade, samples.length - fade);
  const difference = inner(audio.samples).map((value, index) => value - inner(whole.samples)[index]);
  expect(level(difference) - level(whole.samples)).toBeLessThan(-40);
  await host.dispose();
});

describe('a conversation that is kept', () => {
  test('gives, to the bit, the replies that are made alone, while its window slides', async () => {
    const conversation = talker.conversation();
    const turns: Turn[] = [];
    const check = async (text: string, seed: number) => {
      const alone = await talker.reply({ turns }, text, { seed });
      const kept = await conversation.reply(text, { seed }).whole();
      expect(kept.tokens).toEqual(alone.tokens);
      expect(kept.audio.samples).toEqual(alone.audio.samples);
      turns.push({ role: 'agent', text, tokens: alone.tokens });
    };
    for (const turn of dialogue.turns) {
      turns.push(turn);
      await conversation.add(turn);
    }
    await check(TEXT, 1);
    await check('Shall we bring something?', 2);
    turns.push(dialogue.turns[0]);
    await conversation.add(dialogue.turns[0]);
    await check('Good idea. Let us do that.', 3);

    const restored = await talker.restoreConversation(JSON.parse(JSON.stringify(conversation)));
    const options = { seed: 4, keep: false };
    const [here, there] = await Promise.all([conversation, restored].map((of) => of.reply(TEXT, options).whole()));
    expect(there.audio.samples).toEqual(here.audio.samples);
    await Promise.all([conversation.dispose(), restored.dispose()]);
  });

  test('is not mixed up with others that speak at the same time', async () => {
    const texts = ['I am at home today.', 'We could go for a walk.', 'Nobody knows the answer.'];
    const alone: Reply[] = [];
    for (const [seed, text] of texts.entries()) alone.push(await talker.reply(dialogue, text, { seed }));
    const conversations = texts.map(() => talker.conversation());
    const replies = await Promise.all(
      conversations.map(async (conversation, index) => {
        for (const turn of dialogue.turns) await conversation.add(turn);
        const leaving = conversation.reply('This one is not heard to its end.', { keep: false });
        for await (const _chunk of leaving) break;
        return conversation.reply(texts[index], { seed: index }).whole();
      }),
    );
    replies.forEach(({ audio }, index) => expect(audio.samples).toEqual(alone[index].audio.samples));
    await Promise.all(conversations.map((conversation) => conversation.dispose()));
  });
});

test.each([0.5, 2])('at speed %d it lasts that much longer or shorter, at the same pitch', async (speed) => {
  const plain = await talker.reply(dialogue, TEXT, { seed: 3 });
  const other = await talker.reply(dialogue, TEXT, { seed: 3, speed });
  const seconds = (reply: Reply) => reply.audio.samples.length / reply.audio.sampleRate;
  // The tokens are not the same: their number varies by what another pace makes of it.
  expect((seconds(plain) / seconds(other)) * (1 / speed)).toBeGreaterThan(0.7);
  expect((seconds(plain) / seconds(other)) * (1 / speed)).toBeLessThan(1.4);
  expect(Math.abs(Math.log2(pitch(other) / pitch(plain)))).toBeLessThan(0.25);
});

test('a text of several sentences is spoken with pauses, each sentence as it would be alone', async () => {
  const [first, second] = ['I would love to come.', 'What shall I bring?'];
  const reply = await talker.reply(dialogue, `${first} ${second}`, { seed: 3 });
  const alone = await talker.reply(dialogue, first, { seed: 3 });
  expect(reply.pieces.map(({ text }) => text.trim())).toEqual([first, second]);
  expect(reply.audio.samples.subarray(0, alone.audio.samples.length)).toEqual(alone.audio.samples);
  expect(reply.tokens.length).toBeGreaterThan(alone.tokens.length + 11);
});

test('a cap on tokens cuts the reply, and says so', async () => {
  const { tokens, stopReason } = await talker.reply(dialogue, TEXT, { sampling: { maximumTokens: 15 } });
  expect({ length: tokens.length, stopReason }).toEqual({ length: 15, stopReason: 'length' });
});

test('aborting in the middle ends it, and leaves the voice usable', async () => {
  const controller = new AbortController();
  const onProgress = ({ stage }: Progress) => stage === 'speaking' && controller.abort();
  await expect(talker.reply(dialogue, TEXT, { signal: controller.signal, onProgress })).rejects.toMatchObject({
    name: 'AbortError',
  });
  for await (const _chunk of talker.stream(dialogue, TEXT)) break;
  expect((await talker.reply(dialogue, TEXT)).audio.samples.length).toBeGreaterThan(0);
});

test('text that cannot be spoken, and a language that the voice does not know, are refused', async () => {
  await expect(talker.reply(dialogue, '…')).rejects.toMatchObject({ name: 'TextError', code: 'unspeakable' });
  await expect(talker.reply(dialogue, { text: '你好', language: 'zh' })).rejects.toMatchObject({
    name: 'TalkerError',
    code: 'language',
    message: expect.stringMatching(/^voice '.*' speaks en, not 'zh'; use another voice or language$/),
  });
});
