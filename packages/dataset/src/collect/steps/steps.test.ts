// Steps with stand-ins for their tools: what each hands to the next where models take part.
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { durationSeconds, rootMeanSquare, writeWav, type Audio } from '@gpt-talker/audio';
import { joined, noise, SAMPLE_RATE, silence, temporaryFolder, tone } from '../../../test/collect-support';
import { type Separator } from '../models/separator';
import { type SherpaDiarizer } from '../sherpa/diarizer';
import { secondsOf } from '../types';
import { EnergyDetector } from '../vad/energy';
import { Work } from '../work';
import { type StepContext } from './context';
import { diarize } from './diarize';
import { findDialogues } from './dialogues';
import { enhance } from './enhance';
import { episodeName, extract, EXTRACT_OPTIONS } from './extract';
import { layOut } from './layout';
import { retranscribe } from './retranscribe';
import { separate } from './separate';
import { splitSpan } from './split-span';
import { transcribe } from './transcribe';
import { findScenes } from './vad';

const folder = temporaryFolder();
/** Low, so that the tests are quick. */
const RATE = 4000;

/** 8 turns of 2.5 s, half a second apart; the first scene of an episode. */
function conversation(hertz: number): Float32Array {
  return joined(Array.from({ length: 8 }, () => [silenceAt(0.5), tone(hertz, 2.5 * RATE, 0.3, RATE)]).flat());
}
const silenceAt = (seconds: number) => new Float32Array(seconds * RATE);

/** The work folder of an episode of two scenes, parted by six silent seconds. */
async function begun(name: string): Promise<StepContext> {
  const context: StepContext = { work: new Work(path.join(folder, name)) };
  const samples = joined([conversation(300), silenceAt(6), conversation(500)]);
  const file = path.join(folder, `${name}.wav`);
  writeFileSync(file, writeWav({ samples, sampleRate: RATE }));
  await extract(context, [file], { ...EXTRACT_OPTIONS, sampleRate: RATE });
  expect((await findScenes(context, new EnergyDetector())).kept).toBe(2);
  return context;
}

/** A stand-in for a model: gives `gain` times the sound as the voice, the rest as the background. */
function standInSeparator(gains: number[]): Separator {
  const left = [...gains];
  const separate = async ({ samples }: Audio) => {
    const gain = left.shift() ?? 1;
    return { voice: samples.map((value) => gain * value), background: samples.map((value) => (1 - gain) * value) };
  };
  return { identity: 'stand-in', separate } as unknown as Separator;
}

/** A stand-in that finds a turn every three seconds, the two speakers in turn. */
function standInDiarizer(): SherpaDiarizer {
  const diarize = async (audio: Audio) =>
    Array.from({ length: Math.ceil(durationSeconds(audio) / 3) }, (_, turn) => ({
      startSeconds: 3 * turn,
      endSeconds: Math.min(3 * turn + 2.5, durationSeconds(audio)),
      speaker: String(turn % 2),
    }));
  return { identity: 'stand-in', diarize } as unknown as SherpaDiarizer;
}

/** Says how long a sound is, and how loud. */
const standInRecognizer = (prefix: string) => ({
  identity: prefix,
  recognize: async (audio: Audio) =>
    `${prefix} ${durationSeconds(audio).toFixed(1)} s at ${rootMeanSquare(audio.samples).toFixed(2)}.`,
});

test('separation drops noisy scenes by 4 dB, and later steps get the voice, enhanced', async () => {
  const context = await begun('models');
  // Half the sound as voice is 0 dB; nine tenths are 19 dB.
  const separated = await separate(context, standInSeparator([0.5, 0.9]));
  expect(separated).toMatchObject({
    kept: 1,
    leftOut: { 'voice not over 4 dB above the background': { names: ['models/0000'] } },
  });
  expect(existsSync(context.work.path('separate/models/0000.wav'))).toBe(false);
  await enhance(context, standInSeparator([0.5]));
  await diarize(context, { kind: 'sherpa', diarizer: standInDiarizer() });
  await transcribe(context, { kind: 'sherpa', recognizer: standInRecognizer('first'), maximumSeconds: 28 });
  await findDialogues(context);
  const [scene] = await collected(context, 'dialogues');
  expect(scene.decibels).toBeCloseTo(19.1, 1);
  // 0.3 of a sine is 0.21 on average; 0.9 and 0.5 of it were kept, with 0.05 s of silence around it.
  expect(scene.dialogues?.[0].map(({ speaker, text }) => `${speaker}: ${text}`).slice(0, 3)).toEqual([
    '0: first 2.5 s at 0.09.',
    '1: first 2.5 s at 0.09.',
    '0: first 2.5 s at 0.09.',
  ]);
  await retranscribe(context, standInRecognizer('second'));
  const [again] = await collected(context, 'retranscribe');
  expect(again.dialogues?.[0][7]).toMatchObject({
    speaker: '1',
    text: expect.stringMatching(/^second 2\.\d s at 0\.\d+\.$/),
  });
  expect((await layOut(context, path.join(folder, 'models-corpus'))).kept).toBe(1);
});

