// A folder that upstream's scripts wrote, as a prepared corpus. Each of its rows holds a turn behind its history; a turn's own part
// is the last one, and turns are joined to dialogues again by their names.
import { stat } from 'node:fs/promises';
import path from 'node:path';
import { SYMBOLS_V2, symbolId } from '@gpt-talker/tokenizer';
import { languageOf, normaliseLanguage } from '../corpus/language';
import { RolesByAppearance } from '../corpus/roles';
import { parseTurnName } from '../corpus/turn-name';
import { DatasetError } from '../errors';
import { LineIndex } from '../files/line-index';
import { isMissing } from '../files/missing';
import { validationRank, splitOf } from '../manifest';
import {
  outlineOf,
  type PreparedCorpus,
  type PreparedDialogue,
  type PreparedTurn,
  type Split,
  type TurnOutline,
} from '../store/types';
import { UPSTREAM_FILES, UPSTREAM_FOLDERS } from './files';
import { parsePythonList } from './python-list';
import { parseSemanticRow, parseTextRow, SEMANTIC_HEADER } from './rows';

export interface OpenUpstreamOptions {
  /** Share of dialogues to hold out, by the hash of their id: upstream's files do not say. Default 0.03. */
  validationShare?: number;
}

/** Consecutive turns of a dialogue. */
interface Part {
  id: string;
  split: Split;
  names: string[];
}

const TOKENS_PER_SECOND = 25;
/** 5-wav32k is 16-bit sound behind a header of 44 bytes. */
const SOUND_BYTES_PER_SECOND = 64_000;
const WAV_HEADER_BYTES = 44;

export class UpstreamCorpus implements PreparedCorpus {
  readonly format = 'upstream';

  private constructor(
    readonly path: string,
    private readonly texts: LineIndex,
    private readonly semantics: LineIndex,
    /** slicer_opt.list, which upstream's training does not need. */
    private readonly list: LineIndex | undefined,
    /** Names in train.list: those that passed the filters. */
    private readonly trained: ReadonlySet<string> | undefined,
    private readonly parts: readonly Part[],
  ) {}

  /** @throws DatasetError `prepared` */
  static async open(folder: string, { validationShare = 0.03 }: OpenUpstreamOptions = {}): Promise<UpstreamCorpus> {
    const file = (name: keyof typeof UPSTREAM_FILES) => path.join(folder, UPSTREAM_FILES[name]);
    const byFirstColumn = (line: string) => (line.trim() === '' ? undefined : line.slice(0, line.indexOf('\t')));
    const texts = await LineIndex.build(file('text'), byFirstColumn, 'prepared');
    const semantics = await LineIndex.build(
      file('semantic'),
      (line) => (line === SEMANTIC_HEADER ? undefined : byFirstColumn(line)),
      'prepared',
    );
    const has = (name: string) => stat(name).then(() => true, isMissing);
    const list = (await has(file('list')))
      ? await LineIndex.build(file('list'), (line) => line.split('|')[0].split(/[\\/]/).at(-1), 'prepared')
      : undefined;
    const trained = (await has(file('train'))) ? await trainedNames(file('train')) : undefined;
    const names = [...texts.keys()].filter((name) => semantics.has(name));
    return new UpstreamCorpus(path.resolve(folder), texts, semantics, list, trained, partsOf(names, validationShare));
  }

  get size(): number {
    return this.parts.length;
  }

  entry(index: number): { id: string; split: Split } {
    const { id, split } = this.parts[index];
    return { id, split };
  }

  async outline(index: number): Promise<TurnOutline[]> {
    return outlineOf(await this.dialogue(index));
  }

  async dialogue(index: number): Promise<PreparedDialogue> {
    const { id, split, names } = this.parts[index];
    const roles = new RolesByAppearance();
    const turns: PreparedTurn[] = [];
    const normalized: string[] = [];
    for (const name of names) {
      const turn = await this.turn(name, roles, normalized);
      normalized.push(turn.normalized!);
      turns.push(turn);
    }
    return { id, split, turns };
  }

  /** A turn's own part is told by the turns before it, so all are read. */
  async turns(index: number, first: number, end: number): Promise<PreparedTurn[]> {
    return (await this.dialogue(index)).turns.slice(first, end);
  }

  async *dialogues(split?: Split): AsyncGenerator<PreparedDialogue> {
    for (let index = 0; index < this.size; index++) {
      if (split === undefined || this.parts[index].split === split) yield this.dialogue(index);
    }
  }

  async close(): Promise<void> {
    await Promise.all([this.texts.close(), this.semantics.close(), this.list?.close()]);
  }

