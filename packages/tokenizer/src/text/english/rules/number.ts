// Bare numbers: telephone numbers, ordinals, versions, addresses, years, room and flight numbers, arithmetic, everything else.
import { cardinal, digitByDigit, number, ordinal, pairs, powerOf, year } from '../numbers';
import { isYear } from './calendar';
import { type Rule, type RuleContext } from '../scanner';
import { APART, ATTACHED, unitWords } from '../units';
import { NUMBER, SUPERSCRIPT, UNIT, exponent } from './patterns';

const groups = (text: string) =>
  text
    .split(/\D+/)
    .filter((group) => group !== '')
    .map((group) => digitByDigit(group))
    .join(' , ');
/** Words before a number that is read in pairs: 'Room 101', 'Flight 370', 'Route 66'. */
const NUMBERED =
  /^(?:room|rooms|flight|route|highway|interstate|suite|apartment|apt|bus|boeing|airbus|channel|gate|unit|freeway|locker)$/i;

/** Whether a number is one of those: 'Room 101', 'Flight BA 2490'. */
const isNumbered = ({ previous, text, start }: RuleContext) =>
  NUMBERED.test(previous) ||
  /\b[Ff]lights? (?:[A-Z][A-Z\d]|\d[A-Z]) $/.test(text.slice(Math.max(0, start - 11), start));

/** All begin with a digit. */
export const NUMBER_RULES: readonly Rule[] = [
  {
    // '45 000 people', '12 500 copies': one space groups only before what is counted.
    name: 'number',
    pattern:
      /[1-9]\d{0,2}(?: (?:000(?= [a-z])|\d{3}(?= (?:[a-z]{2,20}s|people|men|women|children)\b))|(?: \d{3}){1,9}\.\d+(?![\d.]))/y,
    say: ([amount], context) =>
      NUMBERED.test(context.previous) ||
      /\d[ ,.-]?$/.test(context.text.slice(Math.max(0, context.start - 2), context.start))
        ? null
        : number(amount),
  },
  {
    name: 'telephone number',
    pattern: /(?:1[-. ])?(?:800|888|877)[-. ]([A-Z]{4,10}|[A-Z]{3}-[A-Z]{4})(?![a-z])/y,
    say: ([all, name]) => `${all.startsWith('1') ? 'one ' : ''}eight hundred ${name.toLowerCase().replace('-', ' ')}`,
  },
  {
    name: 'telephone number',
    pattern:
      /(?:1[-. ])?\d{3}([-. ])\d{3}\1\d{4}(?![\d-])|\d{3}-\d{4}(?![\d-])|0\d{1,4}[- ]\d{3,4}[- ]\d{3,4}(?![\d-])|1[3-9]\d([- ])\d{4}\2\d{4}(?![\d-])/y,
    say: ([all]) => groups(all),
  },
  {
    // 'the 49ers', 'the 76ers'
    name: 'team',
    pattern: /(\d{2})ers(?![A-Za-z])/y,
    say: ([, digits]) => `${cardinal(digits).replace(/e$/, '')}ers`,
  },
  {
    name: 'ordinal',
    pattern: /(\d{1,3}(?:,\d{3})+|\d+)\s?(?:st|nd|rd|th)(?![A-Za-z])/iy,
    say: ([, digits]) => ordinal(digits),
  },
  {
    name: 'version',
    pattern: /\d+(?:\.\d+){2,9}(?!\.?\d)/y,
    say([all]) {
      const parts = all.split('.');
      return parts.map((part) => number(part)).join(parts.length > 3 ? ' dot ' : ' point ');
    },
  },
  {
    // '10⁻³ m'
    name: 'power',
    pattern: new RegExp(`10(?:(${SUPERSCRIPT})|\\^(-?\\d{1,9}))(?!\\d) (${UNIT})(?![A-Za-z0-9²³/])`, 'y'),
    say: ([, raised, power, unit]) =>
      ATTACHED.has(unit) && !APART.has(unit)
        ? null
        : `ten ${powerOf(raised === undefined ? power : exponent(raised))} ${unitWords('2', unit, false)}`,
  },
  {
    name: 'power',
    pattern: new RegExp(`(${NUMBER})(?:(${SUPERSCRIPT})|\\^(-?\\d+))(?!\\d)`, 'y'),
    say: ([, base, raised, power]) => `${number(base)} ${powerOf(raised === undefined ? power : exponent(raised))}`,
  },
  {
    name: 'scientific number',
    pattern: /(\d+(?:\.\d+)?)[eE]([+-]?)(\d{1,3})(?![A-Za-z0-9])/y,
    say: ([, base, sign, exponent]) =>
      `${number(base)} times ten to the power of ${sign === '-' ? 'minus ' : ''}${cardinal(exponent)}`,
  },
  {
    name: 'arithmetic',
    pattern: new RegExp(
      `(${NUMBER})\\s?([+×*÷=]|(?<=\\s)[x/−-](?=\\s)|x(?=${NUMBER}\\s?=|10[\\^⁻⁰-⁹¹²³]))\\s?(?=[(-]?[\\d.])`,
      'y',
    ),
    say([, left, sign], context) {
      const signs: Record<string, string> = {
        '+': 'plus',
        '×': 'times',
        x: 'times',
        '*': 'times',
        '÷': 'divided by',
        '/': 'divided by',
        '=': 'equals',
      };
      if (!(sign in signs)) signs[sign] = 'minus';
      if (signs[sign] === 'minus' && !context.followedBy(/\S+\s*=|\S+\s*(?:is|equals|makes)\b/y)) return null;
      return `${number(left)} ${signs[sign]}`;
    },
  },
  {
    // '36-24-36'
    name: 'count',
    pattern: /\d{1,3}(?:-\d{1,3}){2,5}(?![\d/:-]|[,.]\d)/y,
    say: ([all]) => all.split('-').map(number).join(' , '),
  },
  {
    name: 'range',
    pattern:
      /(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?:[-–—]|\s[–-]\s)(\d{1,3}(?:,\d{3})+|\d+(?:\.\d+)?)(?![\d/]|[-–]\d|\.\d)/y,
    say: ([all, from, to], context) =>
      /^0\d/.test(from)
        ? groups(all)
        : `${isYear(from, context) && from.length === 4 ? year(from) : number(from)} to ${to.length === 4 && from.length === 4 && isYear(to, context) ? year(to) : number(to)}`,
  },
  {
    name: 'year',
    pattern: /\d{4}(?!\d|[,.]\d|[A-Za-z%°])/y,
    say: ([digits], context) => {
      if (isNumbered(context)) return null;
      return isYear(digits, context) ? year(digits) : null;
    },
  },
  {
    name: 'numbered',
    pattern: /\d{3,5}(?!\d|[,.]\d|[A-Za-z%°])/y,
    say: ([digits], context) => (isNumbered(context) ? pairs(digits) : null),
  },
  {
    name: 'long number',
    pattern: /\d{11,}(?![.,]?\d)/y,
    say: ([digits]) => groups(digits.replace(/(\d{4})(?=\d)/g, '$1 ')),
  },
  {
    // A number that a word follows without a space: '4K', '3D', '2nd-hand' has its own rule, '5x5'.
    name: 'number and letters',
    pattern: /(\d+)(?=[A-Za-z])/y,
    say: ([, digits]) => pairs(digits),
  },
  {
    // '10-year-old', '3-day': the hyphen joins and is not said.
    name: 'number',
    pattern: new RegExp(`(${NUMBER})-(?=[a-z])`, 'y'),
    say: ([, amount]) => number(amount),
  },
  { name: 'number', pattern: new RegExp(NUMBER, 'y'), say: ([amount]) => number(amount) },
];

