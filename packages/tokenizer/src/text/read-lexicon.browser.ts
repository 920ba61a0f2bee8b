// A page has no files: what it fetches is text for `parseLexicon`.
import { TextError } from './errors';
import { type Lexicon } from './pieces';

export async function readLexicon(path: string): Promise<Lexicon> {
  throw new TextError('lexicon', `${path}: a page cannot open files; give the text to parseLexicon`);
}
