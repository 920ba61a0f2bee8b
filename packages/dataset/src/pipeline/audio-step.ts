// Step 3: recordings decoded and checked, kept as 16-bit sound at the training rate, and their SSL features. Training gets the
// level upstream trains at; features are taken from the sound as it is, as they are when a voice speaks.
import { AudioFileError, decodeFile, peak, resample, type Audio } from '@gpt-talker/audio';
import { SpeakerEncoderError } from '@gpt-talker/tokenizer';
import { DatasetError } from '../errors';
import { contentKey } from '../files/hash';
import { writeShard, type Column } from '../files/shard';
import { type AudioItem } from '../store/items';
import { type ChunkTurn } from './chunk';
import { type SpeechTools, type SslExtractor } from './tools';

const VERSION = 2;

/** How sound is kept. */
export interface StoredAudio {
  sampleRate: number;
  /** `upstream`: halfway to full scale, 0.475·x/max|x| + 0.5·x; `as-is`: x. */
  level: 'upstream' | 'as-is';
}

/** Quieter than −60 dB of full scale throughout is silence. */
const SILENT_PEAK = 1e-3;
const FULL_SCALE = 0.999;
/** A share of samples at full scale that one can hear. */
const CLIPPED_SHARE = 1e-3;
const NARROW_BAND_RATE = 16_000;

/** The extractor, if tokens are made from SSL features. */
export function sslOf(tools: SpeechTools): SslExtractor | undefined {
  return 'ssl' in tools ? tools.ssl : undefined;
}

export function audioKey(turns: readonly ChunkTurn[], stored: StoredAudio | undefined, tools: SpeechTools): string {
  const inputs = turns.map(({ name, sha256 }) => [name, sha256]);
  return contentKey('audio', VERSION, stored ?? null, sslOf(tools) ? tools.fingerprint : null, inputs);
}

export async function audioStep(
  file: string,
  turns: readonly ChunkTurn[],
  stored: StoredAudio | undefined,
  tools: SpeechTools,
): Promise<void> {
  const ssl = sslOf(tools);
  const items: AudioItem[] = [];
  const sound: (Int32Array | undefined)[] = [];
  const features: (Float32Array | undefined)[] = [];
  const speakers: (Float32Array | undefined)[] = [];
  for (const turn of turns) {
    const warnings: string[] = [];
    const audio = await decode(turn.audio, (warning) => warnings.push(warning));
    refuseGone(audio, turn);
    const vectors = typeof audio === 'string' ? undefined : await ssl?.extract(audio);
    const speaker = typeof audio === 'string' ? undefined : await speakerOf(audio, tools);
    const skipped = typeof audio === 'string' ? audio : (flaw(audio, vectors) ?? flawOfSpeaker(speaker));
    if (typeof audio === 'string' || skipped !== undefined) {
      items.push({ skipped, seconds: 0 });
      sound.push(undefined);
      features.push(undefined);
      speakers.push(undefined);
      continue;
    }
    const notes = [...remarks(audio), ...(warnings.length > 0 ? ['not quite wav'] : [])];
    items.push({ seconds: audio.samples.length / audio.sampleRate, ...(notes.length > 0 && { notes }) });
    sound.push(stored && (await trainingSound(audio, stored)));
    features.push(vectors);
    speakers.push(speaker as Float32Array | undefined);
  }
  const columns: Column[] = [];
  if (stored) columns.push({ name: 'audio', dtype: 'int16', values: sound });
  if (ssl) columns.push({ name: 'ssl', dtype: 'float16', width: ssl.width, values: features });
  if (tools.speaker) columns.push({ name: 'speaker', dtype: 'float16', width: tools.speaker.width, values: speakers });
  await writeShard(file, { step: 'audio', items, columns });
}

/** Who speaks, where the tools say it, or why they cannot. */
async function speakerOf(audio: Audio, { speaker }: SpeechTools): Promise<Float32Array | string | undefined> {
  try {
    return await speaker?.extract(audio);
  } catch (error) {
    if (!(error instanceof SpeakerEncoderError) || error.code !== 'bad-audio') throw error;
    return 'with a recording too short to tell who speaks';
  }
}

function flawOfSpeaker(speaker: Float32Array | string | undefined): string | undefined {
  if (typeof speaker === 'string') return speaker;
  return speaker?.some((value) => !Number.isFinite(value)) ? 'with a speaker that is not finite' : undefined;
}

/** A recording, or why it cannot be used. */
export async function decode(path: string, warn?: (warning: string) => void): Promise<Audio | string> {
  try {
    return await decodeFile(path, { warn });
  } catch (error) {
    if (!(error instanceof AudioFileError)) throw error;
    return UNREADABLE[error.code] ?? `with unreadable audio (${error.code})`;
  }
}

/**
 * What was there when the corpus was read and is gone now would be left out for ever, since results are named after what was there.
 * @throws DatasetError `manifest`
 */
export function refuseGone(audio: Audio | string, { audio: file, sha256 }: ChunkTurn): void {
  if (audio !== UNREADABLE['not-found'] || sha256 === '') return;
  throw new DatasetError('manifest', `${file}: was there when the corpus was read, and is gone; bring it back`);
}

const UNREADABLE: Readonly<Partial<Record<AudioFileError['code'], string>>> = {
  'not-found': 'without audio',
  empty: 'with an empty recording',
  truncated: 'with a truncated recording',
  'not-finite': 'with NaN or infinity in the recording',
  'no-decoder': 'that need ffmpeg, which is not installed',
};

function flaw({ samples }: Audio, features: Float32Array | undefined): string | undefined {
  if (peak(samples) < SILENT_PEAK) return 'with a silent recording';
  if (features?.some((value) => !Number.isFinite(value))) return 'with features that are not finite';
  return undefined;
}

function remarks({ samples, sampleRate }: Audio): string[] {
  const notes: string[] = [];
  let full = 0;
  for (let index = 0; index < samples.length; index++) {
    const sample = samples[index];
    if (sample >= FULL_SCALE || sample <= -FULL_SCALE) full++;
  }
  if (full > samples.length * CLIPPED_SHARE) notes.push('clipped');
  if (sampleRate < NARROW_BAND_RATE) notes.push('recorded below 16 kHz');
  return notes;
}

/** 16-bit samples at the training rate. */
async function trainingSound(audio: Audio, { sampleRate, level }: StoredAudio): Promise<Int32Array> {
  const { samples } = await resample(audio, sampleRate);
  const scale = level === 'upstream' ? 0.475 / Math.max(peak(samples), 1e-9) + 0.5 : 1;
  const result = new Int32Array(samples.length);
  for (let index = 0; index < samples.length; index++) {
    const value = samples[index] * scale * 32768;
    // `| 0` cuts towards zero, as upstream's conversion to int16 does.
    result[index] = value > 32767 ? 32767 : value < -32768 ? -32768 : value | 0;
  }
  return result;
}
