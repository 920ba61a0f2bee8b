// Step 5: the training index. Turns that every step kept are joined to dialogues; where one is missing the dialogue is cut, because
// what follows would have a hole in its history.
import { createHash } from 'node:crypto';
import { rm } from 'node:fs/promises';
import path from 'node:path';
import { writeStreamAtomically } from '../files/atomic';
import { Shard } from '../files/shard';
import { validationRank, splitOf } from '../manifest';
import { readJsonLines } from '../json-lines';
import { indexLineSchema, type IndexLine, type IndexTurn } from '../store/index-line';
import { audioItemSchema, textItemSchema, tokensItemSchema } from '../store/items';
import { FOLDERS, stepFile } from '../store/layout';
import { type Split, type Stage } from '../store/types';
import { readChunk, type ChunkTurn } from './chunk';
import { excluded, type Filters } from './filters';
import { type Ledger } from './ledger';

export interface ChunkKeys {
  manifest: string;
  text: string;
  audio: string;
  tokens: string;
}

export interface IndexOptions {
  output: string;
  filters: Filters;
  validationShare: number;
  /** Whether the shards hold sound. */
  stored: boolean;
  /** Called after each chunk. */
  onChunk?: (turns: number, seconds: number) => void;
}

type KeptTurn = IndexTurn & Pick<ChunkTurn, 'dialogue' | 'split' | 'number'>;

/** Writes the index. @returns its key */
export async function indexStep(
  chunks: readonly ChunkKeys[],
  ledger: Ledger,
  options: IndexOptions,
): Promise<{ key: string; file: string }> {
  const hash = createHash('sha256');
  const provisional = path.join(options.output, FOLDERS.index, 'provisional.jsonl');
  const final = path.join(options.output, FOLDERS.index, 'index.jsonl');
  const choice = new HeldOutChoice();
  await writeStreamAtomically(provisional, async (write) => {
    const parts = new DialogueParts(options, ledger, choice, (line) => write(`${JSON.stringify(line)}\n`));
    for (const [index, keys] of chunks.entries()) {
      const turns = await keptTurns(index, keys, options, ledger);
      for (const turn of turns) await parts.add(turn);
      const seconds = turns.reduce((sum, turn) => sum + (turn?.seconds ?? 0), 0);
      options.onChunk?.(turns.length, seconds);
    }
    await parts.finish();
  });
  const chosen = options.validationShare > 0 ? choice.needed() : undefined;
  await writeStreamAtomically(final, async (write) => {
    for await (const line of readJsonLines(provisional, indexLineSchema, 'prepared')) {
      if (chosen !== undefined && isPartOf(line.id, chosen)) line.split = 'validation';
      ledger.keep(line);
      const text = `${JSON.stringify(line)}\n`;
      hash.update(text);
      await write(text);
    }
  });
  await rm(provisional, { force: true });
  return { key: hash.digest('hex').slice(0, 32), file: final };
}

/** 'd3' and 'd3+4' are parts of 'd3'. */
function isPartOf(id: string, dialogue: string): boolean {
  return id === dialogue || (id.startsWith(`${dialogue}+`) && /^\d+$/.test(id.slice(dialogue.length + 1)));
}

/**
 * Which dialogue to hold out where chance has held out none: a corpus of a few dialogues could not be trained on otherwise. It
 * is the one that would be held out first.
 */
class HeldOutChoice {
  private readonly first = { dialogue: '', rank: Infinity };
  private last = '';
  private dialogues = 0;
  private isSettled = false;

  see(dialogue: string, split: Split, isGiven: boolean): void {
    if (isGiven || split === 'validation') this.isSettled = true;
    if (dialogue === this.last) return;
    this.last = dialogue;
    this.dialogues++;
    const rank = validationRank(dialogue);
    if (rank < this.first.rank) Object.assign(this.first, { dialogue, rank });
  }

  needed(): string | undefined {
    return this.isSettled || this.dialogues < 2 ? undefined : this.first.dialogue;
  }
}

/** The turns of a chunk, undefined for those that some step has left out. */
async function keptTurns(
  chunk: number,
  keys: ChunkKeys,
  { output, stored }: IndexOptions,
  ledger: Ledger,
): Promise<(KeptTurn | undefined)[]> {
  const turns = await readChunk(stepFile(output, 'manifest', keys.manifest));
  const text = await Shard.open(stepFile(output, 'text', keys.text), 'text', textItemSchema);
  const audio = await Shard.open(stepFile(output, 'audio', keys.audio), 'audio', audioItemSchema);
  const tokens = await Shard.open(stepFile(output, 'tokens', keys.tokens), 'tokens', tokensItemSchema);
  try {
    const kept: (KeptTurn | undefined)[] = [];
    for (const [item, turn] of turns.entries()) {
      const { name } = turn;
      for (const note of audio.items[item].notes ?? []) ledger.note(note, name);
      if (text.items[item].warnings) ledger.note('text that was not read completely', name);
      const step = (['text', 'audio', 'tokens'] as const).find(
        (each) => ({ text, audio, tokens })[each].items[item].skipped,
      );
      if (step !== undefined) {
        ledger.skip(step, { text, audio, tokens }[step].items[item].skipped!, name);
        kept.push(undefined);
        continue;
      }
      const { role, speaker, language, style, dialogue, split, number } = turn;
      kept.push({
        name,
        role,
        speaker,
        language,
        text: turn.text,
        ...(style !== undefined && { style }),
        seconds: audio.items[item].seconds,
        phonemes: await text.count('phonemes', item),
        tokens: await tokens.count('tokens', item),
        chunk,
        item,
        ...(!stored && { audio: turn.audio }),
        dialogue,
        split,
        number,
      });
    }
    return kept;
  } finally {
    await Promise.all([text.close(), audio.close(), tokens.close()]);
  }
}

/** Joins consecutive turns to dialogues, across chunks. */
class DialogueParts {
  private part: KeptTurn[] = [];

  constructor(
    private readonly options: IndexOptions,
    private readonly ledger: Ledger,
    private readonly choice: HeldOutChoice,
    private readonly write: (line: IndexLine) => Promise<void>,
  ) {}

  async add(turn: KeptTurn | undefined): Promise<void> {
    const last = this.part.at(-1);
    const follows = turn && last && turn.dialogue === last.dialogue && turn.number === last.number + 1;
    if (!follows) await this.finish();
    if (turn) this.part.push(turn);
  }

  async finish(): Promise<void> {
    if (this.part.length === 0) return;
    const [{ dialogue, split, number }] = this.part;
    const turns = this.part.map((turn, index) => this.indexed(turn, index));
    this.part = [];
    const id = number === 0 ? dialogue : `${dialogue}+${number}`;
    const line = { id, split: split ?? splitOf(dialogue, this.options.validationShare), turns };
    this.choice.see(dialogue, line.split, split !== undefined);
    await this.write(line);
  }

  private indexed(turn: KeptTurn, index: number): IndexTurn {
    const { filters } = this.options;
    const withHistory = this.part.slice(Math.max(0, index - filters.historyTurns), index + 1);
    const reasons = excluded(withHistory, filters);
    const { dialogue: _dialogue, split: _split, number: _number, ...rest } = turn;
    const stages = Object.keys(reasons) as Stage[];
    for (const stage of stages) this.ledger.exclude(stage, reasons[stage]!, turn.name);
    return stages.length === 0 ? rest : { ...rest, excludedFrom: stages };
  }
}
