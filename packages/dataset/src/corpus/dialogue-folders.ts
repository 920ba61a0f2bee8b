// The layout of DailyTalk and NCSSD: folders of {turn}_{speaker}_d{dialogue}.wav, each with its text beside it (.txt or .lab) or
// in the folder's metadata.json.
import { opendir, readFile } from 'node:fs/promises';
import path from 'node:path';
import { z } from 'zod';
import { DatasetError } from '../errors';
import { languageOf } from './language';
import { RolesByAppearance } from './roles';
import { isAudioName, naturalOrder, parseTurnName, type TurnName } from './turn-name';
import { SKIPPED, type Corpus, type CorpusListener, type SourceDialogue, type SourceTurn } from './types';

export interface DialogueFolderOptions {
  /** Endings of text files, the one to prefer first. */
  textEndings: readonly string[];
  /** Of all texts; without it each text's script decides. */
  language?: string;
}

/** NCSSD writes "utterents"; a dialogue's turns by number. */
const metadataSchema = z.object({
  utterents: z.record(z.string(), z.object({ index: z.number().int(), text: z.string() })),
});

interface Folder {
  directory: string;
  /** Relative to the corpus, with forward slashes. */
  relative: string;
  files: Set<string>;
}

export class DialogueFolders implements Corpus {
  constructor(
    private readonly root: string,
    private readonly options: DialogueFolderOptions,
  ) {}

  async *dialogues(listener: CorpusListener): AsyncGenerator<SourceDialogue> {
    const ids = new Set<string>();
    let found = 0;
    for await (const folder of folders(this.root, '')) {
      for (const [id, recordings] of grouped(folder, listener)) {
        found++;
        if (ids.has(id)) {
          for (const { name } of recordings) listener.skip(SKIPPED.duplicateDialogue, named(folder, name));
          continue;
        }
        ids.add(id);
        const turns = await this.turns(folder, recordings, listener);
        if (turns.length > 0) yield { id, turns };
      }
    }
    if (found === 0) {
      throw new DatasetError(
        'manifest',
        `${this.root}: no recording named {turn}_{speaker}_d{dialogue}.wav in it or its folders; check the path and the format`,
      );
    }
  }

  private async turns(folder: Folder, recordings: Recording[], listener: CorpusListener): Promise<SourceTurn[]> {
    const metadata = await readMetadata(folder, listener);
    const roles = new RolesByAppearance();
    const turns: SourceTurn[] = [];
    let last: Recording | undefined;
    for (const recording of recordings) {
      const { name, number, speaker } = recording;
      const label = named(folder, name);
      if (last?.number === number) {
        listener.skip(SKIPPED.duplicateTurn, label);
        continue;
      }
      if (number > (last ? last.number + 1 : 0)) listener.note('gap in the turn numbers before it', label);
      if (last?.speaker === speaker) listener.note('same speaker as the turn before', label);
      last = recording;
      const role = roles.of(speaker);
      const text = (await this.text(folder, name)) ?? metadata?.get(number) ?? '';
      if (text === '') listener.skip(SKIPPED.noText, label);
      else {
        const audio = path.join(folder.directory, name);
        const language = this.options.language ?? languageOf(text);
        turns.push({ name: label, number, role, speaker, text, language, audio });
      }
    }
    return turns;
  }

  private async text(folder: Folder, recording: string): Promise<string | undefined> {
    const stem = recording.slice(0, recording.lastIndexOf('.'));
    const file = this.options.textEndings.map((ending) => stem + ending).find((name) => folder.files.has(name));
    if (file === undefined) return undefined;
    const text = await readFile(path.join(folder.directory, file), 'utf8');
    return text.replace(/^\ufeff/, '').trim();
  }
}

type Recording = TurnName & { name: string };

/** Folders that hold files, depth first, in natural order. */
async function* folders(directory: string, relative: string): AsyncGenerator<Folder> {
  const files = new Set<string>();
  const inner: string[] = [];
  try {
    for await (const entry of await opendir(directory)) {
      if (entry.name.startsWith('.')) continue;
      if (entry.isDirectory()) inner.push(entry.name);
      else files.add(entry.name);
    }
  } catch (error) {
    const reason = (error as NodeJS.ErrnoException).code ?? String(error);
    throw new DatasetError('manifest', `${directory}: the folder cannot be read (${reason}); check the path`, {
      cause: error,
    });
  }
  if (files.size > 0) yield { directory, relative, files };
  for (const name of inner.sort(naturalOrder)) {
    yield* folders(path.join(directory, name), relative === '' ? name : `${relative}/${name}`);
  }
}

/** The recordings of a folder by dialogue, in the order of their turns; texts without a recording are told. */
function grouped(folder: Folder, listener: CorpusListener): Map<string, Recording[]> {
  const groups = new Map<string, Recording[]>();
  const stems = new Set<string>();
  for (const name of [...folder.files].sort(naturalOrder)) {
    if (!isAudioName(name)) continue;
    stems.add(name.slice(0, name.lastIndexOf('.')));
    const parsed = parseTurnName(name);
    if (parsed === undefined) {
      listener.skip('not named {turn}_{speaker}_d{dialogue}', named(folder, name));
      continue;
    }
    const id = dialogueId(folder.relative, parsed.dialogue);
    groups.set(id, [...(groups.get(id) ?? []), { ...parsed, name }]);
  }
  for (const name of [...folder.files].sort(naturalOrder)) {
    const text = /^(\d+_[^_]+_d.+)\.(?:txt|lab)$/.exec(name);
    if (text && !stems.has(text[1])) listener.skip(SKIPPED.noAudio, named(folder, name));
  }
  return groups;
}

/** 'R-EN/12' with 12 → 'R-EN/d12'; a folder that is not named after its dialogue stays in the id. */
function dialogueId(relative: string, dialogue: string): string {
  const parts = relative === '' ? [] : relative.split('/');
  if (parts.at(-1) === dialogue || parts.at(-1) === `d${dialogue}`) parts.pop();
  return [...parts, `d${dialogue}`].join('/');
}

/** What reports call a file: its name, behind the folders above its dialogue's own. */
function named(folder: Folder, name: string): string {
  const dialogue = parseTurnName(name)?.dialogue;
  const id = dialogue === undefined ? '' : dialogueId(folder.relative, dialogue);
  const prefix = dialogue === undefined ? folder.relative : id.slice(0, Math.max(0, id.lastIndexOf('/')));
  return prefix === '' ? name : `${prefix}/${name}`;
}

async function readMetadata(folder: Folder, listener: CorpusListener): Promise<Map<number, string> | undefined> {
  if (!folder.files.has('metadata.json')) return undefined;
  const label = folder.relative === '' ? 'metadata.json' : `${folder.relative}/metadata.json`;
  try {
    const json: unknown = JSON.parse(await readFile(path.join(folder.directory, 'metadata.json'), 'utf8'));
    const { utterents } = metadataSchema.parse(json);
    return new Map(Object.values(utterents).map(({ index, text }) => [index, text.trim()]));
  } catch {
    listener.note('metadata.json that is not understood', label);
    return undefined;
  }
}
