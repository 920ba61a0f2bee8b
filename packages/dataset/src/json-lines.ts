// JSON Lines with a schema: read one line at a time, so that memory does not grow with the corpus; errors name file and line.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import type { ZodType } from 'zod';
import { DatasetError, type DatasetErrorCode } from './errors';

/** Yields the validated value of every non-empty line. */
export async function* readJsonLines<T>(file: string, schema: ZodType<T>, code: DatasetErrorCode): AsyncGenerator<T> {
  const stream = createReadStream(file, { encoding: 'utf8' });
  let number = 0;
  try {
    for await (const line of createInterface({ input: stream, crlfDelay: Infinity })) {
      number++;
      if (line.trim() === '') continue;
      yield parseJsonLine(line, schema, `${file}:${number}`, code);
    }
  } catch (error) {
    if (error instanceof DatasetError) throw error;
    throw new DatasetError(code, `${file}: ${(error as Error).message}; check the path`, { cause: error });
  } finally {
    stream.destroy();
  }
}

/** Parses and validates one line. @throws DatasetError that names `where` */
export function parseJsonLine<T>(line: string, schema: ZodType<T>, where: string, code: DatasetErrorCode): T {
  let value: unknown;
  try {
    value = JSON.parse(line);
  } catch (error) {
    throw new DatasetError(code, `${where}: not JSON; write one object a line`, { cause: error });
  }
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  const issue = parsed.error.issues[0];
  throw new DatasetError(code, `${where}: ${issue.path.join('.') || 'line'}: ${issue.message}`);
}
