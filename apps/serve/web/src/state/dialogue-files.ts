// Conversations as files, in the format of `gpt-talker talk --dialogue`: {"turns": [{role, text, audio: a wav beside it}]}.
import type { Role } from '../api/types';
import { clipFromFile } from '../sound/clip';
import { Trouble } from '../trouble';
import type { Turn } from './turns';

type Said = Pick<Turn, 'role' | 'text' | 'clip'>;

interface DialogueFile {
  turns: { role: Role; text: string; audio?: string }[];
}

const wavName = (index: number, { role }: Said): string => `turn-${String(index + 1).padStart(2, '0')}-${role}.wav`;

/** The words alone. */
export function dialogueJson(turns: readonly Said[]): string {
  return format({ turns: turns.map(({ role, text }) => ({ role, text })) });
}

/** A zip folder: dialogue.json and the wav files that it names. */
export async function dialogueZip(turns: readonly Said[]): Promise<Uint8Array<ArrayBuffer>> {
  // Loaded when it is needed: most visits save nothing.
  const { strToU8, zipSync } = await import('fflate');
  const files: Record<string, Uint8Array> = {};
  const listed = turns.map((turn, index) => {
    const { role, text, clip } = turn;
    if (!clip) return { role, text };
    const audio = wavName(index, turn);
    files[audio] = clip.wav;
    return { role, text, audio };
  });
  // Sound does not get smaller by zipping, so nothing is compressed.
  return new Uint8Array(zipSync({ 'dialogue.json': strToU8(format({ turns: listed })), ...files }, { level: 0 }));
}

/** Reads such a zip folder, or a dialogue's JSON file chosen together with its wav files. @throws Trouble in plain words */
export async function readDialogue(files: readonly File[]): Promise<Said[]> {
  const zip = files.find(({ name }) => name.endsWith('.zip'));
  const all = zip ? await unzip(zip.name, new Uint8Array(await zip.arrayBuffer())) : files;
  const json = all.find(({ name }) => name.endsWith('.json'));
  if (!json)
    throw new Trouble('There is no dialogue in this', 'Choose a .json file with its wav files, or a zip saved here.');
  const { turns } = parse(await json.text(), json.name);
  return Promise.all(
    turns.map(async ({ role, text, audio }) => {
      if (audio === undefined) return { role, text };
      const file = all.find(({ name }) => baseName(name) === baseName(audio));
      if (!file)
        throw new Trouble(`${json.name} names ${audio}, which is not here`, 'Choose the wav files together with it.');
      return { role, text, clip: await clipFromFile(file) };
    }),
  );
}

/** Whether these files are a conversation rather than one turn's sound. */
export const areDialogue = (files: readonly File[]): boolean => files.some(({ name }) => /\.(json|zip)$/i.test(name));

async function unzip(name: string, bytes: Uint8Array): Promise<File[]> {
  const { unzipSync } = await import('fflate');
  try {
    return Object.entries(unzipSync(bytes)).map(([path, content]) => new File([new Uint8Array(content)], path));
  } catch {
    throw new Trouble(`${name} cannot be opened`, 'It is not a whole zip file: save or copy it again.');
  }
}

function parse(text: string, name: string): DialogueFile {
  let json: Partial<DialogueFile> | null;
  try {
    json = JSON.parse(text.replace(/^\uFEFF/, '')) as Partial<DialogueFile> | null;
  } catch (error) {
    throw new Trouble(`${name} is not JSON`, (error as Error).message);
  }
  const fits = (turn: Partial<DialogueFile['turns'][number]> | null) =>
    (turn?.role === 'user' || turn?.role === 'agent') && typeof turn.text === 'string' && turn.text.trim() !== '';
  if (!Array.isArray(json?.turns) || !json.turns.every(fits))
    throw new Trouble(
      `${name} is not a dialogue`,
      'It should be {"turns": [{"role": "user" or "agent", "text": "…"}]}.',
    );
  return json as DialogueFile;
}

const baseName = (path: string): string => path.split(/[/\\]/).at(-1)!;
const format = (dialogue: DialogueFile): string => `${JSON.stringify(dialogue, undefined, 2)}\n`;
