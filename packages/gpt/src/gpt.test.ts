// Generation around a session that only counts: what is computed, what is drawn, when it ends, what is freed.
import type { Segment } from '@gpt-talker/context';
import { CountingSession } from '../test/counting-session';
import { Gpt } from './gpt';
import type { GptVoice } from './voice';

const END = 20;
const voice: GptVoice = {
  symbols: Array.from({ length: 10 }, (_, index) => `s${index}`),
  text: { features: 'none', featureWidth: 0 },
  layout: { order: 'interleaved', textMask: 'causal', roles: true, historyTurns: 2, maxPositions: 60 },
  semantic: { vocabulary: 21, endOfSpeech: END, tokensPerSecond: 25 },
  gpt: { layers: 2, width: 1, heads: 1 },
  sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: 11, stutterTokens: 0 },
};
const text = (role: Segment['role'], ...phonemes: number[]): Segment => ({
  kind: 'text',
  role,
  phonemes: Int32Array.from(phonemes),
});
const speech = (role: Segment['role'], ...tokens: number[]): Segment => ({
  kind: 'speech',
  role,
  tokens: Int32Array.from(tokens),
});
const history = [text('user', 1, 2, 3), speech('user', 4, 5, 6, 7), text('agent', 8), speech('agent', 9, 10)];
const reply = text('agent', 1, 1, 2);
const textFirst: GptVoice = { ...voice, layout: { ...voice.layout, order: 'text-first' } };

/** A session whose likeliest token is the end from the given token on. */
class EndingSession extends CountingSession {
  private drawn = 0;

  constructor(
    private readonly endAt: number,
    of: GptVoice = voice,
  ) {
    super(of);
  }
  protected override logits(rows: readonly number[]): Float32Array {
    const logits = super.logits(rows);
    logits[END] = ++this.drawn > this.endAt ? 100 : -100;
    return logits;
  }
}

async function gptOver(session: CountingSession, of: GptVoice = voice): Promise<Gpt> {
  return Gpt.fromSession(session, of);
}

test('the history is read once, then one position a token', async () => {
  const session = new EndingSession(15);
  const gpt = await gptOver(session);
  const generation = gpt.generate([...history, reply]);
  const tokens = await generation.tokens();
  expect(generation.stopReason).toBe('end-of-speech');
  expect(tokens).toHaveLength(15);
  expect(session.runs).toEqual([3, 4, 1, 2, 3, ...new Array(15).fill(1)]);
});

test('tokens are fed at their place, in the role of the text that they speak', async () => {
  const session = new EndingSession(3);
  const gpt = await gptOver(session, voice);
  const tokens = await gpt.generate([...history, reply], { minimumTokens: 0 }).tokens();
  const fed = session.feeds
    .slice(5)
    .map(({ ids, kind, positions, roles }) => [ids, kind, positions, roles].map(({ data }) => Number(data[0])));
  expect(fed).toEqual(tokens.map((token, index) => [token, 1, index, 1]));
  session.feeds.slice(5).forEach(({ mask }, index) => {
    expect(mask.dims).toEqual([1, 14 + index]);
    expect(mask.data.every((value) => Number(value) === 0)).toBe(true);
  });
});

