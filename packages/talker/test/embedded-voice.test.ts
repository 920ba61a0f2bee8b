// The whole path with real graphs: the voice that comes with the project answers the example.
import path from 'node:path';
import { readDialogueFile, type Dialogue } from '@gpt-talker/context';
import { Talker, type Progress } from '../src/index';

const root = path.resolve(__dirname, '../../..');
const TEXT = 'I would love to come.';
/** Long enough that its first sound can be made before its last token is known. */
const LONG_TEXT =
  'I would love to come with you to the market on Saturday morning, and we could have lunch in the garden after that.';

let talker: Talker;
let dialogue: Dialogue;
const loading: Progress[] = [];

beforeAll(async () => {
  talker = await Talker.load(path.join(root, 'packages/voice-tiny/voice'), {
    onProgress: (step) => loading.push(step),
  });
  dialogue = await readDialogueFile(path.join(root, 'examples/weekend.json'));
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

test('the history matters', async () => {
  const withHistory = await talker.reply(dialogue, TEXT, { historyTurns: 2 });
  const without = await talker.reply(dialogue, TEXT, { historyTurns: 0 });
  expect(withHistory.historyTurns).toBe(2);
  expect(without.historyTurns).toBe(0);
  expect(without.tokens).not.toEqual(withHistory.tokens);
});

test('chunks, put together, are the reply', async () => {
  const whole = await talker.reply(dialogue, LONG_TEXT, { seed: 3 });
  const stream = talker.stream(dialogue, LONG_TEXT, { seed: 3 });
  const samples: number[] = [];
  let chunks = 0;
  for await (const chunk of stream) {
    chunks++;
    samples.push(...chunk.samples);
  }
  expect(chunks).toBeGreaterThan(2);
  expect(Float32Array.from(samples)).toEqual(whole.audio.samples);
  const { tokens, timings } = await stream.finished;
  expect(tokens).toEqual(whole.tokens);
  expect(timings.firstAudioSeconds).toBeLessThan(timings.totalSeconds);
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
