// Input that no compiler has looked at: what is wrong is named by a typed error before anything is computed, whatever it is.
import { DialogueError } from '@gpt-talker/context';
import { sound, standIn } from '../test/stand-in';
import { Talker, TalkerError, readInstructions, subRip, webVtt } from './index';

/** As plain JavaScript would call it. */
const loose = (value: unknown) => value as never;
const turn = { role: 'user', text: 'Hi.' };
const agent = { role: 'agent' as const, text: 'So?', audio: sound(0.1) };
const dialogue = { turns: [agent] };

test('assistant, as OpenAI says, is the agent', async () => {
  const { talker, heard } = standIn();
  await talker.reply(loose({ turns: [turn, { ...agent, role: 'assistant' }] }), 'yes');
  expect(heard.generations[0].read.map(({ role }) => role)).toEqual(['user', 'agent', 'agent', 'agent']);
  const conversation = talker.conversation();
  const { turn: added } = await conversation.add(loose({ role: 'assistant', text: 'Hello.' }));
  expect(added.role).toBe('agent');
  await conversation.dispose();
});

test.each<[string, unknown, string]>([
  ['a role of somebody else', { role: 'system', text: 'Hi.' }, 'role is "system"'],
  ['no role', { text: 'Hi.' }, 'role is undefined'],
  ['no text', { role: 'user' }, 'text is undefined'],
  ['a number for a text', { role: 'user', text: 7 }, 'text is 7'],
  ['bytes for sound', { ...turn, audio: new Uint8Array(3) }, 'audio is an object (Uint8Array)'],
  ['a list for tokens', { ...turn, tokens: [1, 2] }, 'tokens is a list'],
  ['a list for a style', { ...turn, style: [0.5] }, 'style is a list'],
  ['a number for a language', { ...turn, language: 1 }, 'language is 1'],
  ['nothing', null, 'turn 2 is null'],
  ['a text alone', 'Hi.', 'turn 2 is "Hi."'],
])('a turn with %s is refused, and its place is named', async (_what, wrong, message) => {
  const { talker, heard } = standIn();
  const error: Error = await talker.reply(loose({ turns: [turn, wrong] }), 'yes').then(
    () => Promise.reject(new Error('it was taken')),
    (reason: Error) => reason,
  );
  expect(error).toBeInstanceOf(DialogueError);
  expect(error).toMatchObject({ code: 'shape', message: expect.stringContaining(message) });
  expect(error.message).toMatch(/^turn 2\b[^\n]*;/);
  expect(heard.generations).toEqual([]);
});

test.each<[string, unknown]>([
  ['undefined', undefined],
  ['a list', [turn]],
  ['no turns', {}],
  ['turns that are none', { turns: 'Hi.' }],
])('%s is no dialogue', async (_what, wrong) => {
  await expect(standIn().talker.reply(loose(wrong), 'yes')).rejects.toMatchObject({
    name: 'DialogueError',
    code: 'shape',
  });
});

test.each<[string, object, string]>([
  ['a name that is none', { sead: 1 }, 'there is no option "sead" of a reply'],
  ['a name of every object', { constructor: 1 }, 'there is no option "constructor"'],
  ['a name within sampling', { sampling: { top_k: 5 } }, 'there is no option "top_k" of sampling'],
  ['a text for a seed', { seed: '1' }, 'seed is "1"; give a whole number'],
  ['half a seed', { seed: 0.5 }, 'seed is 0.5'],
  ['what is no number', { speed: Number.NaN }, 'speed is NaN'],
  ['a style that is none', { reference: {} }, 'reference is an object (Object)'],
  ['no references', { reference: [] }, 'reference is a list'],
  ['too high a pitch', { pitchSemitones: 40 }, 'pitchSemitones is 40'],
  ['an unknown habit', { retake: 'sometimes' }, 'retake is "sometimes"; give one of never, unheard, always'],
  ['no signal', { signal: true }, 'signal is true; give an AbortSignal'],
])('an option with %s is refused', async (_what, options, message) => {
  const { talker, heard } = standIn();
  const refused = talker.reply(dialogue, 'yes', loose(options));
  await expect(refused).rejects.toBeInstanceOf(TalkerError);
  await expect(refused).rejects.toMatchObject({ code: 'option', message: expect.stringContaining(message) });
  expect(heard.generations).toEqual([]);
});

