// Second stage of Chinese reading: one pass over the cleaned text. Chinese characters pass as they are; at every other place the
// rules are tried in order, and the first that matches and does not decline claims its stretch and says its normal form.

/** A stretch [start, end) of the cleaned text. */
export interface ChinesePiece {
  start: number;
  end: number;
  rule: string;
  /** `plain`: Chinese text as written. `said`: Chinese characters, marks and letter names. `foreign`: for the English half. */
  kind: 'plain' | 'said' | 'foreign';
  /** Normal form: Chinese characters, capital letters said by name and the marks `! ? … , . -`; '' says nothing. */
  said: string;
}

/** What a rule may look at besides its match. */
export interface RuleContext {
  text: string;
  start: number;
  end: number;
  /** Up to `length` characters before the match. */
  before(length: number): string;
  /** Up to `length` characters after the match. */
  after(length: number): string;
}

/** Tried where a stretch begins with a digit, a letter or another sign. `pattern` is sticky; null declines. */
export interface ChineseRule {
  name: string;
  kind?: 'said' | 'foreign';
  pattern: RegExp;
  say(match: RegExpExecArray, context: RuleContext): string | null;
}

/** The rules by what a stretch begins with. */
export interface ChineseRuleBook {
  digit: readonly ChineseRule[];
  letter: readonly ChineseRule[];
  sign: readonly ChineseRule[];
}

export function isHan(code: number): boolean {
  return (code >= 0x4e00 && code <= 0x9fff) || (code >= 0x3400 && code <= 0x4dbf) || code === 0x3007;
}

/** Marks that begin nothing else. */
const PLAIN_MARKS: Readonly<Record<string, string>> = {
  '，': ',',
  '。': '.',
  '、': ',',
  '；': ',',
  '！': '!',
  '？': '?',
  '）': ',',
  '“': '',
  '”': '',
};

/** Chinese characters outside the basic plane take two UTF-16 units. */
function hanLength(text: string, at: number): number {
  const code = text.charCodeAt(at);
  if (isHan(code)) return 1;
  if (code < 0xd840 || code > 0xd88f) return 0;
  return (text.codePointAt(at) ?? 0) >= 0x20000 ? 2 : 0;
}

/** Goes through `text`; `english` are stretches that belong to the English half whole. Spaces are claimed by no piece. */
export function scanChinese(
  text: string,
  book: ChineseRuleBook,
  english: readonly (readonly [start: number, end: number])[],
): ChinesePiece[] {
  const pieces: ChinesePiece[] = [];
  const context = {
    text,
    start: 0,
    end: 0,
    before: (length: number) => text.slice(Math.max(0, context.start - length), context.start),
    after: (length: number) => text.slice(context.end, context.end + length),
  };
  let at = 0;
  let stretch = 0;
  scanning: while (at < text.length) {
    if (stretch < english.length && english[stretch][0] === at) {
      const [start, end] = english[stretch++];
      pieces.push({ start, end, rule: 'foreign', kind: 'foreign', said: '' });
      at = end;
      continue;
    }
    let end = at;
    for (let length; end < text.length && (length = hanLength(text, end)) > 0; end += length);
    if (end > at) {
      pieces.push({ start: at, end, rule: 'word', kind: 'plain', said: text.slice(at, end) });
      at = end;
      continue;
    }
    const code = text.charCodeAt(at);
    if (code === 32) {
      at++;
      continue;
    }
    const mark = PLAIN_MARKS[text[at]];
    if (mark !== undefined) {
      pieces.push({ start: at, end: at + 1, rule: 'punctuation', kind: 'said', said: mark });
      at++;
      continue;
    }
    const isLetter =
      (code >= 97 && code <= 122) ||
      (code >= 65 && code <= 90) ||
      (code >= 0xc0 && code < 0x250 && code !== 0xd7 && code !== 0xf7);
    for (const rule of isLetter ? book.letter : code >= 48 && code <= 57 ? book.digit : book.sign) {
      rule.pattern.lastIndex = at;
      const match = rule.pattern.exec(text);
      if (match === null || match[0] === '') continue;
      context.start = at;
      context.end = at + match[0].length;
      if (stretch < english.length && context.end > english[stretch][0]) continue;
      const said = rule.say(match, context);
      if (said === null) continue;
      pieces.push({ start: at, end: context.end, rule: rule.name, kind: rule.kind ?? 'said', said });
      at = context.end;
      continue scanning;
    }
    pieces.push({ start: at, end: at + 1, rule: 'silent', kind: 'said', said: '' });
    at++;
  }
  return pieces;
}
