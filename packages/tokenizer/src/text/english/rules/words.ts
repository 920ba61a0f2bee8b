// What the other rules leave: words, punctuation marks and signs.
import { powerOf } from '../numbers';
import { type Rule, spell } from '../scanner';
import { UNITS } from '../units';
import { SUPERSCRIPT, exponent } from './patterns';

/** 'A 5 mile run', 'A 20% cut', 'A $5 bill': a quantity that describes what follows. */
const QUANTITY = / [$€£¥₩₹₽₫₺₴]?\d[\d,./ ]{0,15}(?:%|[ -]?[a-z]|[A-Z] [a-z])/y;

/** Rules that begin with a letter. */
export const WORD_RULES: readonly Rule[] = [
  {
    // A letter alone is said by its name, but 'a' and 'I' are words ('A dog', 'I see').
    name: 'letter',
    pattern: /[A-Za-z](?![A-Za-z0-9]|'[A-Za-z])/y,
    say([letter], context) {
      if (letter === 'I' || letter === 'i') return [{ text: 'I', kind: 'word' }];
      if (letter.toLowerCase() === 'a' && context.followedBy(/ ?[=+<>*^×÷] ?/y)) return [{ text: 'A', kind: 'letter' }];
      if (
        letter === 'a' ||
        (letter === 'A' &&
          (context.followedBy(/ ["'(]?[A-Za-z]/y) ||
            (/^(?:|[.!?])$/.test(context.previous) && context.followedBy(QUANTITY))) &&
          !/^(?:vitamin|plan|grade|type|hepatitis|section|group|team|letter|option|exhibit|part|series|class|level|appendix|point|an|the|influenza)$/i.test(
            context.previous,
          ))
      ) {
        return [{ text: letter, kind: 'word' }];
      }
      return [{ text: letter.toUpperCase(), kind: 'letter' }];
    },
  },
  { name: 'letters', pattern: /[a-z]{2}(?=\^)/y, say: ([letters]) => spell(letters) },
  {
    name: 'letters',
    pattern: /([A-Za-z])'s(?![A-Za-z])/y,
    say: ([, letter]) => [{ text: `${letter.toUpperCase()}'s`, kind: 'letter' }],
  },
  {
    name: 'word',
    pattern: /[A-Za-z]+(?:'[A-Za-z]+)*(?:'(?![A-Za-z0-9"]))?/y,
    say([word], context) {
      // A last apostrophe belongs to "dogs'" and "goin'", not to a word that another apostrophe quotes.
      if (word.endsWith("'") && (!/(?:s|in)'$/.test(word) || context.text[context.start - 1] === "'")) {
        context.end--;
        return [{ text: word.slice(0, -1), kind: 'word' }];
      }
      return [{ text: word, kind: 'word' }];
    },
  },
];

/** Units after '/'. */
const PER: Readonly<Record<string, string>> = {
  d: 'day',
  bbl: 'barrel',
  ...Object.fromEntries(
    's sec min h hr wk mo yr kg g L l ml mL m km cm mm lb gal oz ft in m² km² cm² mm² in² ft² m³ cm³ in³ ft³'
      .split(' ')
      .map((unit) => [unit, UNITS[unit][0]]),
  ),
};
const PER_UNIT = Object.keys(PER)
  .sort((a, b) => b.length - a.length)
  .join('|');

/** Rules that begin with a sign. */
export const SIGN_RULES: readonly Rule[] = [
  {
    name: 'word',
    pattern: /'(?:em|tis|twas|til|cause|bout|round|n|kay|till|cos|cuz)(?![A-Za-z])/iy,
    say: ([word]) => [{ text: word, kind: 'word' }],
  },
  { name: 'sign', pattern: /\.(?=NET\b)/y, say: () => 'dot' },
  { name: 'punctuation', pattern: /\.{2,}|[…]+\.*|\. \. \./y, say: () => '.' },
  // A full stop before a comma, or in brackets that the sentence goes on after, belongs to an abbreviation: 'utilities incl., heat'.
  { name: 'punctuation', pattern: /\.(?=,|\) [a-z])/y, say: () => '' },
  {
    // Code: '&&', '||', '!=', '=>'
    name: 'sign',
    pattern: /&&|\|\||!==?(?=[\s\w"'])|=>/y,
    say: ([sign]) => (sign === '&&' ? 'and' : sign === '||' ? 'or' : sign === '=>' ? ',' : 'not equal to'),
  },
  {
    // 'x^2', '(a+b)^n'
    name: 'power',
    pattern: /\^\s?(-?\d{1,4}|[A-Za-z])(?![A-Za-z\d])/y,
    say: ([, power], context) => (/[A-Za-z\d)]/.test(context.text[context.start - 1] ?? '') ? powerOf(power) : null),
  },
  {
    // '(a+b)³'; after a word it is the number of a footnote
    name: 'power',
    pattern: new RegExp(SUPERSCRIPT, 'y'),
    say: ([raised], context) =>
      /(?:\)|π|(?:^|[^A-Za-z])[A-Za-z])$/.test(context.text.slice(Math.max(0, context.start - 2), context.start))
        ? powerOf(exponent(raised))
        : '',
  },
  { name: 'punctuation', pattern: /[.!?]/y, say: ([mark]) => mark },
  { name: 'sign', pattern: /->|→/y, say: () => 'to' },
  { name: 'punctuation', pattern: /[,;:]|-{2,}|[—–]/y, say: () => ',' },
  { name: 'punctuation', pattern: /[)\]}](?=\s*$)/y, say: () => '' },
  { name: 'punctuation', pattern: /[)\]}](?=\s*$)/y, say: () => '' },
  { name: 'punctuation', pattern: /[()[\]{}]/y, say: () => ',' },
  {
    name: 'punctuation',
    pattern: /-/y,
    // 'install -y': an option's hyphen is not said.
    say: (_, context) =>
      /\s/.test(context.text[context.start - 1] ?? ' ') ? (context.followedBy(/\s/y) ? ',' : '') : '-',
  },
  { name: 'sign', pattern: /&/y, say: () => 'and' },
  { name: 'sign', pattern: /%/y, say: () => 'percent' },
  { name: 'sign', pattern: /@/y, say: () => 'at' },
  { name: 'sign', pattern: /\+/y, say: () => 'plus' },
  { name: 'sign', pattern: /={1,3}/y, say: () => 'equals' },
  {
    name: 'sign',
    pattern: /[×*](?=\s*[\d(])/y,
    say: (_, context) =>
      /\d\s*$/.test(context.text.slice(Math.max(0, context.start - 3), context.start)) ? 'times' : null,
  },
  {
    // 'a × b'
    name: 'sign',
    pattern: /×(?=\s*[A-Za-z(](?![A-Za-z]))/y,
    say: (_, { text, start }) =>
      /(?:^|[^A-Za-z])[A-Za-z]\s*$|[\d)]\s*$/.test(text.slice(Math.max(0, start - 3), start)) ? 'times' : null,
  },
  { name: 'sign', pattern: /÷/y, say: () => 'divided by' },
  { name: 'sign', pattern: /<=|≤/y, say: () => 'at most' },
  { name: 'sign', pattern: />=|≥/y, say: () => 'at least' },
  { name: 'sign', pattern: /</y, say: (_, context) => (context.followedBy(/\s/y) ? 'less than' : '') },
  {
    name: 'sign',
    pattern: />/y,
    say: (_, context) =>
      /\s/.test(context.text[context.start - 1] ?? 'x') && context.followedBy(/\s/y) ? 'greater than' : '',
  },
  { name: 'sign', pattern: /√/y, say: () => 'square root of' },
  { name: 'sign', pattern: /∞/y, say: () => 'infinity' },
  { name: 'sign', pattern: /≠/y, say: () => 'not equal to' },
  { name: 'sign', pattern: /≈/y, say: () => 'about' },
  { name: 'sign', pattern: /±/y, say: () => 'plus or minus' },
  { name: 'sign', pattern: /°/y, say: () => 'degrees' },
  { name: 'sign', pattern: /π/y, say: () => 'pi' },
  { name: 'sign', pattern: /µ/y, say: () => 'mu' },
  { name: 'sign', pattern: /§/y, say: () => 'section' },
  { name: 'sign', pattern: /\$/y, say: (_, context) => (context.followedBy(/\s*$/y) ? 'dollars' : '') },
  { name: 'sign', pattern: /€/y, say: () => 'euros' },
  { name: 'sign', pattern: /£/y, say: () => 'pounds' },
  {
    name: 'sign',
    pattern: /\/ea\b\.?/y,
    say: (_, context) => (/money/.test(context.pieces[context.pieces.length - 1]?.rule ?? '') ? 'each' : null),
  },
  {
    name: 'sign',
    pattern: new RegExp(`/(?:(${PER_UNIT})(?![A-Za-z²³])|(?=[a-z]{2,}))`, 'y'),
    say(match, context) {
      if (!/^(?:money|quantity|number|magnitude|range)/.test(context.pieces[context.pieces.length - 1]?.rule ?? ''))
        return null;
      // ':8080/api' is an address.
      if (match[1] === undefined && /:\d{2,5}$/.test(context.text.slice(Math.max(0, context.start - 6), context.start)))
        return null;
      return `per ${match[1] ? PER[match[1]] : ''}`;
    },
  },
  {
    // 'TCP/IP', 'HTTP/2': the slash of a name is not said.
    name: 'sign',
    pattern: /\/(?=(?:[A-Z]{1,5}|\d{1,2})(?![A-Za-z\d]))/y,
    say: (_, { text, start }) =>
      /(?:^|[^A-Za-z])[A-Z]{1,5}$/.test(text.slice(Math.max(0, start - 6), start)) ? '' : null,
  },
  {
    name: 'sign',
    pattern: /\/(?=[A-Za-z\d])/y,
    say: (_, context) => (/[A-Za-z\d]/.test(context.text[context.start - 1] ?? ' ') ? 'slash' : ''),
  },
];
