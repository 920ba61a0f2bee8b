// Conversations with stand-ins for the models: what is read when, what is kept, what an interruption leaves.
import type { Turn } from '@gpt-talker/context';
import { manifest, sound, standIn, type StandInOptions } from '../test/stand-in';
import type { Conversation, ReplyStream, Talker } from './index';

const reference: Turn = { role: 'agent', text: 'hi', audio: sound(0.1) };
const question: Turn = { role: 'user', text: 'b', audio: sound(0.3, 5) };

/** Lets everything that does not wait for anybody happen. */
const settle = () => new Promise((resolve) => setTimeout(resolve, 5));

async function opened(options?: StandInOptions, turns: Turn[] = [reference, question]) {
  const { talker, heard } = standIn(options);
  const conversation = talker.conversation();
  for (const turn of turns) await conversation.add(turn);
  await settle();
  return { talker, heard, conversation };
}

async function sameAsAlone(talker: Talker, conversation: Conversation, text: string): Promise<void> {
  const dialogue = { turns: conversation.turns };
  const kept = await conversation.reply(text, { seed: 5, keep: false }).whole();
  const alone = await talker.reply(dialogue, text, { seed: 5 });
  expect(kept.tokens).toEqual(alone.tokens);
  expect(kept.audio).toEqual(alone.audio);
  expect(kept.historyTurns).toBe(alone.historyTurns);
}

describe('turns', () => {
  test('are remembered as text, tokens and the agent’s style, without their sound', async () => {
    const { conversation } = await opened();
    expect(conversation.turns).toEqual([
      { role: 'agent', text: 'hi', tokens: new Int32Array(10), style: Float32Array.of(0.1) },
      { role: 'user', text: 'b', tokens: new Int32Array(5) },
    ]);
    expect(conversation.bytes).toBe(2000 + 2 * 3 + 4 * (12 + 1 + 6));
  });

  test('that cannot be read are refused, and nothing changes', async () => {
    const { conversation } = await opened();
    await expect(conversation.add({ role: 'user', text: '…' })).rejects.toMatchObject({
      code: 'turn',
      message: "turn 3 (user): nothing in '…' can be read aloud",
    });
    await expect(conversation.add({ role: 'user', text: 'a', audio: sound(0, 199) })).rejects.toMatchObject({
      code: 'too-long',
      message: expect.stringContaining('turn 3 (user) takes 200 positions'),
    });
    await expect(conversation.add(question, { signal: AbortSignal.abort() })).rejects.toThrow('aborted');
    expect(conversation.turns).toHaveLength(2);
  });

  test('are added in the order in which they were given', async () => {
    const { conversation } = await opened({}, []);
    const added = await Promise.all(['a', 'b', 'c'].map((text) => conversation.add({ role: 'user', text })));
    expect(added.map(({ index, turn }) => `${index} ${turn.text}`)).toEqual(['0 a', '1 b', '2 c']);
  });
});

describe('the history', () => {
  test('is read once, in the background; a reply reads only its text', async () => {
    const { talker, heard, conversation } = await opened();
    // Both turns for the next reply, and the last of them for the one after the next turn.
    expect(heard.reads).toEqual([
      'agent text 2 + agent speech 10',
      'user text 1 + user speech 5',
      'user text 1 + user speech 5',
    ]);
    heard.reads.length = 0;
    await conversation.reply('yes', { keep: false }).whole();
    await conversation.reply('no', { keep: false }).whole();
    expect(heard.reads).toEqual([]);
    await sameAsAlone(talker, conversation, 'yes');
  });

  test('that slides has its new turn read when it is added, and nothing more when a reply is asked for', async () => {
    const { talker, heard, conversation } = await opened();
    heard.reads.length = 0;
    await conversation.reply('yes').whole();
    await settle();
    const read = heard.reads.splice(0);
    // The reply onto what was read ahead; and again alone, for what comes after the next turn.
    expect(read).toEqual(['agent text 3 + agent speech 3', 'agent text 3 + agent speech 3']);
    await conversation.reply('no', { keep: false }).whole();
    expect(heard.reads).toEqual([]);
    expect(conversation.turns).toHaveLength(3);
    await sameAsAlone(talker, conversation, 'no');
    await conversation.add(question);
    await sameAsAlone(talker, conversation, 'yes');
  });

  test('is waited for, where a reply comes before it has been read', async () => {
    const { talker, conversation } = await opened({ pace: settle as () => Promise<void> });
    void conversation.add({ role: 'user', text: 'and' });
    const reply = await conversation.reply('yes', { keep: false }).whole();
    expect(reply.tokens).toEqual((await talker.reply({ turns: conversation.turns }, 'yes')).tokens);
  });

  test('may be shorter or longer for one reply', async () => {
    const { heard, conversation } = await opened();
    expect((await conversation.reply('yes', { historyTurns: 0, keep: false }).whole()).historyTurns).toBe(0);
    expect((await conversation.reply('yes', { historyTurns: 1, keep: false }).whole()).historyTurns).toBe(1);
    expect(heard.generations.map(({ read }) => read.length)).toEqual([1, 3]);
    await expect(conversation.reply('yes', { historyTurns: -1 }).whole()).rejects.toMatchObject({ code: 'option' });
  });

  test('that is forgotten is read again', async () => {
    const { talker, heard, conversation } = await opened();
    const bytes = conversation.bytes;
    await conversation.forget();
    expect(conversation.bytes).toBe(bytes - 2000);
    expect(heard.openContexts).toBe(0);
    await sameAsAlone(talker, conversation, 'yes');
  });

  test('that does not fit is a clear error, of the reply', async () => {
    const { conversation } = await opened();
    await conversation.add({ role: 'user', text: 'x', audio: sound(0, 197) });
    await expect(conversation.reply('yes').whole()).rejects.toMatchObject({ name: 'DialogueError', code: 'too-long' });
    // It slides out.
    await conversation.add(question);
    await conversation.add(question);
    await conversation.reply('yes').whole();
  });
});

