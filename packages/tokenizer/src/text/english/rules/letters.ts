// Words of capitals and words with digits or inner capitals: Roman numerals, initialisms ('FBI', 'PCs'), models ('MP3', 'B2B'),
// camel case ('OpenAI', 'JavaScript').
import { NUMBERED_THINGS, REGNAL_NAMES, SPELT_ACRONYMS, SPOKEN_ACRONYMS } from '../abbreviations';
import { cardinal, ordinal, pairs, pluralOf, powerOf, year } from '../numbers';
import { type Rule, type RuleContext, type Token, spell, tokens } from '../scanner';
import { SUPERSCRIPT, exponent } from './patterns';
import { UNITS } from '../units';

/** What the letter rules ask the dictionary. */
export interface Words {
  has(word: string): boolean;
}

const ROMAN = /^M{0,3}(?:CM|CD|D?C{0,3})(?:XC|XL|L?X{0,3})(?:IX|IV|V?I{0,3})$/;
const ROMAN_DIGITS: Record<string, number> = { I: 1, V: 5, X: 10, L: 50, C: 100, D: 500, M: 1000 };

/** 'XIV' → 14; undefined if it is no Roman numeral. */
export function romanValue(letters: string): number | undefined {
  if (letters === '' || !ROMAN.test(letters)) return undefined;
  let value = 0;
  for (let index = 0; index < letters.length; index++) {
    const digit = ROMAN_DIGITS[letters[index]];
    value += digit < (ROMAN_DIGITS[letters[index + 1]] ?? 0) ? -digit : digit;
  }
  return value;
}