test('with an alignment prior, each token is shown its own text around where it should be', async () => {
  const alignment = { durations: new Array<number>(10).fill(1), edgeTokens: 1, freeTokens: 0, decayTokens: 1 };
  const masks = async (options: { pace?: number }, sampling = voice.sampling) => {
    const aligned: GptVoice = { ...voice, sampling, layout: { ...voice.layout, alignment } };
    const session = new EndingSession(1000, aligned);
    const context = await (await gptOver(session, aligned)).open();
    await context.append(history);
    session.feeds.length = 0;
    await context.generate([reply], { ...options, maximumTokens: 3 }).tokens();
    return session.feeds.slice(1).map(({ mask }) => Array.from(mask.data, Number));
  };
  const hidden = Math.fround(-1e9);
  // Texts of earlier turns are hidden, their speech is not; the reply's three phonemes last from 1 to 2, to 3 and to 4.
  const before = [hidden, hidden, hidden, 0, 0, 0, 0, hidden, 0, 0];
  expect(await masks({})).toEqual([
    [...before, 0, -0.5, -1.5, 0],
    [...before, -0.5, 0, -0.5, 0, 0],
  ]);
  // At half the speed, from 2 to 4, to 6 and to 8.
  const slow = [
    [...before, -0.5, -2.5, -4.5, 0],
    [...before, 0, -1.5, -3.5, 0, 0],
  ];
  expect(await masks({ pace: 2 })).toEqual(slow);
  expect(await masks({}, { ...voice.sampling, pace: 2 })).toEqual(slow);
  expect(await masks({ pace: 4 }, { ...voice.sampling, pace: 0.5 })).toEqual(slow);
});

test('a kept conversation gives the reply that the whole one gives, and pays for new segments only', async () => {
  const session = new EndingSession(1000);
  const gpt = await gptOver(session);
  const whole = await gpt.generate([...history, reply], { seed: 5, maximumTokens: 20 }).tokens();

  const context = await gpt.open();
  session.runs.length = 0;
  await context.append(history.slice(0, 2));
  await context.append(history.slice(2));
  expect(session.runs).toEqual([3, 4, 1, 2]);
  expect(context.positions).toBe(10);
  // 2 layers of keys and values, 1 wide, in tables that hold all of the voice's 60 positions.
  expect(context.bytes).toBe(2 * 2 * 60 * 4);
  for (let time = 0; time < 2; time++) {
    session.runs.length = 0;
    expect(await context.generate([reply], { seed: 5, maximumTokens: 20 }).tokens()).toEqual(whole);
    expect(session.runs).toEqual([3, ...new Array(19).fill(1)]);
  }
  expect(context.positions).toBe(10);
});

test('a conversation is computed in the same runs, however it comes', async () => {
  const runs: string[] = [];
  for (const parts of [[history], [history.slice(0, 1), history.slice(1, 3), history.slice(3)], []]) {
    const session = new EndingSession(1000);
    const context = await (await gptOver(session)).open();
    for (const part of parts) await context.append(part);
    await context.generate(parts.length > 0 ? [reply] : [...history, reply], { maximumTokens: 1 }).tokens();
    runs.push(session.feeds.map(({ ids }) => ids.data.join(' ')).join(' | '));
  }
  expect(runs).toEqual(new Array(3).fill('1 2 3 | 4 5 6 7 | 8 | 9 10 | 1 1 2'));
});

test('aborted reading keeps what was read, and goes on from there', async () => {
  const session = new EndingSession(1000);
  const gpt = await gptOver(session);
  const whole = await gpt.generate([...history, reply], { maximumTokens: 5 }).tokens();
  const context = await gpt.open();
  const controller = new AbortController();
  const reading = context.append(history, { signal: controller.signal });
  controller.abort(new Error('someone speaks'));
  await expect(reading).rejects.toThrow('someone speaks');
  expect(context.segments).toBe(1);
  await context.append(history.slice(context.segments));
  expect(await context.generate([reply], { maximumTokens: 5 }).tokens()).toEqual(whole);
});

test('a fork goes its own way', async () => {
  const session = new EndingSession(1000);
  const gpt = await gptOver(session);
  const context = await gpt.open();
  await context.append(history.slice(0, 2));
  const fork = await context.fork();
  await fork.append(history.slice(2));
  expect([context.positions, fork.positions]).toEqual([7, 10]);
  const options = { maximumTokens: 4 };
  expect(await fork.generate([reply], options).tokens()).toEqual(
    await gpt.generate([...history, reply], options).tokens(),
  );
  await fork.dispose();
  expect(await context.generate([reply], options).tokens()).toHaveLength(4);
});

