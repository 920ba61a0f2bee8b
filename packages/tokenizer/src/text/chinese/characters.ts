// First stage of Chinese reading: full width to half width, compatibility forms to plain ones, traditional characters to
// simplified ones (upstream: zh_normalization/char_convert.py); what has no reading is dropped with a warning. Keeps for each
// character its place in the input, and what only the traditional form shows: 髮 is fà, 發 is fā.
import { traditionalTable } from './data';

/** Cleaned text; `origins[i]` is the input index of character i, its last entry the end of the input. */
export interface CleanChinese {
  text: string;
  origins: Int32Array;
  /** Characters without a reading, each once, in order. */
  dropped: string[];
  /** Readings that the traditional form settles, by index in `text`: 'fa4'. */
  hints: Map<number, string>;
}

/** Signs that the rules or the punctuation table read. */
const KEPT = new Set(
  '，。！？；：、…—～·“”‘’「」『』《》〈〉（）【】〔〕￥¥€£₩₽₹฿₫₺₴₱₪₿℃℉°′‰±×÷≈≠≤≥√∞πμΩ½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞–→㎡㎥㎏㎝㎜㎞㎎㏄²³⁰¹⁴⁵⁶⁷⁸⁹',
);
const RANGES = /[\u2160-\u216B\u2460-\u2473]/; // Ⅰ–Ⅻ, ①–⑳

const REPLACED: Readonly<Record<string, string>> = {
  〇: '零',
  '○': '零',
  '−': '-',
  '﹣': '-',
  '‐': '-',
  '‑': '-',
  '‒': '–',
  '―': '—',
  '─': '—',
  '~': '～',
  '〜': '～',
  '∼': '～',
  '•': '·',
  '・': '·',
  '‧': '·',
  '⋯': '…',
  '⁄': '/',
  '∶': ':',
  '￠': '',
  '″': '"',
  '„': '“',
  '‟': '“',
  '«': '《',
  '»': '》',
  '\u2126': 'Ω',
  µ: 'μ',
  '♀': '',
  '♂': '',
  '■': '，',
  '●': '，',
  '◆': '，',
  '▲': '，',
  '※': '，',
  '★': '，',
  '☆': '，',
};

const GREEK: Readonly<Record<string, string>> = {
  α: '阿尔法',
  β: '贝塔',
  γ: '伽马',
  δ: '德尔塔',
  Δ: '德尔塔',
  ε: '艾普西龙',
  θ: '西塔',
  λ: '拉姆达',
  σ: '西格玛',
  Σ: '西格玛',
  τ: '陶',
  φ: '斐',
  ψ: '普西',
  ω: '欧米伽',
};

/** Invisible by nature: dropped unsaid. */
const INVISIBLE = /[\p{M}\p{Cf}\u{1F3FB}-\u{1F3FF}]/u;
const HAN = /\p{Script=Han}/u;

/** Readings that the traditional character settles and the simplified one does not. */
const HINTS: Readonly<Record<string, string>> = {
  髮: 'fa4',
  發: 'fa1',
  隻: 'zhi1',
  乾: 'gan1',
  幹: 'gan4',
  儘: 'jin3',
  盡: 'jin4',
  捲: 'juan3',
  彆: 'bie4',
  摺: 'zhe2',
  鬥: 'dou4',
  穀: 'gu3',
  後: 'hou4',
  裡: 'li3',
  裏: 'li3',
  曆: 'li4',
  歷: 'li4',
  闆: 'ban3',
  瞭: 'liao3',
};

/** In traditional text 著 is 着 (看著), but not in these. */
const ZHU = /^(?:著(?:名|作|稱|书|書|述|者|录|錄))|(?:顯|名|原|专|專|编|編|巨|土|论|論|拙|合|卓|昭)著$/;

