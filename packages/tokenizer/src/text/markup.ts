// Inline readings: `[lead](L EH1 D)` says 'lead' as the metal, `[行长](hang2 zhang3)` the banker. A link whose parentheses hold no reading stays plain text.
import { parsePinyin, syllableSymbols } from './chinese/syllables';
import { type TextPart } from './pieces';
import { ARPABET, PUNCTUATION } from './symbols';

const MARKUP = /\[([^\][\n]{1,200})\]\(([^()\n]{1,400})\)/g;
const READING_SYMBOLS = new Set<string>([...ARPABET, ...PUNCTUATION]);

/** One ARPAbet phoneme or mark in either case, a vowel without its stress digit unstressed. */
function arpabet(text: string): string[] | undefined {
  const phoneme = text.toUpperCase();
  if (READING_SYMBOLS.has(phoneme)) return [phoneme];
  return READING_SYMBOLS.has(`${phoneme}0`) ? [`${phoneme}0`] : undefined;
}

/** One pinyin syllable with its tone: 'hang2', 'háng', 'huar1'. */
function pinyin(text: string): string[] | undefined {
  return parsePinyin(text)?.flatMap((syllable) => [...syllableSymbols(syllable)]);
}

/**
 * Phonemes of a reading in ARPAbet ('L EH1 D') or pinyin ('hang2 zhang3', 'háng zhǎng'; 5 is the neutral tone), separated by spaces;
 * undefined if it is neither. What could be both ('er1', 'ao1') is pinyin for a `word` with Chinese characters.
 */
export function parseReading(reading: string, word = ''): string[] | undefined {
  const readers = /\p{Script=Han}/u.test(word) ? [pinyin, arpabet] : [arpabet, pinyin];
  const phonemes: string[] = [];
  for (const text of reading.trim().split(/\s+/)) {
    const said = readers[0](text) ?? readers[1](text);
    if (said === undefined) return undefined;
    phonemes.push(...said);
  }
  return phonemes;
}

/** Splits `text` into plain parts and parts with a given reading. */
export function parseMarkup(text: string): { parts: TextPart[]; warnings: string[] } {
  const parts: TextPart[] = [];
  const warnings: string[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKUP)) {
    const phonemes = parseReading(match[2], match[1]);
    if (phonemes === undefined) {
      warnings.push(
        `'${match[0]}' is not taken as markup: '${match[2]}' is no reading such as 'L EH1 D' or 'hang2 zhang3'`,
      );
      continue;
    }
    if (match.index > at) parts.push({ kind: 'plain', text: text.slice(at, match.index), start: at });
    at = match.index + match[0].length;
    parts.push({ kind: 'reading', text: match[1], start: match.index, end: at, phonemes });
  }
  if (at < text.length) parts.push({ kind: 'plain', text: text.slice(at), start: at });
  return { parts, warnings };
}
