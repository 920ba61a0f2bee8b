// Second stage of English reading: a scanner that goes through the cleaned text once. At each place the rules that can begin
// with that character are tried in order; the first that matches and does not decline claims its stretch of text and says
// its normal form. So every normal form has one source stretch and one rule, which `explain` shows.

/** One word, letter name or mark of the normal form. A letter is a single capital; a mark is one of `! ? … , . -`. */
export interface Token {
  text: string;
  kind: 'word' | 'letter' | 'mark';
  /** Set where the reading is already known (markup). */
  phonemes?: string[];
}

/** A stretch [start, end) of the cleaned text with its normal form. */
export interface NormalPiece {
  start: number;
  end: number;
  rule: string;
  tokens: Token[];
}

/** What a rule may look at besides its match. */
export interface RuleContext {
  text: string;
  start: number;
  end: number;
  /** Pieces before this one; the last is the nearest. */
  pieces: readonly NormalPiece[];
  /** Text of the token before, '' at the beginning. */
  previous: string;
  /** Whether `pattern` (sticky) matches right after this match. */
  followedBy(pattern: RegExp): boolean;
}

/**
 * A normal form: tokens, or a string in which spaces separate words, a single capital is a letter said by its name and
 * `! ? … , . -` alone are marks: 'three thirty P M'. '' claims the text and says nothing; null declines.
 */
export type Spoken = string | Token[] | null;

/** `pattern` is sticky. `say` gives the normal form. */
export interface Rule {
  name: string;
  pattern: RegExp;
  say(match: RegExpExecArray, context: RuleContext): Spoken;
}

const MARK = /^[!?….,-]$/;

/** Reads the string form of `Spoken`. */
export function tokens(spoken: string): Token[] {
  const result: Token[] = [];
  for (const text of spoken.split(' ')) {
    if (text === '') continue;
    result.push({ text, kind: MARK.test(text) ? 'mark' : /^[A-Z]$/.test(text) ? 'letter' : 'word' });
  }
  return result;
}

/** 'USA' → 'U S A'. */
export function spell(letters: string): string {
  return [...letters.toUpperCase()].join(' ');
}

/** Rules by what a stretch begins with. */
export interface RuleBook {
  letter: readonly Rule[];
  digit: readonly Rule[];
  other: readonly Rule[];
}

/** The common case: a word that no rule is interested in, perhaps with the full stop of its sentence. */
const PLAIN_WORD = /[A-Za-z][a-z]+(?:'[a-z]+)?(?=[ \n,;!?]|$|\.(?:[ \n]|$))/y;

/** Which plain words must go through the rules. */
export interface SpecialWords {
  /** Wherever they stand, in small letters. */
  anywhere: ReadonlySet<string>;
  /** Before a full stop, in small letters. */
  dotted: ReadonlySet<string>;
  /** With a capital: names of months and days. */
  capitalized: ReadonlySet<string>;
}

function isSpecial(word: string, isDotted: boolean, { anywhere, dotted, capitalized }: SpecialWords): boolean {
  const code = word.charCodeAt(0);
  if (code >= 97) return anywhere.has(word) || (isDotted && dotted.has(word));
  const small = word.toLowerCase();
  return capitalized.has(word) || anywhere.has(small) || (isDotted && dotted.has(small));
}

/** Goes through `text`; `special` names plain words that must go through the rules. Space is claimed by no piece. */
export function scan(text: string, book: RuleBook, special: SpecialWords): NormalPiece[] {
  const pieces: NormalPiece[] = [];
  let at = 0;
  const context = {
    text,
    start: 0,
    end: 0,
    pieces,
    previous: '',
    followedBy(pattern: RegExp) {
      pattern.lastIndex = context.end;
      return pattern.test(text);
    },
  };
  const claim = (end: number, rule: string, said: Token[]) => {
    pieces.push({ start: at, end, rule, tokens: said });
    if (said.length > 0) context.previous = said[said.length - 1].text;
    at = end;
  };
  scanning: while (at < text.length) {
    const code = text.charCodeAt(at);
    if (code === 32 || code === 10) {
      at++;
      continue;
    }
    const isLetter = (code >= 97 && code <= 122) || (code >= 65 && code <= 90);
    if (isLetter) {
      PLAIN_WORD.lastIndex = at;
      if (PLAIN_WORD.test(text)) {
        const end = PLAIN_WORD.lastIndex;
        const word = text.slice(at, end);
        if (!isSpecial(word, text.charCodeAt(end) === 46, special)) {
          claim(end, 'word', [{ text: word, kind: 'word' }]);
          continue;
        }
      }
    }
    const isDigit = code >= 48 && code <= 57;
    for (const rule of isLetter ? book.letter : isDigit ? book.digit : book.other) {
      rule.pattern.lastIndex = at;
      const match = rule.pattern.exec(text);
      if (match === null || match[0] === '') continue;
      context.start = at;
      context.end = at + match[0].length;
      const said = rule.say(match, context);
      if (said === null) continue;
      claim(context.end, rule.name, typeof said === 'string' ? tokens(said) : said);
      continue scanning;
    }
    claim(at + 1, 'silent', []); // brackets, quotation marks and other characters that are not said
  }
  return pieces;
}