function cleaned(character: string): string | undefined {
  const code = character.charCodeAt(0);
  if (code >= 32 && code < 127) return character === '~' ? '～' : character === '`' ? ' ' : character;
  if (character in REPLACED) return REPLACED[character];
  if (KEPT.has(character) || RANGES.test(character)) return character;
  if (character in GREEK) return GREEK[character];
  if (character === '\n') return '\n';
  if (/[\s\p{Z}]/u.test(character)) return ' ';
  if (INVISIBLE.test(character)) return '';
  const plain = character.normalize('NFKC');
  if (plain !== character && [...plain].every((part) => /[ -}]/.test(part) || HAN.test(part) || KEPT.has(part)))
    return plain;
  if (HAN.test(character)) return character;
  // Latin letters with accents stay for the English half, which takes their accents off.
  if (/\p{Script=Latin}/u.test(character)) return character.normalize('NFKD').replace(/\p{M}/gu, '') || character;
  return undefined;
}

/** What ASCII and Chinese characters become is themselves; '~' and '`' apart. */
const isItself = (code: number) =>
  (code >= 0x4e00 && code <= 0x9fff) || (code >= 32 && code < 126 && code !== 0x60) || code === 10;

/** Cleans `input`, whose first character stands at `start` of the whole text. */
export function cleanChinese(input: string, start = 0): CleanChinese {
  const { characters, phrases } = traditionalTable();
  const hints = new Map<number, string>();
  const dropped = new Set<string>();
  let isTraditional = false;
  for (let index = 0; index < input.length && !isTraditional; index++) {
    const code = input.charCodeAt(index);
    isTraditional = code >= 0x3400 && code <= 0x9fff && characters.has(input[index]);
  }
  let text = '';
  let origins = new Int32Array(input.length + 17);
  let length = 0;
  let at = 0;
  const makeRoom = (more: number) => {
    if (length + more < origins.length) return;
    const wider = new Int32Array(2 * (length + more));
    wider.set(origins);
    origins = wider;
  };
  const add = (part: string, origin: number) => {
    makeRoom(part.length);
    text += part;
    origins.fill(origin, length, length + part.length);
    length += part.length;
  };
  scanning: while (at < input.length) {
    if (!isTraditional) {
      let end = at;
      while (end < input.length && isItself(input.charCodeAt(end))) end++;
      if (end > at) {
        text += input.slice(at, end);
        makeRoom(end - at);
        for (; at < end; at++) origins[length++] = start + at;
        continue;
      }
    }
    const code = input.charCodeAt(at);
    if (code >= 0x4e00 && code <= 0x9fff) {
      const character = input[at];
      for (const [from, to] of phrases.get(character) ?? []) {
        if (!input.startsWith(from, at)) continue;
        for (let index = 0; index < from.length; index++) add(to[index], start + at + index);
        at += from.length;
        continue scanning;
      }
      if (
        character === '著' &&
        !ZHU.test(input.slice(at, at + 2)) &&
        !ZHU.test(input.slice(Math.max(0, at - 1), at + 1))
      ) {
        add('着', start + at);
        at++;
        continue;
      }
      const hint = HINTS[character];
      if (hint !== undefined) hints.set(length, hint);
      add(character === '瞭' && input[at + 1] !== '望' ? '了' : (characters.get(character) ?? character), start + at);
      at++;
      continue;
    }
    const character = String.fromCodePoint(input.codePointAt(at) ?? 0);
    let replacement = remembered.get(character);
    if (replacement === undefined) {
      const plain = cleaned(character);
      if (plain === undefined) dropped.add(character);
      replacement = plain ?? ' ';
      if (plain !== undefined && remembered.size < 10_000) remembered.set(character, plain);
    }
    if (replacement.length === 1) add(characters.get(replacement) ?? replacement, start + at);
    else for (const part of replacement) add(characters.get(part) ?? part, start + at);
    at += character.length;
  }
  origins[length] = start + input.length;
  return { text, origins: origins.subarray(0, length + 1), dropped: [...dropped], hints };
}

/** What characters became. */
const remembered = new Map<string, string>();
