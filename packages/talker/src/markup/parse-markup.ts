// A text with markup → what is said, how, and with which pauses.
import { MarkedTextBuilder, type Marked } from './marked-text';
import { addPlainText, isSoundOrPause } from './plain-marks';
import { SSML_TAG, addSsml } from './ssml';

/** Whether `parseMarkup` would change anything about a text. */
export function mayHaveMarkup(text: string): boolean {
  return /[[(*<{_（【]/u.test(text);
}

/** Whether a text is a document of SSML, of which a part alone means nothing. */
export function isSsmlDocument(text: string): boolean {
  return /^\s*(?:<\?xml[^>]*>\s*)?(?:<!DOCTYPE\b|<speak[\s>])/iu.test(text);
}

/** What is left open of a sentence is read on for this many characters, and no further. */
const LONGEST_OPEN = 600;
/** Tags, brackets, and elements whose text is replaced, that are not closed. */
const OPEN = [
  /<[a-z/!?][^<>]*$/iu,
  /\[[^\][\n]{0,200}$/u,
  /\[[^\][\n]{1,200}\]\([^()\n]{0,400}$/u,
  /<(sub|phoneme)\b(?:[^<>]*[^/<>])?>(?![\s\S]*<\/\1\s*>)/iu,
];
/** What follows brackets may be the address of a link. */
const BRACKETED = /\[([^\][\n]{1,200})\]$/u;
/** Marks that are too short to go on behind the end of a sentence. */
const SHORT = /(?:[({（【]|\*{1,3}|(?<![\p{L}\p{N}_])_{1,2}|<)[^)}）】*_<>\n]{0,40}$/u;

/** Where a mark begins in which a text ends, so that the mark's end has to be awaited; −1 where it ends in none. */
export function placeOfOpenMark(text: string, { short = false } = {}): number {
  const before = Math.max(0, text.length - LONGEST_OPEN);
  const tail = text.slice(before);
  const found = [...OPEN, ...(short ? [SHORT] : [])].map((pattern) => tail.search(pattern)).filter((at) => at >= 0);
  const [, label] = BRACKETED.exec(tail) ?? [];
  if (label !== undefined && !isSoundOrPause(label)) found.push(tail.search(BRACKETED));
  return found.length === 0 ? -1 : before + Math.min(...found);
}

/** How much of a text's beginning markup leaves as it is. */
export function plainLength(text: string): number {
  if (!mayHaveMarkup(text)) return text.length;
  const { parts, warnings } = parseMarkup(text);
  const [first] = parts;
  if (!first || first.pauseSeconds > 0 || first.marks.length > 0 || Object.keys(first.manner).length > 0) return 0;
  let length = 0;
  while (length < first.text.length && first.text[length] === text[length]) length++;
  return length === text.length && warnings.length > 0 ? 0 : length;
}

/**
 * @param from where the text begins in what was given
 * @param open tags before the text that decide how it is said, as `Marked.open` of what came before
 */
export function parseMarkup(text: string, from = 0, open: readonly string[] = []): Marked {
  const into = new MarkedTextBuilder();
  const before = open.join('');
  if (before === '' && !SSML_TAG.test(text)) {
    addPlainText(text, from, {}, into);
    return into.finish();
  }
  const stillOpen = addSsml(before + text, from - before.length, {}, into);
  return into.finish(stillOpen);
}