test('text first, the sequence is read when the text is known, and positions of speech run on', async () => {
  const session = new EndingSession(1000, textFirst);
  const gpt = await gptOver(session, textFirst);
  const context = await gpt.open();
  await context.append(history);
  expect(session.runs).toEqual([]);
  const tokens = await context.generate([reply], { seed: 1, maximumTokens: 3 }).tokens();
  expect(session.runs).toEqual([13, 1, 1]);
  expect([...session.feeds[0].ids.data].slice(0, 7)).toEqual([1, 2, 3, 8, 1, 1, 2]);
  expect(Number(session.feeds[1].positions.data[0])).toBe(6);
  expect(await gpt.generate([...history, reply], { seed: 1, maximumTokens: 3 }).tokens()).toEqual(tokens);
});

test('a seed repeats a reply and another seed changes it', async () => {
  const gpt = await gptOver(new EndingSession(1000));
  const speak = (seed: number) => gpt.generate([reply], { seed, maximumTokens: 20 }).tokens();
  const first = await speak(1);
  expect(await speak(1)).toEqual(first);
  expect(await speak(2)).not.toEqual(first);
});

test('the end waits for the minimum of tokens', async () => {
  const gpt = await gptOver(new EndingSession(0));
  expect(await gpt.generate([reply]).tokens()).toHaveLength(11);
  const nothing = gpt.generate([reply], { minimumTokens: 0 });
  expect(await nothing.tokens()).toEqual([]);
  expect(nothing.stopReason).toBe('end-of-speech');
});

test('the repetition penalty counts the tokens of this reply only', async () => {
  const gpt = await gptOver(new EndingSession(1000));
  const greedy = { temperature: 0, maximumTokens: 1 };
  const [likeliest] = await gpt.generate([...history, reply], greedy).tokens();
  const said = [...history.slice(0, 3), speech('agent', likeliest, likeliest)];
  const unpenalised = await gpt.generate([...said, reply], { ...greedy, repetitionPenalty: 1 }).tokens();
  expect(await gpt.generate([...said, reply], { ...greedy, repetitionPenalty: 1e9 }).tokens()).toEqual(unpenalised);
  const distinct = await gpt.generate([reply], { temperature: 0, repetitionPenalty: 1e9, maximumTokens: 8 }).tokens();
  expect(new Set(distinct).size).toBe(8);
});

test('a cap on tokens, or the room of the voice, is reported', async () => {
  const gpt = await gptOver(new EndingSession(1000));
  const capped = gpt.generate([reply], { maximumTokens: 7 });
  expect(await capped.tokens()).toHaveLength(7);
  expect(capped.stopReason).toBe('length');
  const filling = gpt.generate([...history, reply]);
  expect(await filling.tokens()).toHaveLength(60 - 13);
  expect(filling.stopReason).toBe('length');
});

test('a conversation that the voice cannot hold is an error that says so, and changes nothing', async () => {
  const gpt = await gptOver(new EndingSession(1000));
  const long = [speech('user', ...new Array(58).fill(1))];
  await expect(gpt.generate([...long, reply]).tokens()).rejects.toMatchObject({
    code: 'context-length',
    positions: 61,
    maxPositions: 60,
  });
  await expect(gpt.generate([...long, text('agent', 1, 2)]).tokens()).rejects.toThrow(
    'takes 60 positions (phonemes and speech tokens), but this voice holds 60',
  );
  const context = await gpt.open();
  await context.append(history);
  await expect(context.append(long)).rejects.toMatchObject({ name: 'ContextLengthError' });
  expect(context.positions).toBe(10);
});

