// A shard: what one preparation step made of one chunk of turns, as a safetensors file. Values of all turns follow each other in
// one tensor, `<name>_starts` says where each begins; what is said of single turns is JSON in the metadata.
import { rm } from 'node:fs/promises';
import { CheckpointError, writeSafetensors, type ArrayTensor } from '@gpt-talker/checkpoint';
import { type ZodType } from 'zod';
import { DatasetError } from '../errors';
import { writeAtomically } from './atomic';
import { openTensors, type TensorFile } from './tensor-file';

const FORMAT = 'gpt-talker-shard';
const VERSION = '1';

type Values = Float32Array | Int32Array;

/** Rows of `width` values for each turn of a chunk; undefined for a turn that has none. */
export interface Column {
  name: string;
  dtype: 'int16' | 'uint16' | 'float16' | 'float32';
  /** Absent: one value a row, and the tensor has one axis. */
  width?: number;
  values: readonly (Values | undefined)[];
}

export interface ShardContent<Item> {
  step: string;
  /** One for each turn of the chunk, in order. */
  items: readonly Item[];
  columns: readonly Column[];
}

/** Writes a shard, the same bytes for the same content. @throws DatasetError `output` */
export async function writeShard<Item>(file: string, { step, items, columns }: ShardContent<Item>): Promise<void> {
  const tensors = new Map<string, ArrayTensor>();
  for (const column of columns) {
    const { data, starts } = concatenated(column);
    const shape = column.width === undefined ? [data.length] : [data.length / column.width, column.width];
    tensors.set(column.name, { dtype: column.dtype, shape, data });
    tensors.set(`${column.name}_starts`, { dtype: 'int32', shape: [starts.length], data: starts });
  }
  const metadata = { format: FORMAT, version: VERSION, step, items: JSON.stringify(items) };
  await writeAtomically(file, writeSafetensors(tensors, metadata));
}

function concatenated({ dtype, width = 1, values }: Column): { data: Values; starts: Int32Array } {
  const starts = new Int32Array(values.length + 1);
  values.forEach((value, index) => (starts[index + 1] = starts[index] + (value?.length ?? 0) / width));
  const length = starts[values.length] * width;
  const data = dtype.startsWith('float') ? new Float32Array(length) : new Int32Array(length);
  values.forEach((value, index) => value && data.set(value, starts[index] * width));
  return { data, starts };
}

/** Where the rows of a turn lie: a file, and what to read there. */
export interface RowSpan {
  file: string;
  tensor: string;
  first: number;
  rows: number;
}

/** An open shard. Close it. */
export class Shard<Item> {
  private readonly whole = new Map<string, Promise<Values>>();

  private constructor(
    private readonly tensors: TensorFile,
    readonly items: readonly Item[],
  ) {}

  /** @throws DatasetError `prepared` where the file is missing or not such a shard */
  static async open<Item>(file: string, step: string, item: ZodType<Item>): Promise<Shard<Item>> {
    const tensors = await openTensors(file).catch((cause: Error) => {
      throw new DatasetError('prepared', `${cause.message} Prepare the corpus again.`, { cause });
    });
    const { metadata } = tensors;
    try {
      if (metadata.format !== FORMAT || metadata.version !== VERSION || metadata.step !== step) throw new Error(step);
      return new Shard(tensors, item.array().parse(JSON.parse(metadata.items)));
    } catch (cause) {
      await tensors.close();
      throw new DatasetError('prepared', `${file}: not a shard of step '${step}'; prepare the corpus again`, { cause });
    }
  }

  has(column: string): boolean {
    return this.tensors.has(column);
  }

  /** How many rows a turn has. */
  async count(column: string, item: number): Promise<number> {
    const starts = await this.startsOf(column);
    return starts[item + 1] - starts[item];
  }

  /** The values of a turn. */
  async values(column: string, item: number): Promise<Values> {
    const starts = await this.startsOf(column);
    const { data } = await this.tensors.rows(column, starts[item], starts[item + 1] - starts[item]);
    return data as Values;
  }

  /** The same for a column of ids: it is small, so it is read whole, once. */
  async ids(column: string, item: number): Promise<Values> {
    const starts = await this.startsOf(column);
    return (await this.read(column)).subarray(starts[item], starts[item + 1]);
  }

  /** Where the values of a turn lie, to be read later; undefined where there are none. */
  async span(column: string, item: number): Promise<RowSpan | undefined> {
    if (!this.has(column)) return undefined;
    const starts = await this.startsOf(column);
    const rows = starts[item + 1] - starts[item];
    return rows === 0 ? undefined : { file: this.tensors.source, tensor: column, first: starts[item], rows };
  }

  async close(): Promise<void> {
    await this.tensors.close();
  }

  private startsOf(column: string): Promise<Values> {
    return this.read(`${column}_starts`);
  }

  private read(tensor: string): Promise<Values> {
    let values = this.whole.get(tensor);
    if (values === undefined) {
      values = this.tensors.read(tensor).then(({ data }) => data as Values);
      this.whole.set(tensor, values);
    }
    return values;
  }
}

/** Reads the rows that a span names. @throws DatasetError `prepared` */
export async function readSpan({ file, tensor, first, rows }: RowSpan): Promise<Values> {
  try {
    const tensors = await openTensors(file);
    try {
      return (await tensors.rows(tensor, first, rows)).data as Values;
    } finally {
      await tensors.close();
    }
  } catch (cause) {
    if (!(cause instanceof CheckpointError)) throw cause;
    throw new DatasetError('prepared', `${cause.message} Prepare the corpus again.`, { cause });
  }
}

/** Whether a whole shard of a step is there already; a damaged one is removed. */
export async function isFinished<Item>(file: string, step: string, item: ZodType<Item>): Promise<boolean> {
  try {
    await (await Shard.open(file, step, item)).close();
    return true;
  } catch (error) {
    if (!(error instanceof DatasetError)) throw error;
    await rm(file, { force: true });
    return false;
  }
}
