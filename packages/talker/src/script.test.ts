// Scripts, with a voice that says what it was asked for.
import type { Turn } from '@gpt-talker/context';
import type { Reply, ReplyOptions } from './reply';
import type { ReplyStream } from './reply-stream';
import { readScript, wholeScript, type ScriptLine, type ScriptOptions } from './script';

const RATE = 100;
interface Asked {
  turns: readonly Turn[];
  line: ScriptLine;
  options: ReplyOptions;
}

/** Every line sounds for as many seconds as it has words, one word a second, in two chunks. */
function read(lines: readonly ScriptLine[], options: ScriptOptions = {}) {
  const asked: Asked[] = [];
  const voice = {
    name: 'two',
    speakers: ['ann', 'bob'],
    historyTurns: 2,
    stream(turns: readonly Turn[], line: ScriptLine, lineOptions: ReplyOptions) {
      asked.push({ turns, line, options: lineOptions });
      const texts = line.text.split(' ');
      const words = texts.map((text, at) => ({ text, start: at, end: at + 1, phonemes: [] }));
      const chunk = (from: number, to: number) => ({
        samples: new Float32Array((to - from) * RATE).fill(asked.length),
        sampleRate: RATE,
        words: words.slice(from, to),
      });
      const reply = { tokens: Int32Array.of(asked.length), words, warnings: [], attempts: 1 };
      return {
        sampleRate: RATE,
        finished: Promise.resolve(reply as unknown as Reply),
        async *[Symbol.asyncIterator]() {
          yield chunk(0, 1);
          yield chunk(1, texts.length);
        },
      } as unknown as ReplyStream;
    },
  };
  return { asked, reading: wholeScript(readScript(lines, options, voice)) };
}

const LINES = [
  { speaker: 'Carl', text: 'Good morning Bob' },
  { speaker: 'bob', text: 'Hello there' },
  { speaker: 'Carl', text: 'How are you' },
];

test('lines follow each other with a gap, and have their times', async () => {
  const { reading } = read(LINES, { gapSeconds: 0.5 });
  const { audio, turns } = await reading;
  expect(turns.map(({ speaker, start, end }) => [speaker, start, end])).toEqual([
    ['Carl', 0, 3],
    ['bob', 3.5, 5.5],
    ['Carl', 6, 9],
  ]);
  expect(audio.samples).toHaveLength(9 * RATE);
  expect([2.9, 3.2, 3.6, 5.7, 6.1].map((seconds) => audio.samples[Math.round(seconds * RATE)])).toEqual([
    1, 0, 2, 0, 3,
  ]);
  expect(turns[1].words.map(({ text, start }) => [text, start])).toEqual([
    ['Hello', 3.5],
    ['there', 4.5],
  ]);
});

test('each hears the others as what was said to him, and himself as what he said', async () => {
  const { asked, reading } = read(LINES);
  await reading;
  expect(asked.map(({ turns }) => turns.map(({ role, text }) => `${role} ${text}`))).toEqual([
    [],
    ['user Good morning Bob'],
    ['agent Good morning Bob', 'user Hello there'],
  ]);
  expect(asked[2].turns.map(({ tokens }) => [...tokens!])).toEqual([[1], [2]]);
});

test('names of the voice are its speakers, others take those that are left, or recordings', async () => {
  const { asked, reading } = read(LINES);
  await reading;
  expect(asked.map(({ options }) => options.speaker)).toEqual(['ann', 'bob', 'ann']);
  const recording = { samples: new Float32Array(10), sampleRate: 100 };
  const more = read([...LINES, { speaker: 'Dora', text: 'Me too' }], { speakers: { Dora: recording } });
  await more.reading;
  expect(more.asked[3].options).toMatchObject({ reference: recording });
  expect(more.asked[3].options.speaker).toBeUndefined();
});

test('every line draws its own numbers, and hears as far as it is told', async () => {
  const { asked, reading } = read(LINES, { seed: 5, historyTurns: 1, speed: 1.5 });
  await reading;
  expect(new Set(asked.map(({ options }) => options.seed)).size).toBe(3);
  expect(asked.map(({ turns }) => turns.length)).toEqual([0, 1, 1]);
  expect(asked.every(({ options }) => options.speed === 1.5)).toBe(true);
});

test.each<[string, unknown, string]>([
  ['no lines', [], 'has no lines'],
  ['no list', 'Hello.', 'has no lines'],
  ['a line without a speaker', [{ text: 'Hello.' }], 'line 1 of the script'],
  ['a line without a text', [LINES[0], { speaker: 'Ann' }], 'line 2 of the script'],
  ['a line that says nothing', [LINES[0], { speaker: 'Carl', text: ' ' }], 'line 2 of the script has no text'],
  ['a language that is none', [{ ...LINES[0], language: 7 }], 'line 1 of the script'],
  ['more speakers than there are', [...LINES, { speaker: 'Dora', text: 'Hm' }], '3 speakers, voice'],
])('%s is refused', async (_what, lines, message) => {
  await expect(read(lines as ScriptLine[]).reading).rejects.toMatchObject({
    name: 'TalkerError',
    code: 'option',
    message: expect.stringContaining(message),
  });
});

test.each<[string, object, string]>([
  ['a gap that is none', { gapSeconds: '1' }, 'gapSeconds is "1"'],
  ['an endless gap', { gapSeconds: Infinity }, 'gapSeconds is Infinity'],
  ['a number for speakers', { speakers: 7 }, 'speakers is 7'],
  ['a number for a speaker', { speakers: { Carl: 7 } }, 'speakers is an object'],
  ['one speaker for all', { speaker: 'ann' }, 'there is no option "speaker" of a script'],
  ['a name that is none', { gap: 1 }, 'choose from historyTurns'],
])('an option with %s is refused', async (_what, options, message) => {
  await expect(read(LINES, options).reading).rejects.toMatchObject({
    name: 'TalkerError',
    code: 'option',
    message: expect.stringContaining(message),
  });
});

test('speakers may have any name', async () => {
  const { asked, reading } = read(['constructor', '__proto__'].map((speaker) => ({ speaker, text: 'Hello' })));
  await reading;
  expect(asked.map(({ options }) => options.speaker)).toEqual(['ann', 'bob']);
});