/** Numbers that begin with a sign. */
export const NUMBER_SIGN_RULES: readonly Rule[] = [
  {
    name: 'telephone number',
    pattern: /\+\d{1,3}(?:[-. ]?\(?\d{1,4}\)?){2,5}(?!\d)|\(\d{3}\)\s?\d{3}[-. ]\d{4}(?!\d)/y,
    say: ([all]) => (all.startsWith('+') ? `plus ${groups(all)}` : groups(all)),
  },
  {
    // 'my lucky # is 7', 'the # of users'
    name: 'sign',
    pattern: /#(?=:|\s(?:of|is|are|was)\b)/y,
    say: (_, { text, start }) => (/[A-Za-z] $/.test(text.slice(Math.max(0, start - 2), start)) ? 'number' : null),
  },
  {
    // '#1–3'
    name: 'range',
    pattern: /#\s?(\d{1,6})\s?[-–—]\s?#?(\d{1,6})(?![\d-]|\.\d)/y,
    say: ([, from, to]) => (Number(from) < Number(to) ? `numbers ${number(from)} to ${number(to)}` : null),
  },
  {
    // '#42', 'Apt. #4B'
    name: 'number',
    pattern: /#\s?(\d+)([A-Z](?![A-Za-z0-9]))?/y,
    say: ([, digits, letter], context) =>
      `number ${NUMBERED.test(context.previous) ? pairs(digits) : number(digits)}${letter === undefined ? '' : ` ${letter}`}`,
  },
  {
    name: 'signed number',
    pattern: /(±|\+\/-|[-+~≈<>≤≥])\s?(?=[\d.]*\d|[$£€¥])/y,
    say([, sign], context) {
      if (sign === '-' && context.start > 0 && /[A-Za-z0-9)]/.test(context.text[context.start - 1])) return null;
      const words: Record<string, string> = {
        '-': 'minus',
        '+': 'plus',
        '±': 'plus or minus',
        '+/-': 'plus or minus',
        '~': 'about',
        '≈': 'about',
        '<': 'less than',
        '>': 'greater than',
        '≤': 'at most',
        '≥': 'at least',
      };
      return words[sign];
    },
  },
  { name: 'number', pattern: /\.\d+/y, say: ([amount]) => number(amount) },
];