test('scenes of which a model makes no numbers are left out', async () => {
  const context = await begun('numbers');
  expect(await separate(context, standInSeparator([NaN, 0.9]))).toMatchObject({ kept: 1 });
  const report = await enhance(context, standInSeparator([Infinity]));
  expect(report).toMatchObject({
    kept: 0,
    leftOut: { 'the model gave values that are not numbers': { names: ['numbers/0001'] } },
  });
});

test('a second recogniser that understands nothing leaves the first text', async () => {
  const context = await begun('silent');
  await separate(context, undefined);
  await enhance(context, undefined);
  await diarize(context, { kind: 'sherpa', diarizer: standInDiarizer() });
  await transcribe(context, { kind: 'sherpa', recognizer: standInRecognizer('first'), maximumSeconds: 28 });
  await findDialogues(context);
  await retranscribe(context, { identity: 'deaf', recognize: async () => '' });
  const scenes = await collected(context, 'retranscribe');
  expect(scenes).toHaveLength(2);
  expect(scenes[1].dialogues?.[0][0].text).toMatch(/^first/);
});

test('RTTM and transcripts come from folders, by the episode’s name; an episode without one is counted', async () => {
  const context = await begun('named');
  await separate(context, undefined);
  await enhance(context, undefined);
  const [rttm, texts] = ['rttm', 'texts'].map((name) => path.join(folder, name));
  for (const made of [rttm, texts]) mkdirSync(made);
  expect(await diarize(context, { kind: 'rttm', location: rttm })).toMatchObject({
    kept: 0,
    leftOut: { 'without speakers': {} },
  });
  const lines = Array.from(
    { length: 8 },
    (_, turn) => `SPEAKER x 1 ${3 * turn + 0.5} 2.5 <NA> <NA> ${turn % 2 ? 'b' : 'a'} <NA> <NA>`,
  );
  writeFileSync(path.join(rttm, 'named.rttm'), lines.join('\n'));
  expect(await diarize(context, { kind: 'rttm', location: rttm })).toMatchObject({ kept: 1 });
  const source = { kind: 'json' as const, location: texts };
  expect(await transcribe(context, source)).toMatchObject({
    kept: 0,
    leftOut: { 'in an episode without a transcript': {} },
  });
  // One segment lies across two speakers: it is nobody's, and parts the run.
  const segments = Array.from({ length: 8 }, (_, turn) => ({
    start: 3 * turn + 0.5,
    end: 3 * turn + 3,
    text: `Number ${turn}.`,
  }));
  segments[6] = { ...segments[6], start: 19.8, end: 22.8 };
  writeFileSync(path.join(texts, 'named.json'), JSON.stringify({ segments }));
  expect(await transcribe(context, source)).toMatchObject({ kept: 1 });
  await findDialogues(context);
  const [scene] = await collected(context, 'dialogues');
  expect(scene.dialogues?.map((turns) => turns.map(({ speaker, text }) => `${speaker} ${text}`))).toEqual([
    Array.from({ length: 6 }, (_, turn) => `${turn % 2 ? 'b' : 'a'} Number ${turn}.`),
  ]);
  expect(scene.left).toEqual({
    'utterances without one clear speaker': 1,
    'utterances without a word': 0,
    'turns in no run of two speakers': 1,
  });
});

test('spans that are too long for a recogniser are cut where it is quiet', () => {
  const samples = joined([noise(7 * SAMPLE_RATE, 0.3), silence(0.4), noise(9 * SAMPLE_RATE, 0.3)]);
  const span = { startSeconds: 0, endSeconds: 16.4, speaker: 'a' };
  const parts = splitSpan({ samples, sampleRate: SAMPLE_RATE }, span, 10);
  expect(parts).toHaveLength(2);
  expect(parts[0].endSeconds).toBeGreaterThan(7);
  expect(parts[0].endSeconds).toBeLessThan(7.4);
  expect(parts[1]).toEqual({ startSeconds: parts[0].endSeconds, endSeconds: 16.4, speaker: 'a' });
  const steady = splitSpan(
    { samples: noise(30 * SAMPLE_RATE, 0.3), sampleRate: SAMPLE_RATE },
    { ...span, endSeconds: 30 },
    4,
  );
  expect(Math.max(...steady.map(secondsOf))).toBeLessThanOrEqual(4);
});

test('names of episodes are names of folders', () => {
  expect(['/a/Show 1 - Part: 2.mkv', '老友记-01.mp4', '..hidden.wav'].map(episodeName)).toEqual([
    'Show_1_-_Part_2',
    '老友记-01',
    '_hidden',
  ]);
});

async function collected(context: StepContext, step: 'dialogues' | 'retranscribe') {
  const scenes = [];
  for await (const scene of context.work.scenes(step)) scenes.push(scene);
  return scenes;
}
