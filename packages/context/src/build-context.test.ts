import type { Audio } from '@gpt-talker/audio';
import {
  buildContext,
  chooseReference,
  readTurn,
  memoizeTokenizer,
  type Dialogue,
  type Turn,
  type TurnTokenizer,
} from './index';

const sound = (seconds: number): Audio => ({ samples: new Float32Array(seconds * 16000), sampleRate: 16000 });

/** Phonemes are character codes, tokens count from 0; both are easy to recognise. */
function countingTokenizer() {
  const calls: string[] = [];
  const tokenizer: TurnTokenizer = {
    async text(text, language) {
      calls.push(`text ${text} ${language ?? '-'}`);
      if (text === '???') throw Object.assign(new Error("nothing in '???' can be spoken"), { code: 'unspeakable' });
      return { phonemes: Int32Array.from(text, (character) => character.charCodeAt(0)) };
    },
    async speech({ samples, sampleRate }) {
      calls.push('speech');
      return Int32Array.from({ length: (samples.length / sampleRate) * 25 }, (_, index) => index);
    },
  };
  return { tokenizer, calls };
}

const dialogue: Dialogue = {
  turns: [
    { role: 'user', text: 'a', audio: sound(1) },
    { role: 'agent', text: 'bc', audio: sound(2) },
    { role: 'user', text: 'd' },
  ],
};
const shape = (segments: { kind: string; role: string }[]) => segments.map(({ kind, role }) => `${role} ${kind}`);

test('history is read in order, the agent’s own turns included, and the reply’s text comes last', async () => {
  const { tokenizer } = countingTokenizer();
  const { segments, positions, historyTurns } = await buildContext(dialogue, { text: 'xyz' }, tokenizer, {
    historyTurns: 5,
  });
  expect(shape(segments)).toEqual([
    'user text',
    'user speech',
    'agent text',
    'agent speech',
    'user text',
    'agent text',
  ]);
  expect(segments.at(-1)).toEqual({ kind: 'text', role: 'agent', phonemes: Int32Array.of(120, 121, 122) });
  expect(positions).toBe(1 + 25 + 2 + 50 + 1 + 3);
  expect(historyTurns).toBe(3);
});

test('the window keeps the latest turns', async () => {
  const { tokenizer } = countingTokenizer();
  const two = await buildContext(dialogue, { text: 'x' }, tokenizer, { historyTurns: 2 });
  expect(shape(two.segments)).toEqual(['agent text', 'agent speech', 'user text', 'agent text']);
  const none = await buildContext(dialogue, { text: 'x' }, tokenizer, { historyTurns: 0 });
  expect(shape(none.segments)).toEqual(['agent text']);
  await expect(buildContext(dialogue, { text: 'x' }, tokenizer, { historyTurns: 1.5 })).rejects.toThrow(RangeError);
});

test('languages and progress are passed on', async () => {
  const { tokenizer, calls } = countingTokenizer();
  const progress: string[] = [];
  const turns: Turn[] = [{ role: 'user', text: 'hao', language: 'zh' }];
  const onTurn = (done: number, all: number) => progress.push(`${done}/${all}`);
  await buildContext({ turns }, { text: 'yes', language: 'en' }, tokenizer, { historyTurns: 2, onTurn });
  expect(calls).toEqual(['text yes en', 'text hao zh']);
  expect(progress).toEqual(['0/1']);
});

test('speech too short for a token leaves its text', async () => {
  const { tokenizer } = countingTokenizer();
  const turns: Turn[] = [{ role: 'user', text: 'a', audio: sound(0) }];
  const { segments } = await buildContext({ turns }, { text: 'x' }, tokenizer, { historyTurns: 1 });
  expect(shape(segments)).toEqual(['user text', 'agent text']);
});

test('a history that the voice cannot hold is refused, with the remedy', async () => {
  const { tokenizer } = countingTokenizer();
  const options = { historyTurns: 3, maxPositions: 80 };
  await expect(buildContext(dialogue, { text: 'x' }, tokenizer, options)).rejects.toMatchObject({
    name: 'DialogueError',
    code: 'too-long',
    message: expect.stringMatching(
      /3 history turns take 80 positions .* holds 80, .* use a smaller history window or shorter turns$/,
    ),
  });
  await expect(
    buildContext(dialogue, { text: 'x' }, tokenizer, { ...options, maxPositions: 81 }),
  ).resolves.toBeDefined();
});