test('an aborted reply throws the reason and frees its rows; so does leaving the loop', async () => {
  const session = new EndingSession(1000);
  const gpt = await gptOver(session);
  const controller = new AbortController();
  const aborted = gpt.generate([reply], { signal: controller.signal });
  const seen: number[] = [];
  const read = async () => {
    for await (const token of aborted) if (seen.push(token) === 3) controller.abort(new Error('enough'));
  };
  await expect(read()).rejects.toThrow('enough');
  expect(seen).toHaveLength(3);
  expect(aborted.stopReason).toBeUndefined();
  expect(session.openCaches).toBe(0);

  for await (const token of gpt.generate([reply])) if (token >= 0) break;
  expect(session.openCaches).toBe(0);
  await expect(gpt.generate([reply], { signal: AbortSignal.abort(new Error('too early')) }).tokens()).rejects.toThrow(
    'too early',
  );
});

test('a reply can be read once', async () => {
  const gpt = await gptOver(new EndingSession(1000));
  const generation = gpt.generate([reply], { maximumTokens: 1 });
  await generation.tokens();
  await expect(generation.tokens()).rejects.toThrow('has been read already');
});

test('what does not fit the voice is refused before anything is computed', async () => {
  const session = new EndingSession(1000);
  const gpt = await gptOver(session);
  await expect(gpt.generate([text('user', 10)]).tokens()).rejects.toThrow(
    'phoneme 10 is not one of the 10 that this voice knows',
  );
  await expect(gpt.generate([speech('user', END), reply]).tokens()).rejects.toThrow(
    'speech token 20 is not one of the 20',
  );
  await expect(gpt.generate([reply, speech('agent', 1)]).tokens()).rejects.toThrow(
    'the last segment of a reply must be the text to be spoken',
  );
  await expect(gpt.generate([text('agent')]).tokens()).rejects.toThrow('with at least one phoneme');
  await expect(gpt.generate([reply], { topK: -1 }).tokens()).rejects.toThrow('topK is -1');
  await expect(gpt.generate([reply], { maximumTokens: 0 }).tokens()).rejects.toThrow('maximumTokens is 0');
  await expect(gpt.generate([reply], { pace: 9 }).tokens()).rejects.toThrow('pace is 9; give a number from 0.2 to 5');
  await expect(gpt.generate([reply], { seed: 0.5 }).tokens()).rejects.toThrow('seed is 0.5');
  expect(session.runs).toEqual([]);
  const context = await gpt.open();
  await context.dispose();
  await expect(context.append(history)).rejects.toMatchObject({ code: 'disposed' });
});

test('text features go with their phonemes', async () => {
  const bert: GptVoice = { ...voice, text: { features: 'bert', featureWidth: 2 } };
  const session = new EndingSession(1000, bert);
  const gpt = await gptOver(session, bert);
  const featured: Segment = {
    kind: 'text',
    role: 'agent',
    phonemes: Int32Array.of(1, 2),
    features: Float32Array.of(1, 2, 3, 4),
  };
  await gpt.generate([speech('user', 3), featured], { maximumTokens: 2 }).tokens();
  expect(session.feeds.map(({ features }) => [...features.data])).toEqual([
    [0, 0],
    [1, 2, 3, 4],
    [0, 0],
  ]);
});

test('a graph of another voice is refused by name and freed', async () => {
  const refuse = async (graphOf: GptVoice, message: string) => {
    const session = new CountingSession(graphOf);
    await expect(Gpt.fromSession(session, voice)).rejects.toThrow(message);
    expect(session.disposed).toBe(true);
  };
  await refuse(
    { ...voice, layout: { ...voice.layout, roles: false } },
    "gpt.onnx: has no input 'roles', which voice.json implies; export the voice again",
  );
  await refuse({ ...voice, gpt: { ...voice.gpt, layers: 1 } }, "has no input 'past_key_1'");
  await refuse(
    { ...voice, gpt: { ...voice.gpt, layers: 3 } },
    "has an input 'past_key_2' that voice.json does not imply",
  );
  await refuse(
    { ...voice, semantic: { ...voice.semantic, vocabulary: 30 } },
    'has 30 semantic tokens, voice.json says 21',
  );
});
