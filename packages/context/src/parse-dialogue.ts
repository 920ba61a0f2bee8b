// Dialogue files: {"turns": [{"role": "user", "text": "…", "audio": "a file beside this one"}, …]}.
import { readFile, stat } from 'node:fs/promises';
import path from 'node:path';
import { readWavFile, type ReadWavOptions } from '@gpt-talker/audio';
import { z } from 'zod';
import { DialogueError } from './errors';
import type { Dialogue, Turn } from './types';

/** A long novel in turns is a few megabytes; more is a mistake. */
const MAXIMUM_FILE_BYTES = 16 * 1024 * 1024;

const turnSchema = z.object(
  {
    // OpenAI's word for the agent is understood too.
    role: z
      .enum(['user', 'agent', 'assistant'], {
        error: ({ input }) =>
          (input === undefined ? 'is missing' : `is ${JSON.stringify(input)}`) + "; write 'user' or 'agent'",
      })
      .transform((role) => (role === 'assistant' ? 'agent' : role)),
    speaker: z.string({ error: 'must be a name; correct or remove it' }).optional(),
    text: z
      .string({ error: 'is missing; write what was said' })
      .max(100_000, { error: 'is longer than 100,000 characters; split the turn' })
      .refine((text) => text.trim() !== '', { error: 'is empty; write what was said, or remove the turn' }),
    language: z.string({ error: "must be a language such as 'en'; correct or remove it" }).optional(),
    audio: z
      .string({ error: 'must be the path of a wav file; correct or remove it' })
      .min(1, { error: 'is empty; name a wav file, or remove it' })
      .optional(),
  },
  { error: 'must be an object with role and text' },
);

const dialogueSchema = z.object(
  { turns: z.array(turnSchema, { error: 'is missing; write {"turns": [{"role": "user", "text": "…"}]}' }) },
  { error: 'must be an object; write {"turns": [{"role": "user", "text": "…"}]}' },
);

/** A dialogue as it stands in a file: audio is a path. */
export type DialogueFile = z.infer<typeof dialogueSchema>;

/**
 * Validates the JSON value of a dialogue file.
 * @param where named in errors: the file's path
 * @throws DialogueError `shape`, such as `weekend.json: turn 2: role is "bot"; write 'user' or 'agent'`
 */
export function parseDialogue(json: unknown, where: string = 'dialogue'): DialogueFile {
  const parsed = dialogueSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [{ path: place, message }] = parsed.error.issues;
  const [list, index, field] = place;
  const subject = typeof index === 'number' ? [`turn ${index + 1}:`, field] : [list];
  throw new DialogueError('shape', `${where}: ${[...subject, message].filter(Boolean).join(' ')}`);
}

/**
 * Reads a dialogue file and the wav files that it names, relative to its own folder.
 * @param options.warn told, in one line, what was wrong with a wav file that could be read all the same
 * @throws DialogueError `file`, `json` or `shape`; AudioFileError for a wav file
 */
export async function readDialogueFile(file: string, options: Pick<ReadWavOptions, 'warn'> = {}): Promise<Dialogue> {
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
  options: Pick<ReadWavOptions, 'warn'>,
): Promise<Turn> {
  return audio === undefined
    ? turn
    : { ...turn, audio: await readWavFile(path.isAbsolute(audio) ? audio : path.join(folder, audio), options) };
}
