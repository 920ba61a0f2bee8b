// Input from plain JavaScript, where no compiler looked at it, is refused as wrong JSON is: each with a typed error that names what is wrong.
import type { Audio } from '@gpt-talker/audio';
import { DialogueError, type Dialogue, type Turn } from '@gpt-talker/context';
import { SPLIT_STRATEGIES } from '@gpt-talker/tokenizer';
import { TalkerError } from './errors';

type Check = [expected: string, holds: (value: unknown) => boolean];

const isFinite = (value: unknown): value is number => typeof value === 'number' && Number.isFinite(value);
const number: Check = ['a number', isFinite];
const string: Check = ['a string', (value) => typeof value === 'string'];
const boolean: Check = ['true or false', (value) => typeof value === 'boolean'];
const isAudio = (value: unknown): value is Audio => {
  const { samples, sampleRate } = Object(value) as Partial<Audio>;
  return samples instanceof Float32Array && isFinite(sampleRate) && sampleRate > 0;
};
const audio: Check = [
  '{samples: Float32Array, sampleRate} or a list of them',
  (value) => isAudio(value) || (Array.isArray(value) && value.length > 0 && value.every(isAudio)),
];
const oneOf = (...values: readonly string[]): Check => [
  `one of ${values.join(', ')}`,
  (value) => values.includes(value as string),
];

const SAMPLING: Readonly<Record<string, Check>> = {
  topK: number,
  topP: number,
  temperature: number,
  repetitionPenalty: number,
  minimumTokens: number,
  stutterTokens: number,
  maximumTokens: ['a whole number of at least 1', (value) => Number.isInteger(value) && (value as number) >= 1],
};

const CONVERSATION: Readonly<Record<string, Check>> = {
  historyTurns: number, // its range is checked where it is used
  sampling: ['an object', (value) => typeof value === 'object' && value !== null],
  reference: audio,
  speaker: string,
};

const signal: Check = ['an AbortSignal', (value) => value instanceof AbortSignal];
const listener: Check = ['a function', (value) => typeof value === 'function'];

