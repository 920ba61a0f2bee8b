// What a collection with the default components is worth: an episode of two known voices over music and noise, whose turns are known, goes through
// `collect` as a video, and what comes out is compared to what was said.
//
//   npm run evaluate:collection -- [--turns 24] [--decibels 15] [--separation rnnoise|none] [--speakers 2] [--keep FOLDER]
import { execFileSync } from 'node:child_process';
import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readWav, resample, rootMeanSquare, writeWavFile } from '@gpt-talker/audio';
import { COLLECT_OPTIONS, STEPS, collect, type CollectOptions, type Utterance } from '@gpt-talker/dataset/collect';
import {
  addErrors,
  detectionError,
  diarizationError,
  timeErrors,
  wordEdits,
  wordsOf,
  type SpokenSpan,
  type TimeErrors,
} from './collection-errors';

const RATE = 16_000;
const SPEAKERS = ['slt', 'rms'] as const;
/** A turn each, again and again. */
const SENTENCES = [
  'Good morning, did you sleep well last night?',
  'Not really, the neighbors had a party until three in the morning.',
  'That sounds terrible, did you talk to them about it?',
  'I thought about it, but I did not want to make them angry.',
  'You should go over there today and tell them how you feel.',
  'Maybe you are right, I will do it after work this evening.',
  'By the way, are we still going to the lake on Saturday?',
  'Yes, my brother will bring his car and we can all go together.',
  'Great, I will make some sandwiches and buy something to drink.',
  'Do not forget the blanket, the grass was very wet last time.',
  'I remember, and we should also take an umbrella with us.',
  'The weather report says that it will be sunny all day long.',
];
/** Between two turns, and in the middle, where a scene ends. */
const PAUSE_SECONDS = 0.6;
const LONG_PAUSE_SECONDS = 6;
/** Quieter than this, beside its loudest, is not part of what a voice says. */
const EDGE_DECIBELS = -35;

interface Turn extends SpokenSpan {
  text: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      turns: { type: 'string', default: '24' },
      decibels: { type: 'string', default: '15' },
      separation: { type: 'string', default: COLLECT_OPTIONS.separation.kind },
      speakers: { type: 'string' },
      keep: { type: 'string' },
    },
  });
  const folder = values.keep ?? mkdtempSync(path.join(os.tmpdir(), 'collection-'));
  mkdirSync(folder, { recursive: true });
  try {
    const { file, turns, seconds } = await makeEpisode(folder, Number(values.turns), Number(values.decibels));
    const { separation, diarization } = COLLECT_OPTIONS;
    const speakers = values.speakers === undefined ? undefined : Number(values.speakers);
    const options: CollectOptions = {
      ...COLLECT_OPTIONS,
      inputs: [file],
      work: path.join(folder, 'work'),
      output: path.join(folder, 'corpus'),
      separation: { ...separation, kind: values.separation as typeof separation.kind },
      diarization: { ...diarization, clusters: { ...diarization.clusters, speakers } },
    };
    const times: string[] = [];
    for (const step of STEPS) {
      const begin = performance.now();
      const [report] = await collect(options, { steps: [step] });
      const took = (performance.now() - begin) / 1000;
      times.push(
        `  ${step.padEnd(14)} ${took.toFixed(2).padStart(7)} s   ${(took / seconds).toFixed(4)} × real time   ${report.kept} ${report.unit}`,
      );
    }
    const errors = measure(options.work, turns);
    const percent = (share: number) => `${(100 * share).toFixed(1)} %`;
    console.log(
      `${turns.length} turns of ${SPEAKERS.join(' and ')}, ${seconds.toFixed(1)} s, voice ${values.decibels} dB above music and noise`,
    );
    console.log(times.join('\n'));
    console.log(
      `  detection error   ${percent(detectionError(errors.found))} (missed ${errors.found.missed.toFixed(1)} s, false ${errors.found.falseAlarm.toFixed(1)} s of ${errors.found.speech.toFixed(1)} s)`,
    );
    console.log(
      `  diarisation error ${percent(diarizationError(errors.parted))} (of which confused ${errors.parted.confused.toFixed(1)} s)`,
    );
    console.log(
      `  word error        ${percent(errors.edits / errors.words)} (${errors.edits} of ${errors.words} words)`,
    );
  } finally {
    if (values.keep === undefined) rmSync(folder, { recursive: true, force: true });
  }
}

/** The video, and what is said in it when. */
async function makeEpisode(
  folder: string,
  count: number,
  decibels: number,
): Promise<{ file: string; turns: Turn[]; seconds: number }> {
  const turns: Turn[] = [];
  const parts: Float32Array[] = [new Float32Array(RATE)];
  let at = RATE;
  for (let number = 0; number < count; number++) {
    const [speaker, text] = [SPEAKERS[number % 2], SENTENCES[number % SENTENCES.length]];
    const spoken = await speak(folder, speaker, text);
    turns.push({ startSeconds: at / RATE, endSeconds: (at + spoken.length) / RATE, speaker, text });
    const pause = new Float32Array(RATE * (number + 1 === Math.floor(count / 2) ? LONG_PAUSE_SECONDS : PAUSE_SECONDS));
    parts.push(spoken, pause);
    at += spoken.length + pause.length;
  }
  const voice = Float32Array.from(parts.flatMap((part) => [...part]));
  const level = Math.sqrt(
    turns.reduce((sum, { startSeconds, endSeconds }) => sum + power(voice, startSeconds, endSeconds), 0) / turns.length,
  );
  const background = musicAndNoise(voice.length);
  const gain = level / rootMeanSquare(background) / 10 ** (decibels / 20);
  const mixture = voice.map((sample, i) => Math.max(-1, Math.min(1, sample + gain * background[i])));
  const sound = path.join(folder, 'episode.wav');
  await writeWavFile(sound, { samples: mixture, sampleRate: RATE });
  const file = path.join(folder, 'episode.mp4');
  const picture = ['-f', 'lavfi', '-i', 'color=c=gray:s=64x64:r=5'];
  execFileSync('ffmpeg', [
    '-y',
    '-v',
    'error',
    ...picture,
    '-i',
    sound,
    '-shortest',
    '-c:a',
    'aac',
    '-b:a',
    '128k',
    file,
  ]);
  return { file, turns, seconds: voice.length / RATE };
}