test('a turn that cannot be read is named; a bug is not dressed up', async () => {
  const { tokenizer } = countingTokenizer();
  const turns: Turn[] = [...dialogue.turns, { role: 'user', text: '???' }];
  await expect(buildContext({ turns }, { text: 'x' }, tokenizer, { historyTurns: 2 })).rejects.toMatchObject({
    code: 'turn',
    message: "turn 4 (user): nothing in '???' can be spoken",
  });
  await expect(buildContext(dialogue, { text: '???' }, tokenizer, { historyTurns: 2 })).rejects.toMatchObject({
    code: 'unspeakable',
  });
  const broken: TurnTokenizer = { ...tokenizer, speech: () => Promise.reject(new TypeError('oops')) };
  await expect(buildContext(dialogue, { text: 'x' }, broken, { historyTurns: 2 })).rejects.toThrow(TypeError);
});

test('what the tokenizer left out is passed on, with its turn', async () => {
  const { tokenizer } = countingTokenizer();
  const noting: TurnTokenizer = {
    ...tokenizer,
    text: async (text) => ({
      phonemes: Int32Array.of(1),
      warnings: text === 'd' ? ["'☃' was left out"] : text === 'x' ? ['x'] : undefined,
    }),
  };
  const { warnings, segments } = await buildContext(dialogue, { text: 'x' }, noting, { historyTurns: 3 });
  expect(warnings).toEqual(['x', "turn 3: '☃' was left out"]);
  expect(Object.keys(segments.at(-1)!)).toEqual(['kind', 'role', 'phonemes']);
});

test('reading stops when it is aborted', async () => {
  const { tokenizer, calls } = countingTokenizer();
  const options = { historyTurns: 3, signal: AbortSignal.abort() };
  await expect(buildContext(dialogue, { text: 'x' }, tokenizer, options)).rejects.toMatchObject({ name: 'AbortError' });
  expect(calls).toEqual(['text x -']);
});

describe('remembering', () => {
  test('a conversation that grows is tokenized once', async () => {
    const { tokenizer, calls } = countingTokenizer();
    const remembering = memoizeTokenizer(tokenizer);
    const first = await buildContext(dialogue, { text: 'x' }, remembering, { historyTurns: 5 });
    calls.length = 0;
    const again = await buildContext(dialogue, { text: 'new' }, remembering, { historyTurns: 5 });
    expect(calls).toEqual(['text new -']);
    expect(again.segments.slice(0, -1)).toEqual(first.segments.slice(0, -1));
  });

  test('the language belongs to the text, and failures are tried again', async () => {
    const { tokenizer, calls } = countingTokenizer();
    const remembering = memoizeTokenizer(tokenizer);
    await remembering.text('x', 'en');
    await remembering.text('x', 'zh');
    await expect(remembering.text('???')).rejects.toThrow();
    await expect(remembering.text('???')).rejects.toThrow();
    expect(calls).toHaveLength(4);
    const failing = memoizeTokenizer({
      ...tokenizer,
      speech: () => (calls.push('speech'), Promise.reject(new Error('no'))),
    });
    const audio = sound(1);
    await expect(failing.speech(audio)).rejects.toThrow();
    await expect(failing.speech(audio)).rejects.toThrow();
    expect(calls).toHaveLength(6);
  });

  test('texts are forgotten in the order of their last use', async () => {
    const { tokenizer, calls } = countingTokenizer();
    const remembering = memoizeTokenizer(tokenizer);
    for (let index = 0; index < 1000; index++) await remembering.text(`t${index}`);
    await remembering.text('t0');
    await remembering.text('one more');
    calls.length = 0;
    await remembering.text('t0');
    await remembering.text('t1');
    expect(calls).toEqual(['text t1 -']);
  });
});

test('the reference is the agent’s latest turn with audio', () => {
  const turns: Turn[] = [
    { role: 'agent', text: 'early', audio: sound(1) },
    { role: 'agent', text: 'late', audio: sound(1) },
    { role: 'user', text: 'you', audio: sound(1) },
    { role: 'agent', text: 'hm', audio: sound(0.1) },
    { role: 'agent', text: 'silent' },
  ];
  expect(chooseReference({ turns })?.text).toBe('late');
  expect(chooseReference({ turns: turns.slice(2) })).toBeUndefined();
});

test('tokens that are known are read instead of the sound, and a style stands for it', async () => {
  const { tokenizer, calls } = countingTokenizer();
  const known: Turn = { role: 'agent', text: 'a', audio: sound(4), tokens: Int32Array.of(7, 8) };
  const { segments } = await readTurn(known, 1, tokenizer);
  expect(segments).toEqual([
    { kind: 'text', role: 'agent', phonemes: Int32Array.of(97) },
    { kind: 'speech', role: 'agent', tokens: Int32Array.of(7, 8) },
  ]);
  expect(calls).toEqual(['text a -']);
  const styled: Turn = { role: 'agent', text: 'b', style: Float32Array.of(1) };
  const turns: Turn[] = [
    known,
    styled,
    { role: 'user', text: 'a', style: Float32Array.of(2) },
    { role: 'agent', text: 'b' },
  ];
  expect(chooseReference({ turns })).toBe(styled);
});
