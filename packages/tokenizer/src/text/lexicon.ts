// Lexicon files: readings that override every dictionary. One word a line, then its phonemes, with spaces or a tab between;
// '#' begins a comment. Readings are ARPAbet or pinyin:
//
//   GIF      JH IH1 F
//   Nguyen   W IH1 N     # as he says it
//   行长      hang2 zhang3
import { TextError } from './errors';
import { parseReading } from './markup';
import { type Lexicon } from './pieces';

/** Reads the text of a lexicon file. @throws TextError 'lexicon' that names the line. */
export function parseLexicon(text: string, name = 'lexicon'): Lexicon {
  const entries = new Map<string, readonly string[]>();
  text.split(/\r?\n/).forEach((raw, index) => {
    const comment = raw.search(/(?:^|\s)#/);
    const line = (comment === -1 ? raw : raw.slice(0, comment)).trim();
    if (line === '') return;
    const gap = line.search(/\s/);
    const [word, reading] = gap === -1 ? [line] : [line.slice(0, gap), line.slice(gap).trim()];
    const phonemes = reading === undefined ? undefined : parseReading(reading, word);
    if (phonemes === undefined) {
      throw new TextError(
        'lexicon',
        `${name}, line ${index + 1}: '${line}' is no word and its reading, such as 'GIF JH IH1 F' or '行长 hang2 zhang3'`,
      );
    }
    entries.set(word.toLowerCase(), phonemes);
  });
  return entries;
}
