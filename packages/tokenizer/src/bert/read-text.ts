// A text file.
import { readFile } from 'node:fs/promises';

export function readText(file: string): Promise<string> {
  return readFile(file, 'utf8');
}
