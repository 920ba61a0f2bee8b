// Words of a user's lexicon that contain Chinese characters, found in the text before everything else; the longest wins.
import { type Lexicon, type TextPart } from '../pieces';

/** Whether `character` (one code point) is a Chinese character. */
export function isHanCharacter(character: string): boolean {
  return /^\p{Script=Han}$/u.test(character);
}

const indexes = new WeakMap<Lexicon, ReadonlyMap<string, readonly string[]>>();

/** Words with Chinese characters by their first character, the longest first. */
function indexOf(lexicon: Lexicon): ReadonlyMap<string, readonly string[]> {
  let index = indexes.get(lexicon);
  if (index === undefined) {
    const words = new Map<string, string[]>();
    for (const word of lexicon.keys()) {
      if (!/\p{Script=Han}/u.test(word)) continue;
      words.set(word[0], [...(words.get(word[0]) ?? []), word]);
    }
    for (const list of words.values()) list.sort((a, b) => b.length - a.length);
    indexes.set(lexicon, words);
    index = words;
  }
  return index;
}

/** Cuts the plain parts where the lexicon's words stand. */
export function splitByLexicon(parts: readonly TextPart[], lexicon: Lexicon): TextPart[] {
  const index = indexOf(lexicon);
  if (index.size === 0) return [...parts];
  return parts.flatMap((part) => (part.kind === 'plain' ? split(part.text, part.start, index, lexicon) : [part]));
}

function split(
  text: string,
  offset: number,
  index: ReadonlyMap<string, readonly string[]>,
  lexicon: Lexicon,
): TextPart[] {
  const parts: TextPart[] = [];
  const lower = text.toLowerCase();
  if (lower.length !== text.length) return [{ kind: 'plain', text, start: offset }];
  let begin = 0;
  const flush = (end: number) => {
    if (end > begin) parts.push({ kind: 'plain', text: text.slice(begin, end), start: offset + begin });
  };
  for (let at = 0; at < lower.length; at++) {
    const word = index.get(lower[at])?.find((candidate) => lower.startsWith(candidate, at));
    const phonemes = word === undefined ? undefined : lexicon.get(word);
    if (word === undefined || phonemes === undefined) continue;
    flush(at);
    begin = at + word.length;
    parts.push({
      kind: 'reading',
      text: text.slice(at, begin),
      start: offset + at,
      end: offset + begin,
      phonemes: [...phonemes],
      source: 'lexicon',
    });
    at = begin - 1;
  }
  flush(text.length);
  return parts;
}
