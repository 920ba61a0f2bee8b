// Our own format: an index of dialogues and shards of phonemes, tokens, sound and features. In memory are where the dialogues lie
// in the index and the few shards that were read last.
import path from 'node:path';
import { Shard } from '../files/shard';
import { LineFile } from '../files/line-offsets';
import { textItemSchema, type TextItem } from '../pipeline/text-step';
import { tokensItemSchema, type TokensItem } from '../pipeline/tokens-step';
import { audioItemSchema, type AudioItem } from '../pipeline/audio-step';
import { stepFile } from '../pipeline/layout';
import { readCorpusFile, type CorpusDescription } from './corpus-file';
import { indexLineSchema, type IndexLine, type IndexTurn } from './index-line';
import { type PreparedCorpus, type PreparedDialogue, type PreparedTurn, type Split, type TurnOutline } from './types';

interface OpenChunk {
  text: Shard<TextItem>;
  audio: Shard<AudioItem>;
  tokens: Shard<TokensItem>;
}

/** Chunks kept open: dialogues that follow each other share them. */
const OPEN_CHUNKS = 4;

export class CompactCorpus implements PreparedCorpus {
  readonly format = 'compact';
  private readonly chunks = new Map<number, Promise<OpenChunk>>();
  /** One dialogue is read at a time, so that no chunk is closed under another's hands. */
  private reading: Promise<unknown> = Promise.resolve();

  private constructor(
    readonly path: string,
    readonly description: CorpusDescription,
    private readonly index: LineFile<IndexLine>,
    private readonly entries: readonly { id: string; split: Split }[],
  ) {}

  /** @param folder the folder with corpus.json @throws DatasetError `prepared` */
  static async open(folder: string): Promise<CompactCorpus> {
    const description = await readCorpusFile(folder);
    const entries: { id: string; split: Split }[] = [];
    const index = await LineFile.open(stepFile(folder, 'index', description.index), indexLineSchema, ({ id, split }) =>
      entries.push({ id, split }),
    );
    return new CompactCorpus(path.resolve(folder), description, index, entries);
  }

  get size(): number {
    return this.entries.length;
  }

  entry(index: number): { id: string; split: Split } {
    return this.entries[index];
  }

  async outline(index: number): Promise<TurnOutline[]> {
    return (await this.index.line(index)).turns;
  }

  dialogue(index: number): Promise<PreparedDialogue> {
    const dialogue = this.reading.then(() => this.read(index));
    this.reading = dialogue.catch(() => undefined);
    return dialogue;
  }

  async *dialogues(split?: Split): AsyncGenerator<PreparedDialogue> {
    for (let index = 0; index < this.size; index++) {
      if (split === undefined || this.entries[index].split === split) yield this.dialogue(index);
    }
  }

  async close(): Promise<void> {
    await this.reading;
    for (const key of [...this.chunks.keys()]) await this.closeChunk(key);
    await this.index.close();
  }

  private async read(index: number): Promise<PreparedDialogue> {
    const { id, split, turns } = await this.index.line(index);
    const prepared: PreparedTurn[] = [];
    for (const turn of turns) prepared.push(await this.turn(turn));
    return { id, split, turns: prepared };
  }

  private async turn({ chunk: number, item, audio: recording, phonemes: _p, tokens: _t, ...turn }: IndexTurn) {
    const { text, audio, tokens } = await this.chunk(number);
    const sound = await audio.span('audio', item);
    const features = await text.span('features', item);
    const ssl = await audio.span('ssl', item);
    const prepared: PreparedTurn = {
      ...turn,
      normalized: text.items[item].normalized,
      wordLengths: [...(await text.values('word_lengths', item))],
      phonemes: [...(await text.values('phonemes', item))],
      tokens: [...(await tokens.values('tokens', item))],
      ...(recording !== undefined && { audio: recording }),
      ...(sound && { audio: { ...sound, sampleRate: this.description.sound!.sampleRate } }),
      ...(features && { features }),
      ...(ssl && { ssl }),
    };
    return prepared;
  }

  private async chunk(number: number): Promise<OpenChunk> {
    let chunk = this.chunks.get(number);
    if (chunk === undefined) {
      if (this.chunks.size >= OPEN_CHUNKS) await this.closeChunk(this.chunks.keys().next().value!);
      chunk = this.openChunk(number);
    }
    // The one used last stands last.
    this.chunks.delete(number);
    this.chunks.set(number, chunk);
    return chunk;
  }

  private async openChunk(number: number): Promise<OpenChunk> {
    const keys = this.description.chunks[number];
    return {
      text: await Shard.open(stepFile(this.path, 'text', keys.text), 'text', textItemSchema),
      audio: await Shard.open(stepFile(this.path, 'audio', keys.audio), 'audio', audioItemSchema),
      tokens: await Shard.open(stepFile(this.path, 'tokens', keys.tokens), 'tokens', tokensItemSchema),
    };
  }

  private async closeChunk(number: number): Promise<void> {
    const chunk = this.chunks.get(number);
    this.chunks.delete(number);
    const shards = await chunk?.catch(() => undefined);
    if (shards) await Promise.all([shards.text.close(), shards.audio.close(), shards.tokens.close()]);
  }
}
