// Dialogue files on disk, with the sound files that they name.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { decodeFile, type DecodeFileOptions } from '@gpt-talker/audio';
import { DialogueError } from './errors';
import { parseDialogue, type DialogueFile } from './parse-dialogue';
import type { Dialogue, Turn } from './types';

/** A long novel in turns is a few megabytes; more is a mistake. */
const MAXIMUM_FILE_BYTES = 16 * 1024 * 1024;

/**
 * Reads a dialogue file and the sound files that it names, relative to its own folder; those that are not wav need ffmpeg.
 * @param options.warn told, in one line, what was wrong with a sound file that could be read all the same
 * @throws DialogueError `file`, `json` or `shape`; AudioFileError for a sound file
 */
export async function readDialogueFile(file: string, options: Pick<DecodeFileOptions, 'warn'> = {}): Promise<Dialogue> {
  const { turns } = parseDialogue(await readJson(file), file);
  return { turns: await Promise.all(turns.map((turn) => withAudio(turn, path.dirname(file), options))) };
}

async function readJson(file: string): Promise<unknown> {
  let text: string;
  try {
    const { size } = await stat(file);
    if (size > MAXIMUM_FILE_BYTES)
      throw new DialogueError('file', `${file}: is ${size} bytes, too large for a dialogue; check the path`);
    text = await readFile(file, 'utf8');
  } catch (error) {
    if (error instanceof DialogueError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    const what = code === 'ENOENT' ? 'there is no such dialogue file' : `cannot be read (${code})`;
    throw new DialogueError('file', `${file}: ${what}; check the path`, { cause: error });
  }
  try {
    return JSON.parse(text.replace(/^\uFEFF/, ''));
  } catch (error) {
    const reason = (error as Error).message.split('\n')[0];
    throw new DialogueError('json', `${file}: is not JSON (${reason}); correct it`, { cause: error });
  }
}

async function withAudio(
  { audio, ...turn }: DialogueFile['turns'][number],
  folder: string,
  options: Pick<DecodeFileOptions, 'warn'>,
): Promise<Turn> {
  return audio === undefined
    ? turn
    : { ...turn, audio: await decodeFile(path.isAbsolute(audio) ? audio : path.join(folder, audio), options) };
}