describe('replies', () => {
  test('that are kept come one after the other, and become turns', async () => {
    const { conversation } = await opened();
    const replies = ['yes', 'no'].map((text) => conversation.reply(text));
    const added = conversation.add({ role: 'user', text: 'what' });
    for (const reply of replies) await reply.whole();
    await added;
    expect(conversation.turns.map(({ text }) => text)).toEqual(['hi', 'b', 'yes', 'no', 'what']);
    expect(conversation.turns[2].tokens).toEqual((await replies[0].finished).tokens);
  });

  test('that are not kept run beside each other and leave no trace', async () => {
    const { heard, conversation } = await opened();
    const read = async (stream: ReplyStream) => (await stream.whole()).tokens;
    const [one, two] = ['yes', 'yes'].map((text, seed) => read(conversation.reply(text, { seed, keep: false })));
    expect(await one).not.toEqual(await two);
    expect(conversation.turns).toHaveLength(2);
    expect(heard.openContexts).toBe(2);
  });

  test('never take their timbre from replies', async () => {
    const { heard, conversation } = await opened();
    await conversation.reply('yes').whole();
    await conversation.reply('no').whole();
    expect(heard.syntheses.map(({ style }) => style)).toEqual(new Array(2).fill({ vector: Float32Array.of(0.1) }));
  });

  test('are spoken piece by piece, and kept as one turn', async () => {
    const { heard, conversation } = await opened();
    const reply = await conversation.reply('One is here. Two is too. ').whole();
    expect(reply.pieces.map(({ text }) => text)).toEqual(['One is here. ', 'Two is too. ']);
    expect(reply.tokens).toHaveLength(6);
    expect(heard.generations.map(({ options }) => options.seed)).toEqual([0, expect.any(Number)]);
    expect(conversation.turns.at(-1)).toEqual({
      role: 'agent',
      text: 'One is here. Two is too.',
      tokens: reply.tokens,
    });
    const [first, second] = reply.pieces;
    expect(first.endSeconds).toBe(3 / 25);
    // At least a quarter of a second between them: the stand-in's sounds have no silence of their own.
    expect(second.beginSeconds).toBe(first.endSeconds);
    expect(reply.audio.samples).toHaveLength(24 + 25);
  });

  test('skip a piece without a word, and say so', async () => {
    const { conversation } = await opened();
    const reply = await conversation.reply('*** === ***\nIt is here now.', { split: 'sentence' }).whole();
    expect(reply.tokens).toHaveLength(3);
    await expect(conversation.reply('…').whole()).rejects.toMatchObject({ name: 'TextError', code: 'unspeakable' });
    expect(conversation.turns).toHaveLength(3);
  });
});