  /** @param before normal forms of the turns before it */
  private async turn(name: string, roles: RolesByAppearance, before: readonly string[]): Promise<PreparedTurn> {
    const text = parseTextRow((await this.texts.lines(name))[0]);
    if (text === undefined) throw this.malformed('text', name);
    const semantic = parseSemanticRow((await this.semantics.lines(name))[0]);
    if (semantic === undefined) throw this.malformed('semantic', name);
    const phonemes = lastPart(text.phonemes, text.phonemeCounts);
    const tokens = lastPart(semantic.tokens, semantic.tokenCounts);
    if (phonemes === undefined) throw this.malformed('text', name);
    if (tokens === undefined) throw this.malformed('semantic', name);
    const own = withoutHistory(text, before);
    const listed = (await this.list?.lines(name))?.[0]?.split('|');
    const spoken = listed === undefined ? own : listed.slice(3).join('|');
    const speaker = parseTurnName(name)?.speaker ?? text.speakers.at(-1) ?? '0';
    const place = (folder: keyof typeof UPSTREAM_FOLDERS, suffix = '') =>
      path.join(this.path, UPSTREAM_FOLDERS[folder], `${name}${suffix}`);
    const sound = await stat(place('sound')).catch(isMissing);
    const [ssl, bert, speakerEmbedding] = await Promise.all(
      [place('ssl', '.pt'), place('bert', '.pt'), place('speaker', '.pt')].map((file) =>
        stat(file).then(() => file, isMissing),
      ),
    );
    return {
      name,
      role: roles.of(speaker),
      speaker,
      text: spoken,
      language: listed?.[2] ? normaliseLanguage(listed[2]) : languageOf(own),
      normalized: own,
      phonemes: [...this.ids(phonemes, name)],
      tokens,
      seconds: sound ? (sound.size - WAV_HEADER_BYTES) / SOUND_BYTES_PER_SECOND : tokens.length / TOKENS_PER_SECOND,
      ...(sound && { audio: place('sound') }),
      ...(ssl && { ssl }),
      ...(speakerEmbedding && { speakerEmbedding }),
      ...(bert && { features: bert }),
      ...(this.trained && !this.trained.has(name) && { excludedFrom: ['gpt' as const] }),
    };
  }

  private ids(phonemes: readonly string[], name: string): Int32Array {
    return Int32Array.from(phonemes, (phoneme) => {
      // v1's symbols are the first of v2's, with the same ids.
      const id = symbolId(phoneme);
      if (id !== undefined) return id;
      throw new DatasetError(
        'prepared',
        `${UPSTREAM_FILES.text}: ${name}: '${phoneme}' is not one of the ${SYMBOLS_V2.length} phoneme symbols`,
      );
    });
  }

  private malformed(file: 'text' | 'semantic', name: string): DatasetError {
    const where = path.join(this.path, UPSTREAM_FILES[file]);
    return new DatasetError('prepared', `${where}: the row of ${name} is not one of upstream's; prepare it again`);
  }
}

async function trainedNames(file: string): Promise<ReadonlySet<string>> {
  const names = new Set<string>();
  const index = await LineIndex.build(
    file,
    (line) => {
      const [name] = parsePythonList(line) ?? [];
      if (typeof name === 'string') names.add(name);
      return undefined;
    },
    'prepared',
  );
  await index.close();
  return names;
}

/** Dialogues by the names of their turns; a missing turn begins another part. */
function partsOf(names: readonly string[], validationShare: number): Part[] {
  const dialogues = new Map<string, { name: string; number: number }[]>();
  for (const name of names) {
    const parsed = parseTurnName(name);
    const id = parsed ? `d${parsed.dialogue}` : name;
    const turns = dialogues.get(id) ?? [];
    turns.push({ name, number: parsed?.number ?? 0 });
    dialogues.set(id, turns);
  }
  const parts: Part[] = [];
  const split = splitter([...dialogues.keys()], validationShare);
  for (const [id, turns] of dialogues) {
    turns.sort((first, second) => first.number - second.number);
    for (const [index, { name, number }] of turns.entries()) {
      if (index > 0 && number === turns[index - 1].number + 1) parts[parts.length - 1].names.push(name);
      else parts.push({ id: number === 0 ? id : `${id}+${number}`, split: split(id), names: [name] });
    }
  }
  return parts;
}

/** By hash; where that holds out none of several dialogues, the one that it would hold out first. */
function splitter(ids: readonly string[], validationShare: number): (id: string) => Split {
  const first = ids.reduce((least, id) => (validationRank(id) < validationRank(least) ? id : least), ids[0]);
  const byHash = (id: string) => splitOf(id, validationShare);
  if (validationShare === 0 || ids.length < 2 || byHash(first) === 'validation') return byHash;
  return (id) => (id === first ? 'validation' : 'train');
}

/** The items of the last of the joined sequences; undefined if the counts do not fit. */
function lastPart<T>(items: readonly T[], counts: readonly number[]): T[] | undefined {
  const total = counts.reduce((sum, count) => sum + count, 0);
  if (counts.length === 0 || total !== items.length) return undefined;
  return items.slice(total - counts[counts.length - 1]);
}

/** The turn's own normal form: what follows those of its history, which upstream joins with spaces. */
function withoutHistory(
  { normalized, phonemeCounts }: { normalized: string; phonemeCounts: readonly number[] },
  before: readonly string[],
): string {
  const history = phonemeCounts.length - 1;
  if (history > before.length) return normalized;
  const prefix = before
    .slice(before.length - history)
    .map((text) => `${text} `)
    .join('');
  return normalized.startsWith(prefix) ? normalized.slice(prefix.length) : normalized;
}
