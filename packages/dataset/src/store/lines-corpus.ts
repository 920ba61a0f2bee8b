// A prepared corpus as JSON Lines, phonemes and tokens inside: handy for corpora that a program makes, and for tests.
import { z } from 'zod';
import { LineFile } from '../files/line-offsets';
import {
  outlineOf,
  type PreparedCorpus,
  type PreparedDialogue,
  type PreparedTurn,
  type Split,
  type TurnOutline,
} from './types';

const ids = z.array(z.number().int().nonnegative());

const turnSchema = z.object({
  role: z.enum(['user', 'agent']),
  speaker: z.string(),
  text: z.string(),
  style: z.string().optional(),
  name: z.string().optional(),
  language: z.string().optional(),
  phonemes: ids,
  tokens: ids,
  audio: z.string().optional(),
  /** `.pt` files. */
  features: z.string().optional(),
  ssl: z.string().optional(),
  speakerEmbedding: z.string().optional(),
  seconds: z.number().nonnegative(),
  excludedFrom: z.array(z.enum(['gpt', 'vits'])).optional(),
});

const dialogueSchema = z.object({
  id: z.string(),
  split: z.enum(['train', 'validation']),
  turns: z.array(turnSchema).min(1),
});

interface Entry {
  id: string;
  split: Split;
  /** Empty lines are counted too. */
  line: number;
}

export class LinesCorpus implements PreparedCorpus {
  readonly format = 'lines';

  private constructor(
    readonly path: string,
    private readonly file: LineFile<PreparedDialogue>,
    private readonly entries: readonly Entry[],
  ) {}

  /** @throws DatasetError `prepared` that names file and line */
  static async open(path: string): Promise<LinesCorpus> {
    const entries: Entry[] = [];
    const file = await LineFile.open(path, dialogueSchema, ({ id, split }, line) => entries.push({ id, split, line }));
    return new LinesCorpus(path, file, entries);
  }

  get size(): number {
    return this.entries.length;
  }

  entry(index: number): { id: string; split: Split } {
    const { id, split } = this.entries[index];
    return { id, split };
  }

  async outline(index: number): Promise<TurnOutline[]> {
    return outlineOf(await this.dialogue(index));
  }

  dialogue(index: number): Promise<PreparedDialogue> {
    return this.file.line(this.entries[index].line);
  }

  async turns(index: number, first: number, end: number): Promise<PreparedTurn[]> {
    return (await this.dialogue(index)).turns.slice(first, end);
  }

  async *dialogues(split?: Split): AsyncGenerator<PreparedDialogue> {
    for (let index = 0; index < this.size; index++) {
      if (split === undefined || this.entries[index].split === split) yield this.dialogue(index);
    }
  }

  close(): Promise<void> {
    return this.file.close();
  }
}