describe('an interruption', () => {
  const long = { tokensFor: () => 50, pace: () => new Promise<void>((resolve) => setImmediate(resolve)) };
  const text = 'one two three four five six seven eight nine ten';

  async function heardChunks(stream: ReplyStream, count: number): Promise<void> {
    let chunks = 0;
    for await (const _chunk of stream) if (++chunks === count) return;
  }

  test('by leaving the loop keeps what was heard, and stops the work', async () => {
    const { heard, conversation } = await opened(long);
    const stream = conversation.reply(text);
    await heardChunks(stream, 5);
    const reply = await stream.finished;
    const made = heard.tokens;
    expect(made).toBeLessThan(20);
    expect(reply).toMatchObject({ stopReason: 'interrupted', historyTurns: 2 });
    expect(reply.tokens).toHaveLength(5);
    await settle();
    expect(heard.tokens).toBe(made);
    // 5 of about 100 expected tokens are one word of ten.
    expect(conversation.turns.at(-1)).toEqual({ role: 'agent', text: 'one', tokens: reply.tokens });
  });

  test('after some words keeps these words', async () => {
    const { talker, conversation } = await opened(long);
    const stream = conversation.reply('It is.');
    let chunks = 0;
    for await (const _chunk of stream) if (++chunks === 6) void stream.interrupt();
    expect(chunks).toBe(6);
    const { tokens } = await stream.finished;
    expect(conversation.turns.at(-1)).toEqual({ role: 'agent', text: 'It', tokens });
    expect(tokens).toHaveLength(6);
    await sameAsAlone(talker, conversation, 'yes');
  });

  test('by a signal throws its reason, and keeps what was heard', async () => {
    const { conversation } = await opened(long);
    const controller = new AbortController();
    const stream = conversation.reply('It is.', { signal: controller.signal });
    let chunks = 0;
    const reading = (async () => {
      for await (const _chunk of stream) if (++chunks === 6) controller.abort(new Error('barge in'));
    })();
    await expect(reading).rejects.toThrow('barge in');
    await expect(stream.finished).rejects.toThrow('barge in');
    expect(chunks).toBe(6);
    expect(conversation.turns.at(-1)).toMatchObject({ text: 'It', tokens: { length: 6 } });
  });

  test('may come when all has been made and not all was played', async () => {
    const { talker, conversation } = await opened(long);
    const stream = conversation.reply(text);
    const whole = await stream.whole();
    expect(conversation.turns.at(-1)?.text).toBe(text);
    const heard = await stream.interrupt(1);
    expect(heard.tokens).toEqual(whole.tokens.slice(0, 25));
    expect(heard.text).toBe('one two three four five');
    expect(conversation.turns.at(-1)).toEqual({ role: 'agent', text: heard.text, tokens: heard.tokens });
    await sameAsAlone(talker, conversation, 'yes');
    await stream.interrupt(0);
    expect(conversation.turns).toHaveLength(2);
    await sameAsAlone(talker, conversation, 'yes');
  });

  test('of a reply that waits for another ends it at once', async () => {
    const { conversation } = await opened(long);
    const first = conversation.reply(text);
    const controller = new AbortController();
    const second = conversation.reply(text, { signal: controller.signal });
    controller.abort(new Error('never mind'));
    await expect(second.finished).rejects.toThrow('never mind');
    await first.whole();
    expect(conversation.turns).toHaveLength(3);
  });

  test('by an error keeps nothing', async () => {
    let made = 0;
    const { heard, conversation } = await opened({
      ...long,
      pace: async () => {
        await long.pace();
        if (++made > 30) throw new Error('the worker has died');
      },
    });
    const chunks: unknown[] = [];
    const reading = (async () => {
      for await (const chunk of conversation.reply('It is.')) chunks.push(chunk);
    })();
    await expect(reading).rejects.toThrow('the worker has died');
    expect(chunks.length).toBeGreaterThan(8);
    expect(conversation.turns).toHaveLength(2);
    expect(heard.openContexts).toBe(2);
  });

  test('happens to all replies of a conversation that is disposed', async () => {
    const { talker, heard, conversation } = await opened(long);
    const stream = conversation.reply(text);
    const controller = new AbortController();
    const reading = (async () => {
      for await (const _chunk of stream) if (!controller.signal.aborted) controller.abort();
    })();
    await new Promise((resolve) => controller.signal.addEventListener('abort', resolve));
    await Promise.all([conversation.dispose(), conversation.dispose()]);
    await reading;
    expect(heard.openContexts).toBe(0);
    await expect(conversation.add(question)).rejects.toMatchObject({ code: 'disposed' });
    await talker.dispose();
  });
});

