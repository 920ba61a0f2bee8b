// The shards of the chunks that were read last. Many turns may be read at once: a chunk is closed when nobody reads in it any more.
import { Shard } from '../files/shard';
import { stepFile } from './layout';
import {
  audioItemSchema,
  textItemSchema,
  tokensItemSchema,
  type AudioItem,
  type TextItem,
  type TokensItem,
} from './items';
import { type CorpusDescription } from './corpus-file';

export interface ChunkShards {
  text: Shard<TextItem>;
  tokens: Shard<TokensItem>;
  /** Absent where the corpus has neither sound nor SSL features nor speakers inside: nothing else in it is asked for. */
  audio?: Shard<AudioItem>;
}

interface OpenChunk {
  shards: Promise<ChunkShards>;
  readers: number;
}

/** Kept open for the next reader: dialogues that follow each other share chunks. */
const KEPT = 4;

export class OpenChunks {
  /** The one used last stands last. */
  private readonly open = new Map<number, OpenChunk>();
  private kept = KEPT;

  constructor(
    private readonly folder: string,
    private readonly description: CorpusDescription,
  ) {}

  /** Reads in a chunk. @throws DatasetError `prepared` */
  async read<T>(number: number, use: (shards: ChunkShards) => Promise<T>): Promise<T> {
    const chunk = this.open.get(number) ?? { shards: this.openChunk(number), readers: 0 };
    this.open.delete(number);
    this.open.set(number, chunk);
    chunk.readers++;
    try {
      return await use(await chunk.shards);
    } finally {
      chunk.readers--;
      await this.closeIdle();
    }
  }

  /** Closes all; those that are still read in are closed by their last reader. */
  async close(): Promise<void> {
    this.kept = 0;
    await this.closeIdle();
  }

  private async closeIdle(): Promise<void> {
    const idle = [...this.open].filter(([, { readers }]) => readers === 0);
    const closing = idle.slice(0, Math.max(0, this.open.size - this.kept));
    // All at once, before anybody else gets hold of one.
    for (const [number] of closing) this.open.delete(number);
    for (const [, { shards }] of closing) {
      const opened = await shards.catch(() => undefined);
      await Promise.all([opened?.text.close(), opened?.tokens.close(), opened?.audio?.close()]);
    }
  }

  private async openChunk(number: number): Promise<ChunkShards> {
    const { chunks, sound, ssl, speaker } = this.description;
    const keys = chunks[number];
    const file = (step: 'text' | 'tokens' | 'audio') => stepFile(this.folder, step, keys[step]);
    return {
      text: await Shard.open(file('text'), 'text', textItemSchema),
      tokens: await Shard.open(file('tokens'), 'tokens', tokensItemSchema),
      ...((sound ?? ssl ?? speaker) && { audio: await Shard.open(file('audio'), 'audio', audioItemSchema) }),
    };
  }
}
