// Lexicon files on disk.
import fs from 'node:fs/promises';
import { parseLexicon } from './lexicon';
import { type Lexicon } from './pieces';

/** Reads a lexicon file (UTF-8). @throws TextError 'lexicon' that names the file and line; the system's error if it cannot be read. */
export async function readLexicon(path: string): Promise<Lexicon> {
  return parseLexicon(await fs.readFile(path, 'utf8'), path);
}