test('a text that is none is refused, and a string is not taken letter by letter', async () => {
  const { talker } = standIn();
  for (const wrong of [undefined, null, 7, {}, { text: 7 }, { text: 'Hi.', language: 7 }])
    await expect(talker.reply(dialogue, loose(wrong))).rejects.toMatchObject({ code: 'option' });
  await expect(talker.streamFrom(dialogue, 'Hi.').whole()).rejects.toMatchObject({ code: 'option' });
});

test.each<[string, unknown]>([
  ['nothing', null],
  ['a number', 7],
  ['a list', [1]],
])('options that are %s are refused', async (_what, options) => {
  const { talker } = standIn();
  const conversation = talker.conversation();
  const refused = { name: 'TalkerError', code: 'option', message: expect.stringMatching(/give an object/) };
  await expect(talker.reply(dialogue, 'yes', loose(options))).rejects.toMatchObject(refused);
  await expect(talker.streamFrom(dialogue, ['yes'], loose(options)).whole()).rejects.toMatchObject(refused);
  await expect(talker.script([{ speaker: 'a', text: 'yes' }], loose(options))).rejects.toMatchObject(refused);
  await expect(conversation.reply('yes', loose(options)).whole()).rejects.toMatchObject(refused);
  await expect(conversation.add(agent, loose(options))).rejects.toMatchObject(refused);
  expect(() => talker.conversation(loose(options))).toThrow(TalkerError);
  await expect(Talker.load('voice', loose(options))).rejects.toMatchObject(refused);
  await conversation.dispose();
});

test.each<[string, unknown, object, string]>([
  ['a number for a voice', 7, {}, 'the voice is 7'],
  ['no voice', undefined, {}, 'the voice is undefined'],
  ['what is no opened voice', {}, {}, 'the voice is an object'],
  ['a name that is none', 'voice', { provder: 'cpu' }, 'there is no option "provder" of loading a voice'],
  ['a text for a number', 'voice', { together: '2' }, 'together is "2"; give a whole number of at least 1'],
  ['a name for a list', 'voice', { executionProviders: 'cpu' }, 'executionProviders is "cpu"'],
  ['no listener', 'voice', { onProgress: 1 }, 'onProgress is 1; give a function'],
])('loading: %s is refused before anything is started', async (_what, source, options, message) => {
  await expect(Talker.load(loose(source), options)).rejects.toMatchObject({
    name: 'TalkerError',
    code: 'option',
    message: expect.stringContaining(message),
  });
});

test('parts of a written text, seconds that were heard, words and instructions that are none', async () => {
  const { talker } = standIn();
  const refused = (message: string) => ({
    name: 'TalkerError',
    code: 'option',
    message: expect.stringContaining(message),
  });
  await expect(talker.streamFrom(dialogue, loose(['Hi ', 7])).whole()).rejects.toMatchObject(refused('part 2 of'));
  const stream = talker.stream(dialogue, 'yes');
  await expect(stream.interrupt(loose('soon'))).rejects.toMatchObject(refused('heardSeconds is "soon"'));
  await expect(stream.finished).resolves.toMatchObject({ stopReason: 'interrupted' });
  await expect(talker.reply(dialogue, loose({ text: 'yes', lang: 'en' }))).rejects.toMatchObject(refused('no "lang"'));
  expect(() => subRip(loose('Hi.'))).toThrow(/the words are "Hi\."/);
  expect(() => webVtt(loose([{ text: 'Hi.' }]))).toThrow(/word 1 is/);
  expect(() => readInstructions(loose(7))).toThrow(/the instructions are 7/);
});

test('what is not given is undefined, not wrong', async () => {
  const { talker } = standIn();
  const options = { seed: undefined, speed: undefined, sampling: { topK: undefined }, reference: undefined };
  await expect(talker.reply(dialogue, 'yes', options)).resolves.toMatchObject({
    seed: 0,
  });
});
