// Upstream's slicer_opt.list: one recording a line, `path|speaker|language|text`. Paths may be those of another machine.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { DatasetError } from '../errors';
import { LineIndex } from '../files/line-index';
import { languageOf, normaliseLanguage } from './language';
import { RolesByAppearance } from './roles';
import { parseTurnName } from './turn-name';
import { SKIPPED, type Corpus, type CorpusListener, type SourceDialogue, type SourceTurn } from './types';

export const LIST_NAME = 'slicer_opt.list';

export interface SlicerListOptions {
  /** Where recordings are looked for that are not at the path of the list. Default: the list's folder. */
  audioFolder?: string;
  language?: string;
}

interface ListLine {
  audio: string;
  name: string;
  speaker: string;
  language: string;
  text: string;
}

export class SlicerList implements Corpus {
  constructor(
    private readonly file: string,
    private readonly options: SlicerListOptions = {},
  ) {}

  async *dialogues(listener: CorpusListener): AsyncGenerator<SourceDialogue> {
    const names = new Set<string>();
    const index = await LineIndex.build(this.file, (text, number) => {
      if (text.trim() === '') return undefined;
      const line = parseLine(text);
      if (line === undefined) {
        throw new DatasetError('manifest', `${this.file}:${number}: write it as path|speaker|language|text`);
      }
      if (names.has(line.name)) {
        listener.skip(SKIPPED.duplicateName, line.name);
        return undefined;
      }
      names.add(line.name);
      // A name of any other form (GPT-SoVITS's corpora of single utterances) is a dialogue of its own.
      return dialogueKey(line);
    });
    try {
      for (const id of index.keys()) {
        const lines = (await index.lines(id)).map((text) => parseLine(text)!);
        const turns = await this.turns(lines, listener);
        if (turns.length > 0) yield { id, turns };
      }
    } finally {
      await index.close();
    }
  }

  private async turns(lines: ListLine[], listener: CorpusListener): Promise<SourceTurn[]> {
    const numbered = lines
      .map((line) => ({ ...line, number: parseTurnName(line.name)?.number ?? 0 }))
      .sort((first, second) => first.number - second.number);
    const roles = new RolesByAppearance();
    const turns: SourceTurn[] = [];
    for (const [position, { number, name, audio: listed, text, ...line }] of numbered.entries()) {
      const before = numbered[position - 1];
      if (before?.number === number) {
        listener.skip(SKIPPED.duplicateTurn, name);
        continue;
      }
      const speaker = parseTurnName(name)?.speaker ?? line.speaker;
      if (number > (before ? before.number + 1 : 0)) listener.note('gap in the turn numbers before it', name);
      if (before && (parseTurnName(before.name)?.speaker ?? before.speaker) === speaker) {
        listener.note('same speaker as the turn before', name);
      }
      const role = roles.of(speaker);
      const audio = await this.locate(listed);
      if (audio === undefined) listener.skip(SKIPPED.noAudio, name);
      else if (text === '') listener.skip(SKIPPED.noText, name);
      else {
        const language = this.options.language ?? (normaliseLanguage(line.language) || languageOf(text));
        turns.push({ name, number, role, speaker, text, language, audio });
      }
    }
    return turns;
  }

  /** The path as it stands, or the longest end of it that exists under the audio folder. */
  private async locate(listed: string): Promise<string | undefined> {
    const folder = this.options.audioFolder ?? path.dirname(this.file);
    const parts = listed.split(/[\\/]+/).filter((part) => part !== '' && part !== '..');
    const candidates = parts.map((_, first) => path.join(folder, ...parts.slice(first)));
    if (path.isAbsolute(listed)) candidates.unshift(listed);
    for (const candidate of candidates) {
      // A folder of that name, or a pipe that nobody writes to, is no recording.
      const isFile = await stat(candidate).then(
        (found) => found.isFile(),
        () => false,
      );
      if (isFile) return path.resolve(candidate);
    }
    return undefined;
  }
}

function parseLine(text: string): ListLine | undefined {
  const [audio, speaker, language, ...rest] = text.split('|');
  if (rest.length === 0 || audio.trim() === '') return undefined;
  const name = audio
    .trim()
    .split(/[\\/]+/)
    .at(-1)!;
  // A text may hold the separator.
  return { audio: audio.trim(), name, speaker: speaker.trim(), language, text: rest.join('|').trim() };
}

function dialogueKey({ name }: ListLine): string {
  const parsed = parseTurnName(name);
  return parsed ? `d${parsed.dialogue}` : name;
}
