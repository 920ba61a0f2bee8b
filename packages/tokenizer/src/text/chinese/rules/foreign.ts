// What the English half reads inside Chinese text, and where its own rules for numbers hold.
import { englishDictionary } from '../../english/dictionary';
import { type ChineseRule } from '../scanner';
import { sticky } from './patterns';

/** Capitals joined to a number are letters: G20, MP3, GPT-4. */
const LETTERED: ChineseRule = {
  name: 'letters',
  pattern: sticky(String.raw`[A-Z]{1,4}(?=-?\d)`),
  say: ([letters], { before }) => (/[A-Za-z]$/.test(before(1)) ? null : letters),
};

/** IPv4 */
const PROTOCOL: ChineseRule = { name: 'letters', pattern: sticky('IPv(?=[46])'), say: () => 'IPV' };

/** One letter by itself is said by its name. */
const LETTER: ChineseRule = {
  name: 'letter',
  pattern: sticky(String.raw`[A-Za-z](?![A-Za-z'’&@.]|[/ ][A-Za-z]|-[A-Za-z](?![=+²]))`),
  say: ([letter], { before }) => (/[A-Za-z]['’ -]?$/.test(before(2)) ? null : letter.toUpperCase()),
};

/** C#, F#: the English half says the sign; so it does in .NET and No.1. */
const SHARP: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(String.raw`[A-Z]#(?![\w#])`),
  say: () => '',
};
const NUMBERED: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(String.raw`(?:No|NO)\. ?\d{1,2}(?![\d.])`),
  say: (_, { before }) => (/[A-Za-z]$/.test(before(1)) ? null : ''),
};
export const DOTTED_RULE: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(String.raw`\.NET(?![A-Za-z])`),
  say: () => '',
};

/** Letters of the net and of business, written small: what has no vowel, and what is listed (网络缩写逐字母读). */
const SPELT_SMALL = new Set(
  (
    'kpi okr awsl ipo ceo cfo cto coo cpu gpu npu api app ai vr ar ui ux hr pr it id ip qa ktv dna rna atm pua kol koc ugc pgc npc ' +
    'vip kfc nba cba mba emba ppt pdf usb pc cd dvd tv gps led lcd lol moba rpg fps cos cp diy diss saas iot rom ram sop roi gdp cpi icu ct ' +
    'gpa gre cpa cfa erp oa sku uv oem odm ota esg etf aigc agi dau mau url uid os ios toc tob ' +
    'ok u u1s1 yyds xswl zqsg nsdd bgm ddl gg'
  )
    .split(' ')
    .filter((word) => !['app', 'cos', 'diss', 'saas', 'ram', 'rom', 'ok', 'it', 'moba', 'u', 'u1s1'].includes(word)),
);
const SLANG: ChineseRule = {
  name: 'letters',
  pattern: sticky(String.raw`[a-z]{2,8}(?![A-Za-z'’@_&]|[.-][A-Za-z\d]| [A-Za-z])`),
  say([letters], { before }) {
    if (/[A-Za-z'’.@/_&-]\s?$/.test(before(2))) return null;
    if (SPELT_SMALL.has(letters)) return letters.toUpperCase();
    if (
      /[aeiou]/.test(letters) ||
      /^(?:hm+|mm+|sh+|psst|pst|my|by|why|try|dry|cry|fly|sky|shy|gym|rhythm|lynx|nth|tv)$/.test(letters)
    )
      return null;
    return englishDictionary().lookup(letters) === undefined || /^(.)\1+$/.test(letters) ? letters.toUpperCase() : null;
  },
};

const WEB: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(
    String.raw`(?:https?:\/\/|www\.)[\w.\-/%?=&#~:+]{0,2000}[\w/]|[A-Za-z0-9][\w.+-]{0,63}@[\w-]{1,63}(?:\.[\w-]{1,63}){1,8}|[A-Za-z0-9][\w-]{0,62}(?:\.[\w-]{1,62}){0,6}\.(?:com|cn|org|net|edu|gov|io|ai|dev|app|me|tv|co)(?:\/[\w.\-/%?=&#~:+]{0,2000}[\w/])?(?![A-Za-z0-9])`,
  ),
  say: () => '',
};

/** Words with spaces between them, apostrophes and the like inside; no numbers. */
const WORDS: ChineseRule = {
  name: 'foreign',
  kind: 'foreign',
  pattern: sticky(
    String.raw`\p{Script=Latin}(?:[\p{Script=Latin}'’&]|-(?=\p{Script=Latin})|\. ?(?=\p{Script=Latin})| +(?!(?:No|NO)\. ?\d)(?=\p{Script=Latin}))*`,
  ),
  say: () => '',
};

export const WEB_RULE = WEB;
export const FOREIGN_RULES: readonly ChineseRule[] = [WEB, NUMBERED, SHARP, PROTOCOL, LETTERED, LETTER, SLANG, WORDS];

/** What ends a stretch without Chinese in it. */
const STRETCH = /[^\u3400-\u4dbf\u4e00-\u9fff，。！？；：、…—～“”‘’「」『』《》〈〉（）【】\n]+/g;
const SENTENCE_END = /(?<=[.!?;]["')\]]{0,4})\s+/;
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
