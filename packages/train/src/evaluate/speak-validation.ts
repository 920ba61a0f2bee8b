// Lets a voice say what was said in held-out dialogues, after the same history, and compares it with the recordings.
import path from 'node:path';
import { readWavFile, resample, type Audio } from '@gpt-talker/audio';
import { readTurnAudio, type PreparedTurn } from '@gpt-talker/dataset';
import { Gpt } from '@gpt-talker/gpt';
import { SessionHost } from '@gpt-talker/runtime';
import { openVoice, type Voice } from '@gpt-talker/voice';
import { SpeakerEncoder, speakerSimilarity } from '@gpt-talker/tokenizer';
import { Vits, type Style } from '@gpt-talker/vits';
import { turnSegments } from '../congpt/segments';
import { compareSpeech, type SpeechDistance } from './compare-speech';
import { tokenHealth, type TokenHealth } from './token-health';

export interface SpokenReply {
  name: string;
  text: string;
  stopReason: 'end-of-speech' | 'length';
  tokens: number[];
  phonemes: number;
  made: Audio;
  real: Audio;
  distance: SpeechDistance;
  /** How alike the speakers of both are, from −1 to 1, by the voice's speaker encoder, where it has one. */
  speakerSimilarity?: number;
  /** Seconds that making it took. */
  madeInSeconds: number;
}

export interface SpeechScores {
  replies: number;
  /** Means over the replies. */
  distance: SpeechDistance;
  speakerSimilarity?: number;
  tokens: TokenHealth;
  /** Seconds of speech made in a second; above 1 is faster than real time. */
  realTimeFactor: number;
}

export interface SpeakOptions {
  voice: string;
  /** Examples of as many turns of history as the voice reads, each with its reply as the last turn; the reply needs a recording. */
  examplesOf(historyTurns: number): Promise<readonly (readonly PreparedTurn[])[]>;
  seed?: number;
  threads?: number;
  onReply?: (done: number, all: number) => void;
}

const SHORTEST_REFERENCE_SECONDS = 0.5;

/** @throws VoiceFileError where the voice is damaged, RangeError where no example has a recording */
export async function speakValidation(
  options: SpeakOptions,
): Promise<{ scores: SpeechScores; replies: SpokenReply[] }> {
  const voice = await openVoice(path.resolve(options.voice));
  const examples = (await options.examplesOf(voice.manifest.layout.historyTurns)).filter(
    (turns) => turns[turns.length - 1].audio !== undefined,
  );
  if (examples.length === 0) throw new RangeError('No held-out reply has a recording to compare with.');
  const host = await SessionHost.start({ intraOpThreads: options.threads });
  const replies: SpokenReply[] = [];
  try {
    const gpt = await Gpt.load(host, voice);
    const vits = await Vits.load(host, voice);
    const { speaker: told } = voice.manifest;
    const speaker = told && (await SpeakerEncoder.load(host, { graph: voice.path(told.file) }));
    for (const turns of examples) {
      replies.push(await speak(turns, { gpt, vits, voice, speaker, seed: options.seed ?? 0 }));
      options.onReply?.(replies.length, examples.length);
    }
  } finally {
    await host.dispose();
  }
  const recorded = examples.map((turns) => turns[turns.length - 1]);
  const expected =
    recorded.reduce((sum, { tokens }) => sum + tokens.length, 0) /
    recorded.reduce((sum, { phonemes }) => sum + phonemes.length, 0);
  const spoken = replies.reduce((sum, { made }) => sum + made.samples.length / made.sampleRate, 0);
  return {
    replies,
    scores: {
      replies: replies.length,
      distance: meanDistance(replies.map(({ distance }) => distance)),
      ...meanSimilarity(replies),
      tokens: tokenHealth(replies, expected),
      realTimeFactor: spoken / replies.reduce((sum, { madeInSeconds }) => sum + madeInSeconds, 0),
    },
  };
}

async function speak(
  turns: readonly PreparedTurn[],
  { gpt, vits, voice, speaker, seed }: Speakers & { gpt: Gpt; seed: number },
): Promise<SpokenReply> {
  const target = turns[turns.length - 1];
  const { text, symbols, semantic } = voice.manifest;
  const vocabulary = {
    featureWidth: text.featureWidth,
    phonemeVocabulary: symbols.length,
    semanticVocabulary: semantic.vocabulary,
  };
  const segments = (await turnSegments(turns, vocabulary)).slice(0, -1);
  const style = await styleOf(turns, { vits, voice, speaker });
  const begun = performance.now();
  const generation = gpt.generate(segments, { ...voice.manifest.sampling, seed });
  const tokens: number[] = [];
  for await (const token of generation) tokens.push(token);
  const made = await vits.synthesize({
    tokens: tokens.length > 0 ? tokens : [0],
    phonemes: target.phonemes,
    style,
    seed,
  });
  const madeInSeconds = (performance.now() - begun) / 1000;
  const real = await resample(await readTurnAudio(target), made.sampleRate);
  return {
    name: target.name ?? target.text,
    text: target.text,
    stopReason: generation.stopReason === 'length' ? 'length' : 'end-of-speech',
    tokens,
    phonemes: target.phonemes.length,
    ...{ made, real, madeInSeconds },
    distance: await compareSpeech(made, real),
    ...(speaker && { speakerSimilarity: await similarity(speaker, made, real) }),
  };
}

interface Speakers {
  vits: Vits;
  voice: Voice;
  speaker: SpeakerEncoder | undefined;
}

/** Undefined where one of them is too short to tell who speaks. */
async function similarity(speaker: SpeakerEncoder, made: Audio, real: Audio): Promise<number | undefined> {
  try {
    return speakerSimilarity(await speaker.embed(made), await speaker.embed(real));
  } catch (error) {
    if ((error as { code?: string }).code === 'bad-audio') return undefined;
    throw error;
  }
}

function meanSimilarity(replies: readonly SpokenReply[]): { speakerSimilarity?: number } {
  const known = replies.flatMap(({ speakerSimilarity: value }) => value ?? []);
  return known.length === 0 ? {} : { speakerSimilarity: known.reduce((sum, value) => sum + value, 0) / known.length };
}

/** The timbre: the speaker's latest turn, as in use; else the voice's own reference. */
async function styleOf(turns: readonly PreparedTurn[], { vits, voice, speaker }: Speakers): Promise<Style> {
  const styleOfSpeech = async (audio: Audio) => vits.style(audio, speaker && { speaker: await speaker.embed(audio) });
  const target = turns[turns.length - 1];
  const heard = turns
    .slice(0, -1)
    .filter(
      ({ speaker, audio, seconds }) => speaker === target.speaker && audio && seconds > SHORTEST_REFERENCE_SECONDS,
    );
  const latest = heard[heard.length - 1];
  if (latest) return styleOfSpeech(await readTurnAudio(latest));
  const reference =
    voice.manifest.references.find(({ speaker }) => speaker === 'agent') ?? voice.manifest.references[0];
  return styleOfSpeech(reference ? await readWavFile(voice.path(reference.file)) : await readTurnAudio(target));
}

/** Means of what is a number. */
function meanDistance(distances: readonly SpeechDistance[]): SpeechDistance {
  const names = Object.keys(distances[0]) as (keyof SpeechDistance)[];
  return Object.fromEntries(
    names.map((name) => {
      const values = distances.map((distance) => distance[name]).filter((value) => Number.isFinite(value));
      return [name, values.reduce((sum, value) => sum + value, 0) / values.length];
    }),
  ) as unknown as SpeechDistance;
}
