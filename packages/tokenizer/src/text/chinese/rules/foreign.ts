// What the English half reads inside Chinese text, and where its own rules for numbers hold.
import { type ChineseRule } from '../scanner';
import { sticky } from './patterns';

/** Capitals joined to a number are letters: G20, MP3, GPT-4. */
const LETTERED: ChineseRule = {
  name: 'letters',
  pattern: sticky(String.raw`[A-Z]{1,4}(?=-?\d)`),
  say: ([letters], { before }) => (/[A-Za-z]$/.test(before(1)) ? null : letters),
};

/** One letter by itself is said by its name. */
const LETTER: ChineseRule = {
  name: 'letter',
  pattern: sticky(String.raw`[A-Za-z](?![A-Za-z'’&@.]|[/ ][A-Za-z]|-[A-Za-z](?![=+²]))`),
  say: ([letter], { before }) => (/[A-Za-z]['’ -]?$/.test(before(2)) ? null : letter.toUpperCase()),
};

const WEB: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(
    String.raw`(?:https?:\/\/|www\.)[\w.\-/%?=&#~:+]*[\w/]|[A-Za-z0-9][\w.+-]*@[\w-]+(?:\.[\w-]+)+|[A-Za-z0-9][\w-]*(?:\.[\w-]+)*\.(?:com|cn|org|net|edu|gov|io|ai|dev|app|me|tv|co)(?:\/[\w.\-/%?=&#~:+]*[\w/])?(?![A-Za-z0-9])`,
  ),
  say: () => '',
};

/** Words with spaces between them, apostrophes and the like inside; no numbers. */
const WORDS: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(
    String.raw`\p{Script=Latin}(?:[\p{Script=Latin}'’&]|[-/](?=\p{Script=Latin})|\. ?(?=\p{Script=Latin})| +(?=\p{Script=Latin}))*`,
  ),
  say: () => '',
};

export const WEB_RULE = WEB;
export const FOREIGN_RULES: readonly ChineseRule[] = [WEB, LETTERED, LETTER, WORDS];

/** What ends a stretch without Chinese in it. */
const STRETCH = /[^\u3400-\u4dbf\u4e00-\u9fff，。！？；：、…—～“”‘’「」『』《》〈〉（）【】\n]+/g;
const SENTENCE_END = /(?<=[.!?;]["')\]]*)\s+/;
const WORD = /(?<![\p{L}\d])\p{Script=Latin}[\p{Script=Latin}'’]*/gu;
const COMMON = /^(?:[a-z]{2,}(?:['’][a-z]+)?|I|a|A)$/;

/**
 * Stretches of `text` that are English clauses, numbers included: whole clauses of two words or more, and three common words or
 * more inside a Chinese sentence. Other foreign words are read one by one, and the numbers beside them are Chinese.
 */
export function englishStretches(text: string): (readonly [start: number, end: number])[] {
  const stretches: (readonly [number, number])[] = [];
  for (const match of text.matchAll(STRETCH)) {
    if (!/[A-Za-z]/.test(match[0])) continue;
    let start = match.index;
    const runEnd = match.index + match[0].length;
    const beginsInside = match.index > 0 && isChinese(text.charCodeAt(match.index - 1));
    const endsInside = runEnd < text.length && isChinese(text.charCodeAt(runEnd));
    const sentences = match[0].split(SENTENCE_END);
    sentences.forEach((sentence, index) => {
      const at = text.indexOf(sentence, start);
      start = at + sentence.length;
      const words = sentence.match(WORD) ?? [];
      const common = words.filter((word) => COMMON.test(word)).length;
      const inside = (index === 0 && beginsInside) || (index === sentences.length - 1 && endsInside);
      if (!words.some((word) => word.length > 1 && COMMON.test(word))) return;
      if (!(inside ? common >= 3 : common >= 2 || (common >= 1 && words.length >= 2))) return;
      const trimmed = sentence.trimEnd();
      const lead = trimmed.length - trimmed.trimStart().length;
      stretches.push([at + lead, at + trimmed.length]);
    });
  }
  return stretches;
}

const isChinese = (code: number) => (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf);
