// Inline readings: `[lead](L EH1 D)` says 'lead' as the metal. A link whose parentheses hold no reading stays plain text.
import { type TextPart } from './pieces';
import { ARPABET, PUNCTUATION } from './symbols';

const MARKUP = /\[([^\][\n]{1,200})\]\(([^()\n]{1,400})\)/g;
const READING_SYMBOLS = new Set<string>([...ARPABET, ...PUNCTUATION]);

/** ARPAbet phonemes separated by spaces, vowels with their stress digit (0 is assumed); undefined if it is none. */
export function parseReading(reading: string): string[] | undefined {
  const phonemes = reading
    .trim()
    .toUpperCase()
    .split(/\s+/)
    .map((phoneme) =>
      READING_SYMBOLS.has(phoneme) ? phoneme : READING_SYMBOLS.has(`${phoneme}0`) ? `${phoneme}0` : undefined,
    );
  return phonemes.includes(undefined) ? undefined : (phonemes as string[]);
}

/** Splits `text` into plain parts and parts with a given reading. */
export function parseMarkup(text: string): { parts: TextPart[]; warnings: string[] } {
  const parts: TextPart[] = [];
  const warnings: string[] = [];
  let at = 0;
  for (const match of text.matchAll(MARKUP)) {
    const phonemes = parseReading(match[2]);
    if (phonemes === undefined) {
      warnings.push(`'${match[0]}' is not taken as markup: '${match[2]}' is no ARPAbet reading such as 'L EH1 D'`);
      continue;
    }
    if (match.index > at) parts.push({ kind: 'plain', text: text.slice(at, match.index), start: at });
    at = match.index + match[0].length;
    parts.push({ kind: 'reading', text: match[1], start: match.index, end: at, phonemes });
  }
  if (at < text.length) parts.push({ kind: 'plain', text: text.slice(at), start: at });
  return { parts, warnings };
}
