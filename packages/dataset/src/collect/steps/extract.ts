// Step 0: from videos or recordings to 16 kHz mono wav files (upstream pipeline/step-0.py). Wav is read here, all else by ffmpeg.
import { execFile } from 'node:child_process';
import { readdir, rename, rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { promisify } from 'node:util';
import { AudioFileError, durationSeconds, readWavFile, resample, writeWavFile } from '@gpt-talker/audio';
import { naturalOrder } from '../../corpus/turn-name';
import { DatasetError } from '../../errors';
import { makeFolder } from '../../files/atomic';
import { contentKey } from '../../files/hash';
import { hashFile } from '../models/open-model';
import { episodeRecord, type EpisodeRecord } from '../records';
import { Tally, type StepReport } from '../report';
import { rounded } from '../types';
import { type StepContext } from './context';

export interface ExtractOptions {
  sampleRate: number;
  /** Which of a video's sound tracks, from 0. */
  track: number;
  /** The ffmpeg program; default `ffmpeg` on the PATH. */
  ffmpeg: string;
}

export const EXTRACT_OPTIONS: ExtractOptions = { sampleRate: 16000, track: 0, ffmpeg: 'ffmpeg' };

const MEDIA = /\.(?:mkv|mp4|m4v|mov|avi|webm|ts|flv|wmv|mpg|mpeg|wav|flac|mp3|m4a|aac|ogg|opus|wma)$/i;
const UNREADABLE = 'without sound that can be decoded';
const TAKEN = 'with the name of another recording';

/**
 * @param inputs recordings, or folders of them
 * @throws DatasetError `option` where an input is not there or ffmpeg is needed and missing
 */
export async function extract(
  context: StepContext,
  inputs: readonly string[],
  options = EXTRACT_OPTIONS,
): Promise<StepReport> {
  const { work, signal, onProgress } = context;
  const tally = new Tally('extract', 'episodes');
  const names = new Set<string>();
  await makeFolder(work.path('extract'));
  for (const file of await recordings(inputs)) {
    signal?.throwIfAborted();
    const name = episodeName(file);
    if (names.has(name)) {
      tally.leaveOut(TAKEN, file);
      continue;
    }
    names.add(name);
    const key = contentKey('extract', 1, await hashFile(file), options.sampleRate, options.track);
    const done = await work.finished('extract', name, episodeRecord, key);
    if (done) tally.resumed();
    const record = done ?? (await extractOne(context, file, name, key, options, tally));
    if (record) tally.keep(record.seconds);
    onProgress?.({ step: 'extract', unit: name, resumed: done !== undefined });
  }
  return tally.report;
}

async function extractOne(
  { work, signal }: StepContext,
  file: string,
  name: string,
  key: string,
  options: ExtractOptions,
  tally: Tally,
): Promise<EpisodeRecord | undefined> {
  const audio = `extract/${name}.wav`;
  try {
    await toWav(file, work.path(audio), options, signal);
    const seconds = durationSeconds(await readWavFile(work.path(audio)));
    const record = { key, source: file, audio, sampleRate: options.sampleRate, seconds: rounded(seconds) };
    await work.write('extract', name, record);
    return record;
  } catch (error) {
    if (!(error instanceof AudioFileError) || error.code === 'unwritable') throw error;
    await rm(work.path(`extract/${name}.json`), { force: true });
    tally.leaveOut(UNREADABLE, error.message);
    return undefined;
  }
}

async function toWav(file: string, target: string, options: ExtractOptions, signal?: AbortSignal): Promise<void> {
  if (/\.wav$/i.test(file) && options.track === 0) {
    try {
      const audio = await resample(await readWavFile(file), options.sampleRate);
      if (audio.samples.some((value) => !Number.isFinite(value))) {
        throw new AudioFileError('malformed', `${file}: has samples that are no numbers`);
      }
      return await writeWavFile(target, audio);
    } catch (error) {
      if (!(error instanceof AudioFileError && ['unsupported', 'too-large'].includes(error.code))) throw error;
    }
  }
  await withFfmpeg(file, target, options, signal);
}

async function withFfmpeg(
  file: string,
  target: string,
  { ffmpeg, sampleRate, track }: ExtractOptions,
  signal?: AbortSignal,
): Promise<void> {
  const partial = `${target}.${process.pid}.partial`;
  // The whitelist keeps play lists inside the file from opening addresses on the network.
  const input = ['-protocol_whitelist', 'file,pipe', '-i', `file:${path.resolve(file)}`, '-map', `0:a:${track}`];
  const output = ['-vn', '-ac', '1', '-ar', String(sampleRate), '-c:a', 'pcm_s16le', '-f', 'wav', '-y', partial];
  try {
    await promisify(execFile)(ffmpeg, ['-nostdin', '-v', 'error', ...input, ...output], { signal });
    await rename(partial, target);
  } catch (error) {
    signal?.throwIfAborted();
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOENT' || code === 'EACCES') {
      throw new DatasetError(
        'option',
        `${file}: ${ffmpeg} cannot be run to extract its sound; install ffmpeg (apt install ffmpeg, brew install ffmpeg) or give wav files`,
        { cause: error },
      );
    }
    const said = stderr?.trim().split('\n').at(-1) ?? message;
    throw new AudioFileError('decoder-failed', `${file}: ffmpeg cannot decode track ${track} (${said})`, {
      cause: error,
    });
  } finally {
    await rm(partial, { force: true });
  }
}

async function recordings(inputs: readonly string[]): Promise<string[]> {
  const files: string[] = [];
  for (const input of inputs) {
    const found = await stat(input).catch((cause: NodeJS.ErrnoException) => {
      throw new DatasetError(
        'option',
        `${input}: cannot be opened (${cause.code}); name recordings or folders of them`,
        { cause },
      );
    });
    if (!found.isDirectory()) files.push(input);
    else {
      const names = (await readdir(input)).filter((name) => MEDIA.test(name) && !name.startsWith('.'));
      files.push(...names.sort(naturalOrder).map((name) => path.join(input, name)));
    }
  }
  if (files.length === 0)
    throw new DatasetError('empty', `${inputs.join(', ')}: no video or sound file there; name recordings`);
  return files;
}

/** The file's name without ending, in letters, digits, dots, dashes and underscores: names of folders are made from it. */
export function episodeName(file: string): string {
  return path
    .basename(file, path.extname(file))
    .replace(/[^\p{L}\p{N}._-]+/gu, '_')
    .replace(/^\.+/, '_');
}