const power = (samples: Float32Array, from: number, to: number) =>
  rootMeanSquare(samples.subarray(Math.round(from * RATE), Math.round(to * RATE))) ** 2;

/** A sentence by flite, without the silence around it. */
async function speak(folder: string, voice: string, text: string): Promise<Float32Array> {
  const file = path.join(folder, 'turn.wav');
  execFileSync('flite', ['-voice', voice, '-t', text, '-o', file]);
  const { samples } = await resample(readWav(readFileSync(file)), RATE);
  const loudest = samples.reduce((most, sample) => Math.max(most, Math.abs(sample)), 0);
  const heard = (sample: number) => Math.abs(sample) > loudest * 10 ** (EDGE_DECIBELS / 20);
  const end = samples.length - samples.toReversed().findIndex(heard);
  return samples.slice(samples.findIndex(heard), end).map((sample) => (0.5 * sample) / loudest);
}

/** Chords that change every two seconds, a beat, and pink noise. */
function musicAndNoise(length: number): Float32Array {
  const CHORDS = [
    [220, 277.18, 329.63],
    [146.83, 185, 220],
    [164.81, 207.65, 246.94],
    [196, 246.94, 293.66],
  ];
  let seed = 12345;
  const white = () => (seed = (seed * 1103515245 + 12345) % 2 ** 31) / 2 ** 30 - 1;
  const [slow, middle] = [{ value: 0 }, { value: 0 }];
  return Float32Array.from({ length }, (_, i) => {
    const time = i / RATE;
    const chord = CHORDS[Math.floor(time / 2) % CHORDS.length];
    const fading = Math.exp(-1.5 * (time % 2));
    const tones = chord.reduce(
      (sum, hertz) => sum + Math.sin(2 * Math.PI * hertz * time) + 0.4 * Math.sin(4 * Math.PI * hertz * time),
      0,
    );
    const beat = Math.exp(-40 * (time % 0.5)) * white();
    const noise = white();
    slow.value = 0.99 * slow.value + 0.01 * noise;
    middle.value = 0.9 * middle.value + 0.1 * noise;
    return 0.25 * fading * tones + 0.6 * beat + 0.2 * (4 * slow.value + 2 * middle.value + 0.3 * noise);
  });
}

/** What the steps have left, beside what was said. */
function measure(
  work: string,
  turns: readonly Turn[],
): { found: TimeErrors; parted: TimeErrors; edits: number; words: number } {
  interface SceneRecord {
    startSeconds: number;
    endSeconds: number;
    speech: { startSeconds: number; endSeconds: number }[];
  }
  const read = <T>(...names: string[]): T | undefined => {
    const file = path.join(work, ...names);
    return existsSync(file) ? (JSON.parse(readFileSync(file, 'utf8')) as T) : undefined;
  };
  const { scenes = [] } = read<{ scenes: SceneRecord[] }>('vad', 'episode.json') ?? {};
  const end = turns[turns.length - 1].endSeconds + 1;
  const shifted = <S extends { startSeconds: number; endSeconds: number }>(span: S, by: number) => ({
    ...span,
    startSeconds: span.startSeconds + by,
    endSeconds: span.endSeconds + by,
  });
  const speech = scenes.flatMap((scene) =>
    scene.speech.map((span) => ({ ...shifted(span, scene.startSeconds), speaker: 'somebody' })),
  );
  const anybody = turns.map((turn) => ({ ...turn, speaker: 'somebody' }));
  let parted: TimeErrors = { speech: 0, missed: 0, falseAlarm: 0, confused: 0 };
  let [edits, words] = [0, 0];
  for (const [index, scene] of scenes.entries()) {
    // A scene that was left out on the way has no such record.
    const left = ['episode', `${String(index).padStart(4, '0')}.json`];
    const { speakers = [] } = read<{ speakers?: SpokenSpan[] }>('diarize', ...left) ?? {};
    const { utterances = [] } = read<{ utterances?: Utterance[] }>('transcribe', ...left) ?? {};
    const inside = turns.filter(
      ({ startSeconds, endSeconds }) => endSeconds > scene.startSeconds && startSeconds < scene.endSeconds,
    );
    const found = speakers.map((span) => shifted(span, scene.startSeconds));
    parted = addErrors(parted, timeErrors(inside, found, [scene.startSeconds, scene.endSeconds]));
    const said = inside.flatMap(({ text }) => wordsOf(text));
    edits += wordEdits(
      said,
      utterances.flatMap(({ text }) => wordsOf(text)),
    );
    words += said.length;
  }
  return { found: timeErrors(anybody, speech, [0, end]), parted, edits, words };
}

void main();