function roman(letters: string, context: RuleContext): string | null {
  const value = romanValue(letters);
  if (value === undefined) return null;
  const before = context.previous.replace(/'s$/, '').toLowerCase();
  if (NUMBERED_THINGS.has(before)) return cardinal(String(value));
  if (!/^[A-Z]/.test(context.previous) || value > 50) return null;
  if (REGNAL_NAMES.has(before)) {
    // 'Elizabeth I' is a queen, 'Elizabeth I think' is not; 'Malcolm X' and 'Henry V' need no help.
    if (letters === 'I' && !context.followedBy(/[,.;:)]|'s|$| (?:was|of|ruled|reigned|died|became|and)\b/y))
      return null;
    if (letters === 'X' && before === 'malcolm') return null;
    return `the ${ordinal(String(value))}`;
  }
  // Any other capitalised word: 'Apollo XI', 'Type II'; single letters and real initials stay letters.
  return letters.length >= 2 && value <= 39 && /[IVX]{2,}/.test(letters) ? cardinal(String(value)) : null;
}

/** Whether the words beside this one are in capitals too: then capitals are loud words, not initialisms. */
function isShouted(context: RuleContext): boolean {
  const before = /[A-Z]{2,}[^A-Za-z\n]*$/.test(context.text.slice(Math.max(0, context.start - 24), context.start));
  return before || context.followedBy(/[^A-Za-z\n]{0,3}[A-Z]{2,}(?![A-Za-z])/y);
}

const VOWEL = /[AEIOUY]/;

/** Whether capitals are said letter by letter here. */
function isSpelt(letters: string, context: RuleContext, words: Words): boolean {
  if (SPOKEN_ACRONYMS.has(letters)) return false;
  const isWord = words.has(letters.toLowerCase());
  if (isWord && isShouted(context))
    return (
      SPELT_ACRONYMS.has(letters) &&
      !/^(?:IT|US|AM|AD|ID|MA|PA|ACT|SAT|RIP|UPS|LA|ER|EM|EN|OP|CO|DI|LE|LI|GA|IO|KO|BI|SA|SEC|COB|FOB|ERA|SAP|TIL)$/.test(
        letters,
      )
    );
  if (letters === 'AM' && context.previous === 'I') return false;
  if (letters === 'WHO') return context.previous.toLowerCase() === 'the';
  if (SPELT_ACRONYMS.has(letters)) return true;
  if (isWord) return false;
  return letters.length <= 4 || !VOWEL.test(letters) || !/[AEIOUY].?.?[AEIOUY]|[AEIOUY][^AEIOUY]{0,2}$/.test(letters);
}

const word = (text: string): Token => ({ text, kind: 'word' });
const letter = (text: string): Token => ({ text, kind: 'letter' });

/** Tokens of spelt capitals with an ending: 'FBI' + "'s" → F B I's. The ending is said with the last letter. */
function spelt(letters: string, ending: string): Token[] {
  const result = [...letters].map(letter);
  if (ending !== '') result[result.length - 1] = { text: `${letters[letters.length - 1]}'s`, kind: 'letter' };
  return result;
}

/** One run of a word with digits or inner capitals. */
function runTokens(run: string, index: number, words: Words): Token[] {
  if (/^\d/.test(run))
    return tokens(index === 0 ? cardinal(run) : /^(?:19|20)\d\d$/.test(run) ? year(run) : pairs(run));
  if (/^[A-Z]{1,5}$/.test(run))
    return SPOKEN_ACRONYMS.has(run) || (run.length > 3 && words.has(run.toLowerCase()))
      ? [word(run)]
      : tokens(spell(run));
  if (run.length === 1) return tokens(spell(run));
  return words.has(run.toLowerCase()) || /[aeiouy]/i.test(run) ? [word(run)] : tokens(spell(run));
}

/** Rules that begin with a letter; `words` is the dictionary. */
export function letterRules(words: Words): readonly Rule[] {
  return [
    {
      name: 'Roman numeral',
      pattern: /([IVXLCDM]+)('s)?(?![A-Za-z0-9-])/y,
      say(match, context) {
        const said = roman(match[1], context);
        return said === null ? null : said + (match[2] ?? '');
      },
    },
    { name: 'initialism', pattern: /utf-?(8|16|32)(?![A-Za-z0-9])/y, say: ([, bits]) => `U T F ${cardinal(bits)}` },
    { name: 'initialism', pattern: /IPv([46])(?![A-Za-z0-9])/y, say: ([, version]) => `I P V ${cardinal(version)}` },
    {
      // 'S02E05'
      name: 'episode',
      pattern: /S(\d{1,2}) ?E(\d{1,2})(?![A-Za-z0-9])/y,
      say: ([, season, episode]) => `season ${cardinal(season)} episode ${cardinal(episode)}`,
    },
    {
      name: 'world war',
      pattern: /WW(I{1,3}|[12])('s)?(?![A-Za-z0-9])/y,
      say: ([, number, ending = '']) =>
        `World War ${['one', 'two', 'three'][/\d/.test(number) ? Number(number) - 1 : number.length - 1]}${ending}`,
    },
    {
      name: 'letters and sign',
      pattern: /([A-Z])(\+\+|#)(?![A-Za-z0-9])/y,
      say: ([, name, sign]) => `${name} ${sign === '#' ? 'sharp' : 'plus plus'}`,
    },
    {
      name: 'power',
      // 'x²', 'mc²'; 'km²' is a unit
      pattern: new RegExp(`([A-Za-z]{1,2})(${SUPERSCRIPT})`, 'y'),
      say: ([all, name, power]) =>
        name.length > 1 && Object.hasOwn(UNITS, all) ? UNITS[all][0] : `${spell(name)} ${powerOf(exponent(power))}`,
    },
    {
      name: 'grade',
      pattern: /([A-D])([+-])(?=[\s,.;!?)]|$)/y,
      say: ([, name, sign]) => `${name} ${sign === '+' ? 'plus' : 'minus'}`,
    },
    {
      name: 'initialism',
      pattern: /([A-Z])\s?&\s?([A-Z])(?![A-Za-z])|([A-Z]{1,3})&([A-Z]{1,3})(?![A-Za-z])/y,
      say: ([, a, b, c, d]) => `${spell(a ?? c)} and ${spell(b ?? d)}`,
    },
    {
      name: 'initialism',
      pattern: /([A-Z]{2,})(s|'s|s')?(?![A-Za-z0-9]|'[A-Za-z]|-\d)/y,
      say: ([all, letters, ending = ''], context) => {
        if (isSpelt(letters, context, words)) return spelt(letters, ending);
        return SPOKEN_ACRONYMS.has(letters) || words.has(letters.toLowerCase()) ? [word(all)] : null;
      },
    },
    {
      // 'IMDb'
      name: 'initialism',
      pattern: /[A-Z]{2,}[bcdfghjkmnpqtvwxz](?![A-Za-z0-9'])/y,
      say: ([letters]) => (words.has(letters.toLowerCase()) ? null : spell(letters)),
    },
    {
      name: 'model name',
      // At least one digit; hyphens after capitals join: 'MP3', 'F-16', 'GPT-4o', 'COVID-19', but not 'mid-1990s'.
      pattern: /(?:[A-Z][A-Za-z]*(?:-?\d+[A-Za-z]*)+|[a-z]+(?:\d+[A-Za-z]*)+)(?![A-Za-z0-9])/y,
      say([all]) {
        const runs = all.match(/\d+|[A-Z]+(?![a-z])|[A-Z]?[a-z]+|[A-Z]/g) ?? [];
        // 'H100s': more than one
        if (/\ds$/.test(all) && runs.length > 2) {
          const many = runs[runs.length - 2];
          return [
            ...runs.slice(0, -2).flatMap((run, index) => runTokens(run, index, words)),
            ...tokens(pluralOf(pairs(many))),
          ];
        }
        return runs.flatMap((run, index) => runTokens(run, index, words));
      },
    },
    {
      name: 'camel case',
      pattern: /[A-Z]?[a-z]+(?:[A-Z][a-z]*)+(?![A-Za-z0-9])|[A-Z]{2,}[a-z]{2,}(?![A-Za-z0-9])/y,
      say([all]) {
        if (words.has(all.toLowerCase())) return null;
        const runs = all.match(/[A-Z]+(?![a-z])|[A-Z]?[a-z]+/g) ?? [];
        if (runs.length < 2 || /^(?:Mc|Mac|De|Di|La|Le|Van|Von|Fitz|O)$/.test(runs[0] ?? '')) return null;
        return runs.flatMap((run) => runTokens(run, 0, words));
      },
    },
  ];
}
