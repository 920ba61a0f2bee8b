// Where the lines of a text file lie, grouped by a key: files of any size can then be read dialogue by dialogue.
import { createReadStream } from 'node:fs';
import { open, stat, type FileHandle } from 'node:fs/promises';
import { DatasetError } from '../errors';

interface Span {
  start: number;
  length: number;
}

export class LineIndex {
  private constructor(
    private readonly path: string,
    private readonly file: FileHandle,
    private readonly spans: ReadonlyMap<string, readonly Span[]>,
  ) {}

  /**
   * Reads the file once. Lines for which `keyOf` gives undefined are left out.
   * @param keyOf is also given the line's number, from 1
   * @throws DatasetError where the file cannot be read
   */
  static async build(
    path: string,
    keyOf: (line: string, number: number) => string | undefined,
    code: 'manifest' | 'prepared' = 'manifest',
  ): Promise<LineIndex> {
    const spans = new Map<string, Span[]>();
    try {
      // A pipe could not be read twice, and might never be written to.
      if (!(await stat(path)).isFile())
        throw new DatasetError(code, `${path}: a folder or a pipe, no ordinary file; name the file`);
      let number = 0;
      for await (const { line, start, length } of lines(path)) {
        const key = keyOf(line, ++number);
        if (key === undefined) continue;
        const known = spans.get(key);
        if (known) known.push({ start, length });
        else spans.set(key, [{ start, length }]);
      }
      return new LineIndex(path, await open(path), spans);
    } catch (error) {
      if (error instanceof DatasetError) throw error;
      const reason = (error as NodeJS.ErrnoException).code ?? (error as Error).message;
      throw new DatasetError(code, `${path}: the file cannot be read (${reason}); check the path`, { cause: error });
    }
  }

  /** In the order in which they first occur. */
  keys(): IterableIterator<string> {
    return this.spans.keys();
  }

  has(key: string): boolean {
    return this.spans.has(key);
  }

  /** The lines of a key, in the file's order. */
  async lines(key: string): Promise<string[]> {
    const result: string[] = [];
    for (const { start, length } of this.spans.get(key) ?? []) {
      const bytes = Buffer.alloc(length);
      const { bytesRead } = await this.file.read(bytes, 0, length, start);
      if (bytesRead < length) throw new DatasetError('prepared', `${this.path}: the file became shorter; start again`);
      result.push(decoded(bytes));
    }
    return result;
  }

  async close(): Promise<void> {
    await this.file.close();
  }
}

async function* lines(path: string): AsyncGenerator<{ line: string; start: number; length: number }> {
  let rest = Buffer.alloc(0);
  let start = 0;
  for await (const chunk of createReadStream(path)) {
    rest = Buffer.concat([rest, chunk as Buffer]);
    let from = 0;
    for (let end = rest.indexOf(10, from); end >= 0; end = rest.indexOf(10, from)) {
      yield { line: decoded(rest.subarray(from, end)), start, length: end - from };
      start += end - from + 1;
      from = end + 1;
    }
    rest = rest.subarray(from);
  }
  if (rest.length > 0) yield { line: decoded(rest), start, length: rest.length };
}

function decoded(bytes: Buffer): string {
  return bytes
    .toString('utf8')
    .replace(/^\ufeff/, '')
    .replace(/\r$/, '');
}
