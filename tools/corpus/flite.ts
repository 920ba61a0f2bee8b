// Speaks a text with Debian's flite in a given style. flite's parameters set pitch and rate; loudness is set afterwards.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { readWav } from '@gpt-talker/audio';
import { setLevel, trimSilence, varispeed } from './prosody';

const run = promisify(execFile);

/** How a style differs from the voice's natural reading. */
export interface Style {
  /** Factor on the mean pitch. */
  pitch: number;
  /** Factor on the pitch's deviation, that is, on how lively the melody is. */
  liveliness: number;
  /** Factor on durations: above 1 is slower. */
  stretch: number;
  /** Added to the corpus's level. */
  gainDecibels: number;
}

export interface FliteVoice {
  /** flite's name for it. */
  voice: string;
  /** 'parameters' where flite's pitch targets work; 'varispeed' where the voice ignores them (rms predicts pitch in another way). */
  pitchControl: 'parameters' | 'varispeed';
  /** The pitch targets with which flite reads as it would without any. */
  pitchMeanHertz: number;
  pitchDeviationHertz: number;
  /** Exponent on a style's pitch factor: less than 1 keeps the voice's size believable under varispeed. */
  pitchStrength: number;
}

export interface SpeechOptions {
  voice: FliteVoice;
  style: Style;
  levelDecibels: number;
  keepSilenceSeconds: number;
}

export const FLITE_SAMPLE_RATE = 16000;
const SILENCE_DECIBELS = 42;

/** flite is not installed, lacks a voice, or failed on a text. */
export class FliteError extends Error {
  readonly code = 'FLITE';
}

/** Throws a FliteError unless flite is there with all these voices. */
export async function requireFlite(voices: readonly string[], program = 'flite'): Promise<void> {
  let listing: string;
  try {
    listing = (await run(program, ['-lv'])).stdout;
  } catch {
    throw new FliteError('flite: the program was not found; install it (Debian, Ubuntu: apt-get install flite)');
  }
  const known = listing.split(/\s+/);
  const missing = voices.filter((voice) => !known.includes(voice));
  if (missing.length > 0)
    throw new FliteError(
      `flite: it has no voice ${missing.join(', ')}; install a build that lists them under "flite -lv"`,
    );
}

/** Speaks `text`: mono samples at 16 kHz. */
export async function speak(
  text: string,
  { voice, style, levelDecibels, keepSilenceSeconds }: SpeechOptions,
): Promise<Float32Array> {
  const pitch = style.pitch ** voice.pitchStrength;
  const byVarispeed = voice.pitchControl === 'varispeed';
  const settings = [`duration_stretch=${(style.stretch * (byVarispeed ? pitch : 1)).toFixed(4)}`];
  if (!byVarispeed) {
    settings.push(`int_f0_target_mean=${(voice.pitchMeanHertz * pitch).toFixed(2)}`);
    settings.push(`int_f0_target_stddev=${(voice.pitchDeviationHertz * style.liveliness).toFixed(2)}`);
  }
  let samples = await synthesize(text, voice.voice, settings);
  if (byVarispeed) samples = varispeed(samples, pitch);
  samples = trimSilence(samples, {
    sampleRate: FLITE_SAMPLE_RATE,
    keepSeconds: keepSilenceSeconds,
    silenceDecibels: SILENCE_DECIBELS,
  });
  return setLevel(samples, FLITE_SAMPLE_RATE, levelDecibels + style.gainDecibels);
}

async function synthesize(text: string, voice: string, settings: readonly string[]): Promise<Float32Array> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flite-'));
  try {
    const file = path.join(folder, 'speech.wav');
    await run('flite', [
      '-voice',
      voice,
      ...settings.flatMap((setting) => ['--setf', setting]),
      '-t',
      text,
      '-o',
      file,
    ]);
    const audio = readWav(await readFile(file));
    if (audio.sampleRate !== FLITE_SAMPLE_RATE)
      throw new FliteError(
        `flite: voice ${voice} speaks at ${audio.sampleRate} Hz; choose a ${FLITE_SAMPLE_RATE} Hz voice`,
      );
    return audio.samples;
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}
