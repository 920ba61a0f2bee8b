// A JSON Lines file by line number: only where lines begin is held in memory.
import { createReadStream } from 'node:fs';
import { open, type FileHandle } from 'node:fs/promises';
import type { ZodType } from 'zod';
import { DatasetError } from '../errors';
import { parseJsonLine } from '../json-lines';

/** An open file of validated lines. Close it. */
export class LineFile<T> {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly schema: ZodType<T>,
    /** Where each line begins, and where the last one ends. */
    private readonly starts: readonly number[],
  ) {}

  /** Reads the file once, calling `visit` with each line and its index. @throws DatasetError `prepared` */
  static async open<T>(
    path: string,
    schema: ZodType<T>,
    visit: (value: T, line: number) => void,
  ): Promise<LineFile<T>> {
    const starts: number[] = [0];
    let rest: Buffer = Buffer.alloc(0);
    const take = (content: Buffer, bytes: number) => {
      const text = content.toString('utf8').trim();
      const line = starts.length - 1;
      if (text !== '') visit(parseJsonLine(text, schema, `${path}:${line + 1}`, 'prepared'), line);
      starts.push(starts[starts.length - 1] + bytes);
    };
    try {
      for await (const piece of createReadStream(path)) {
        rest = Buffer.concat([rest, piece as Buffer]);
        let from = 0;
        for (let end = rest.indexOf(10); end >= 0; end = rest.indexOf(10, from)) {
          take(rest.subarray(from, end), end + 1 - from);
          from = end + 1;
        }
        rest = rest.subarray(from);
      }
      if (rest.length > 0) take(rest, rest.length);
      return new LineFile(path, await open(path), schema, starts);
    } catch (error) {
      if (error instanceof DatasetError) throw error;
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new DatasetError('prepared', `${path}: the file cannot be read (${reason}); check the path`, {
        cause: error,
      });
    }
  }

  async line(index: number): Promise<T> {
    const [start, end] = [this.starts[index], this.starts[index + 1]];
    const bytes = Buffer.alloc(end - start);
    await this.file.read(bytes, 0, bytes.length, start);
    return parseJsonLine(bytes.toString('utf8'), this.schema, `${this.path}:${index + 1}`, 'prepared');
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}