const REPLY: Readonly<Record<string, Check>> = {
  ...CONVERSATION,
  seed: ['a whole number', Number.isSafeInteger],
  noiseScale: number,
  speed: number,
  pitchSemitones: ['a number from -12 to 12', (value) => isFinite(value) && Math.abs(value) <= 12],
  pitchRange: ['a number from 0 to 2', (value) => isFinite(value) && value >= 0 && value <= 2],
  gainDecibels: ['a number from -96 to 20', (value) => isFinite(value) && value >= -96 && value <= 20],
  instructions: string,
  split: oneOf(...SPLIT_STRATEGIES),
  markup: boolean,
  eager: boolean,
  pauseSeconds: ['a number from 0 to 10', (value) => isFinite(value) && value >= 0 && value <= 10],
  retake: oneOf('never', 'unheard', 'always'),
  takes: ['a whole number from 1 to 8', (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= 8],
  language: string,
  keep: boolean,
  signal,
  onProgress: listener,
};

/** A script's lines say who speaks, in which language; each of them is kept for the lines that follow. */
const { speaker: _, reference: __, language: ___, keep: ____, ...OF_LINES } = REPLY;
const SCRIPT: Readonly<Record<string, Check>> = {
  ...OF_LINES,
  speakers: [
    'an object of speakers by name, each one of the voice’s or recordings',
    (value) => isObject(value) && Object.values(value).every((given) => typeof given === 'string' || audio[1](given)),
  ],
  gapSeconds: ['a number from 0 to 60', (value) => isFinite(value) && value >= 0 && value <= 60],
};

const count: Check = ['a whole number of at least 1', (value) => Number.isInteger(value) && Number(value) >= 1];
const LOADING: Readonly<Record<string, Check>> = {
  provider: string,
  onProgress: listener,
  together: count,
  warmUp: boolean,
  keep: boolean,
  signal,
  runtime: oneOf('native', 'wasm'),
  intraOpThreads: count,
  sharedBy: count,
  executionProviders: ['a list of names', (value) => Array.isArray(value) && value.every((name) => string[1](name))],
  optimization: oneOf('disabled', 'basic', 'extended', 'all'),
  workerAddress: string,
  wasmAddress: string,
  createWorker: listener,
};

/** @throws TalkerError `option` that names the first option that is not known or not of its type */
export function checkReplyOptions(options: object): void {
  checkOptions(options, REPLY, 'a reply');
}

/** @throws TalkerError `option` */
export function checkConversationOptions(options: object): void {
  checkOptions(options, CONVERSATION, 'a conversation');
}

/** @throws TalkerError `option` for what is no voice, and for options that are not known or not of their type */
export function checkLoading(source: unknown, options: object): void {
  checkOptions(options, LOADING, 'loading a voice');
  const { manifest, path, read } = Object(source) as Record<string, unknown>;
  if (typeof source === 'string' || (isObject(manifest) && typeof path === 'function' && typeof read === 'function'))
    return;
  throw new TalkerError(
    'option',
    `the voice is ${say(source)}; give its folder (in a page its address), or what openVoice gave`,
  );
}

/** @throws TalkerError `option` */
export function checkScriptOptions(options: object): void {
  checkOptions(options, SCRIPT, 'a script');
}

/** @throws TalkerError `option` */
export function checkAddOptions(options: object): void {
  checkOptions(options, { signal }, 'add');
}

const isObject = (value: unknown): value is object =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Options with others beside them; what is none stays what it is, for the check to see. */
export function withOptions<Options extends object>(options: Options, others: Partial<Options>): Options {
  return isObject(options) ? { ...options, ...others } : options;
}

function checkOptions(options: object, known: Readonly<Record<string, Check>>, what: string): void {
  if (!isObject(options)) throw new TalkerError('option', `the options of ${what} are ${say(options)}; give an object`);
  for (const [name, value] of Object.entries(options)) {
    if (value === undefined) continue;
    const check = Object.hasOwn(known, name) ? known[name] : undefined;
    if (!check)
      throw new TalkerError(
        'option',
        `there is no option ${say(name)} of ${what}; choose from ${Object.keys(known).join(', ')}`,
      );
    const [expected, holds] = check;
    if (!holds(value)) throw new TalkerError('option', `${name} is ${say(value)}; give ${expected}`);
    if (name === 'sampling') checkOptions(value as object, SAMPLING, 'sampling');
  }
}

/** What is to be said. @throws TalkerError `option` for anything but a string or {text, language?} */
export function checkedText(text: unknown): { text: string; language?: string } {
  if (typeof text === 'string') return { text };
  const { text: words, language, ...others } = Object(text) as { text?: unknown; language?: unknown };
  const [other] = typeof text === 'object' ? Object.keys(others) : [];
  if (other !== undefined && typeof words === 'string')
    throw new TalkerError('option', `there is no ${say(other)} of a text; give {text, language}`);
  if (typeof words === 'string' && (language === undefined || typeof language === 'string'))
    return { text: words, language };
  throw new TalkerError('option', `the text is ${say(text)}; give a string or {text, language}`);
}

/** @throws TalkerError `option` for what is not iterable, and for a string, whose letters would come one by one */
export function checkWrittenText(text: unknown): void {
  const { [Symbol.asyncIterator]: asynchronous, [Symbol.iterator]: synchronous } = Object(text) as {
    [Symbol.asyncIterator]?: unknown;
    [Symbol.iterator]?: unknown;
  };
  if (typeof text !== 'string' && (typeof asynchronous === 'function' || typeof synchronous === 'function')) return;
  throw new TalkerError('option', `the written text is ${say(text)}; give an (async) iterable of strings`);
}

/** @throws TalkerError `option` for a part of a written text that is no string. @param number from 1, for messages */
export function checkedPart(part: unknown, number: number): string {
  if (typeof part === 'string') return part;
  throw new TalkerError('option', `part ${number} of the written text is ${say(part)}; give strings`);
}

/** @throws TalkerError `option` for what are no words with their times */
export function checkTimedWords(words: unknown): void {
  const isWord = (word: unknown) => {
    const { text, start, end } = Object(word) as Record<string, unknown>;
    return typeof text === 'string' && isFinite(start) && isFinite(end);
  };
  if (!Array.isArray(words))
    throw new TalkerError(
      'option',
      `the words are ${say(words)}; give a list of {text, start, end}, such as reply.words`,
    );
  const wrong = words.findIndex((word) => !isWord(word));
  if (wrong >= 0)
    throw new TalkerError('option', `word ${wrong + 1} is ${say(words[wrong])} without {text, start, end}; correct it`);
}

/** @throws TalkerError `option` for what is no number of seconds; what is a little less than none is none */
export function checkedSeconds(seconds: unknown): number {
  if (typeof seconds === 'number' && !Number.isNaN(seconds)) return Math.max(0, seconds);
  throw new TalkerError('option', `heardSeconds is ${say(seconds)}; give a number`);
}

/** @throws TalkerError `option` */
export function checkedInstructions(text: unknown): string {
  if (typeof text === 'string') return text;
  throw new TalkerError('option', `the instructions are ${say(text)}; give a string`);
}

/** @throws DialogueError `shape` */
export function checkedDialogue(dialogue: unknown): Dialogue {
  const { turns } = Object(dialogue) as { turns?: unknown };
  if (!Array.isArray(turns))
    throw new DialogueError('shape', `the dialogue is ${say(dialogue)}; give {turns: [{role, text}]}`);
  return { turns: turns.map((turn, index) => checkedTurn(turn, index + 1)) };
}

/** A turn as it is used here: OpenAI's word `assistant` means the agent. @param number from 1, for messages @throws DialogueError `shape` */
export function checkedTurn(turn: unknown, number: number): Turn {
  const refuse = (what: string, value: unknown, remedy: string) =>
    new DialogueError('shape', `turn ${number}: ${what} is ${say(value)}; ${remedy}`);
  if (typeof turn !== 'object' || turn === null)
    throw new DialogueError('shape', `turn ${number} is ${say(turn)}; give {role, text}`);
  const { role, text, speaker, language, audio: sound, tokens, style } = turn as Record<keyof Turn, unknown>;
  if (role !== 'user' && role !== 'agent' && role !== 'assistant')
    throw refuse('role', role, "write 'user' or 'agent'");
  if (typeof text !== 'string') throw refuse('text', text, 'write what was said');
  if (speaker !== undefined && typeof speaker !== 'string') throw refuse('speaker', speaker, 'give a name');
  if (language !== undefined && typeof language !== 'string')
    throw refuse('language', language, "give one such as 'en'");
  if (sound !== undefined && !isAudio(sound)) throw refuse('audio', sound, 'give {samples: Float32Array, sampleRate}');
  if (tokens !== undefined && !(tokens instanceof Int32Array)) throw refuse('tokens', tokens, 'give an Int32Array');
  if (style !== undefined && !(style instanceof Float32Array)) throw refuse('style', style, 'give a Float32Array');
  return role === 'assistant' ? { ...(turn as Turn), role: 'agent' } : (turn as Turn);
}

/** A value as it may stand in a message. */
function say(value: unknown): string {
  if (value === null || value === undefined || typeof value === 'number' || typeof value === 'boolean')
    return String(value);
  if (typeof value === 'string') return JSON.stringify(value.length > 40 ? `${value.slice(0, 40)}…` : value);
  if (Array.isArray(value)) return 'a list';
  return typeof value === 'object' ? `an object (${value.constructor?.name ?? 'Object'})` : `a ${typeof value}`;
}