describe('text that arrives bit by bit', () => {
  async function* written(...parts: string[]): AsyncGenerator<string> {
    for (const part of parts) {
      await settle();
      yield part;
    }
  }

  test('is spoken like the text at once', async () => {
    const { conversation } = await opened();
    const options = { keep: false, seed: 4 };
    const parts = ['One is', ' here. Two i', 's too, and', ' three. Four', '!'];
    const whole = await conversation.reply(parts.join(''), options).whole();
    const streamed = await conversation.replyFrom(written(...parts), options).whole();
    expect(streamed.pieces.map(({ text }) => text)).toEqual(['One is here. ', 'Two is too, and three. ', 'Four!']);
    expect({ ...streamed, timings: 0 }).toEqual({ ...whole, timings: 0 });
  });

  test('is heard before it is complete', async () => {
    const { conversation } = await opened();
    let write!: (text: string) => void;
    const later = new Promise<string>((resolve) => (write = resolve));
    async function* text() {
      yield 'One is here. Two ';
      yield await later;
    }
    let chunks = 0;
    for await (const _chunk of conversation.replyFrom(text())) if (++chunks === 3) write('is too.');
    expect(chunks).toBe(6);
    expect(conversation.turns.at(-1)?.text).toBe('One is here. Two is too.');
  });

  test('is not asked for any more when the reply is interrupted', async () => {
    const { conversation } = await opened();
    let returned = false;
    async function* endless() {
      try {
        for (;;) {
          await settle();
          yield 'This goes on. ';
        }
      } finally {
        returned = true;
      }
    }
    const stream = conversation.replyFrom(endless());
    let chunks = 0;
    for await (const _chunk of stream) if (++chunks === 4) break;
    await settle();
    await settle();
    expect(returned).toBe(true);
    expect(conversation.turns.at(-1)?.text).toMatch(/^This goes on\./);
  });

  test('is not waited for when the sound fails', async () => {
    const { conversation } = await opened({ failing: true });
    async function* stuck() {
      yield 'One is here. And ';
      await new Promise(() => undefined);
    }
    await expect(conversation.replyFrom(stuck()).whole()).rejects.toThrow('the decoder has failed');
  });

  test('that fails fails the reply; that is empty is an error', async () => {
    const { conversation } = await opened();
    async function* failing() {
      yield 'One is here. And ';
      throw new Error('the language model is gone');
    }
    await expect(conversation.replyFrom(failing()).whole()).rejects.toThrow('the language model is gone');
    await expect(conversation.replyFrom([]).whole()).rejects.toMatchObject({ code: 'silent' });
    expect(conversation.turns).toHaveLength(2);
  });
});

describe('as JSON', () => {
  test('a conversation goes on in another talker', async () => {
    const { conversation } = await opened();
    await conversation.reply('yes').whole();
    const json = JSON.parse(JSON.stringify(conversation)) as unknown;
    const { talker } = standIn();
    const restored = await talker.restoreConversation(json);
    expect(restored.turns).toEqual(conversation.turns);
    expect(JSON.parse(JSON.stringify(restored))).toEqual(json);
    const speak = (of: Conversation) => of.reply('no', { seed: 3, keep: false }).whole();
    expect((await speak(restored)).audio).toEqual((await speak(conversation)).audio);
  });

  test('settings and the reference’s style go along', async () => {
    const { talker, heard } = standIn();
    const conversation = talker.conversation({ historyTurns: 1, sampling: { topK: 3 }, reference: sound(0.7) });
    await conversation.add(question);
    await conversation.reply('yes', { keep: false }).whole();
    const restored = await talker.restoreConversation(JSON.parse(JSON.stringify(conversation)));
    heard.syntheses.length = 0;
    await restored.reply('yes', { keep: false, sampling: { topP: 0.5 } }).whole();
    expect(heard.generations.at(-1)).toMatchObject({ read: { length: 3 }, options: { topK: 3, topP: 0.5 } });
    expect(heard.syntheses[0].style).toEqual({ vector: Float32Array.of(0.7) });
  });

  test('anything else is refused', async () => {
    const { talker, conversation } = await opened();
    const state = conversation.toJSON();
    await expect(talker.restoreConversation({ ...state, turns: [{ role: 'robot', text: '' }] })).rejects.toMatchObject({
      code: 'state',
      message: expect.stringMatching(/^the kept conversation cannot be read: turns\.0\.role: .*; begin a new one$/),
    });
    await expect(talker.restoreConversation('null')).rejects.toMatchObject({ code: 'state' });
    const other = { ...manifest, name: 'other', files: {} };
    const stranger = standIn({
      changes: { voice: { folder: '/', manifest: other, path: String, read: async () => new Uint8Array() } },
    }).talker;
    await expect(stranger.restoreConversation(state)).rejects.toMatchObject({
      code: 'state',
      message: expect.stringMatching(
        /^the kept conversation was made with voice 'stand-in' \([0-9a-f]+\), not with this 'other'/,
      ),
    });
  });
});
