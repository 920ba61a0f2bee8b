// Our own format: an index of dialogues and shards of phonemes, tokens, sound and features. In memory are where the dialogues lie
// in the index and the few shards that were read last.
import path from 'node:path';
import { LineFile } from '../files/line-offsets';
import { stepFile } from './layout';
import { readCorpusFile, type CorpusDescription } from './corpus-file';
import { indexLineSchema, type IndexLine, type IndexTurn } from './index-line';
import { OpenChunks, type ChunkShards } from './open-chunks';
import { type PreparedCorpus, type PreparedDialogue, type PreparedTurn, type Split, type TurnOutline } from './types';

export class CompactCorpus implements PreparedCorpus {
  readonly format = 'compact';
  private readonly chunks: OpenChunks;

  private constructor(
    readonly path: string,
    readonly description: CorpusDescription,
    private readonly index: LineFile<IndexLine>,
    private readonly entries: readonly { id: string; split: Split }[],
  ) {
    this.chunks = new OpenChunks(path, description);
  }

  /** @param folder the folder with corpus.json @throws DatasetError `prepared` */
  static async open(folder: string): Promise<CompactCorpus> {
    const description = await readCorpusFile(folder);
    const entries: { id: string; split: Split }[] = [];
    const index = await LineFile.open(stepFile(folder, 'index', description.index), indexLineSchema, ({ id, split }) =>
      entries.push({ id, split }),
    );
    return new CompactCorpus(path.resolve(folder), description, index, entries);
  }

  get tokens(): CorpusDescription['tokens'] {
    return this.description.tokens;
  }

  get symbols(): CorpusDescription['symbols'] {
    return this.description.symbols;
  }

  get size(): number {
    return this.entries.length;
  }

  entry(index: number): { id: string; split: Split } {
    return this.entries[index];
  }

  async outline(index: number): Promise<TurnOutline[]> {
    const { turns } = await this.index.line(index);
    return turns.map(({ role, speaker, phonemes, tokens, seconds, style, audio, excludedFrom }) => ({
      ...{ role, speaker, phonemes, tokens, seconds, style, excludedFrom },
      sound: audio !== undefined || this.description.sound !== undefined,
    }));
  }

  async dialogue(index: number): Promise<PreparedDialogue> {
    const { id, split, turns } = await this.index.line(index);
    return { id, split, turns: await this.read(turns) };
  }

  async turns(index: number, first: number, end: number): Promise<PreparedTurn[]> {
    return this.read((await this.index.line(index)).turns.slice(first, end));
  }

  async *dialogues(split?: Split): AsyncGenerator<PreparedDialogue> {
    for (let index = 0; index < this.size; index++) {
      if (split === undefined || this.entries[index].split === split) yield this.dialogue(index);
    }
  }

  async close(): Promise<void> {
    await this.chunks.close();
    await this.index.close();
  }

  private async read(turns: readonly IndexTurn[]): Promise<PreparedTurn[]> {
    const prepared: PreparedTurn[] = [];
    for (const turn of turns) prepared.push(await this.chunks.read(turn.chunk, (shards) => this.turn(turn, shards)));
    return prepared;
  }

  private async turn(
    { chunk: _chunk, item, audio: recording, phonemes: _p, tokens: _t, ...turn }: IndexTurn,
    { text, audio, tokens }: ChunkShards,
  ): Promise<PreparedTurn> {
    const sound = await audio?.span('audio', item);
    const features = await text.span('features', item);
    const ssl = await audio?.span('ssl', item);
    const speakerEmbedding = await audio?.span('speaker', item);
    return {
      ...turn,
      normalized: text.items[item].normalized,
      wordLengths: [...(await text.ids('word_lengths', item))],
      phonemes: [...(await text.ids('phonemes', item))],
      tokens: [...(await tokens.ids('tokens', item))],
      ...(recording !== undefined && { audio: recording }),
      ...(sound && { audio: { ...sound, sampleRate: this.description.sound!.sampleRate } }),
      ...(features && { features }),
      ...(ssl && { ssl }),
      ...(speakerEmbedding && { speakerEmbedding }),
    };
  }
}
