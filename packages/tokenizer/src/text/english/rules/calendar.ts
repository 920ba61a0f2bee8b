// Dates, weekdays, years and decades: '2024-03-15', '3/15/2024', 'March 15, 2024', '15 March', 'Sept. 11', "the '90s", 'in 1995'.
import { cardinal, ordinal, pluralOf, year } from '../numbers';
import { type Rule, type RuleContext } from '../scanner';

const MONTHS = [
  'January',
  'February',
  'March',
  'April',
  'May',
  'June',
  'July',
  'August',
  'September',
  'October',
  'November',
  'December',
];
const MONTH = String.raw`(January|February|March|April|May|June|July|August|September|October|November|December|(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\b\.?)`;
const SHORT_MONTHS = '(?:Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\\b';
const WEEKDAYS: Record<string, string> = {
  mon: 'Monday',
  tue: 'Tuesday',
  tues: 'Tuesday',
  wed: 'Wednesday',
  thu: 'Thursday',
  thur: 'Thursday',
  thurs: 'Thursday',
  fri: 'Friday',
  sat: 'Saturday',
  sun: 'Sunday',
};

function month(name: string): string {
  return MONTHS.find((full) => full.startsWith(name.slice(0, 3))) as string;
}

function monthDay(monthNumber: number, day: number): string {
  return `${MONTHS[monthNumber - 1]} ${ordinal(String(day))}`;
}

/** Two digits of a year: '95' → 'ninety five', '05' → 'oh five'. */
function shortYear(digits: string): string {
  if (digits.length === 4) return year(digits);
  return digits.startsWith('0') ? `oh ${cardinal(digits)}` : cardinal(digits);
}

const isDay = (day: number) => day >= 1 && day <= 31;
const isMonth = (value: number) => value >= 1 && value <= 12;

/** Dates that begin with digits. */
export const DATE_DIGIT_RULES: readonly Rule[] = [
  {
    name: 'date',
    pattern: /(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d-])/y,
    say([, y, , m, d]) {
      if (!isMonth(Number(m)) || !isDay(Number(d))) return null;
      return `${monthDay(Number(m), Number(d))} , ${year(y)}`;
    },
  },
  {
    name: 'date',
    pattern: /(\d{1,2})([-/.])(\d{1,2})\2(\d{4}|\d{2})(?![\d/-])(?!\.\d)/y,
    say([, first, sign, second, y]) {
      if (sign === '.' && y.length === 2) return null;
      const [a, b] = [Number(first), Number(second)];
      // The American order, unless only the other is possible.
      const [m, d] = isMonth(a) && isDay(b) ? [a, b] : [b, a];
      if (!isMonth(m) || !isDay(d)) return null;
      return `${monthDay(m, d)} , ${shortYear(y)}`;
    },
  },
  {
    // 'on 3/4' is a day, '3/4 of it' a fraction.
    name: 'date',
    pattern: /(\d{1,2})\/(\d{1,2})(?![\d/.]| of\b)/y,
    say([, m, d], context) {
      if (
        (!/^(?:on|by|until|till|since|due|before|after|from|(?:Mon|Tues|Wednes|Thurs|Fri|Satur|Sun)day)$/i.test(
          context.previous,
        ) &&
          !/^(?:0\d\/\d\d|\d{1,2}\/0?1)$/.test(`${m}/${d}`)) ||
        !isMonth(Number(m)) ||
        !isDay(Number(d))
      )
        return null;
      return `${m}/${d}` === '9/11' ? null : monthDay(Number(m), Number(d));
    },
  },
  {
    name: 'date',
    pattern: new RegExp(
      String.raw`(\d{1,2})(?:st|nd|rd|th)?(?: of)? ${MONTH}(?:,? (\d{4})(?![\d:]))?(?![A-Za-z])`,
      'y',
    ),
    say([, day, name, y], context) {
      if (!isDay(Number(day))) return null;
      const the = context.previous.toLowerCase() === 'the' ? '' : 'the ';
      return `${the}${ordinal(day)} of ${month(name)}${y ? ` , ${year(y)}` : ''}`;
    },
  },
];

/** Dates and weekdays that begin with a letter. */
export const DATE_LETTER_RULES: readonly Rule[] = [
  {
    name: 'date',
    pattern: new RegExp(
      String.raw`${MONTH} (\d{1,2})(?:st|nd|rd|th)?(?:\s?(?:-|–|to)\s?(\d{1,2})(?:st|nd|rd|th)?)?(?![\d:.]\d|\d|,\d|%|\s?[ap]\.?m\b)(?:,? (\d{4})(?![\d:]))?`,
      'y',
    ),
    say([, name, day, last, y]) {
      if (!isDay(Number(day)) || (last !== undefined && !isDay(Number(last)))) return null;
      const days = last === undefined ? ordinal(day) : `${ordinal(day)} to ${ordinal(last)}`;
      return `${month(name)} ${days}${y ? ` , ${year(y)}` : ''}`;
    },
  },
  {
    name: 'date',
    // 'Oct 2021-Mar 2022'
    pattern: new RegExp(
      String.raw`${MONTH},? (of )?(\d{4})(?![\d:])(?!\.\d)(\s?[–-]\s?(?=${MONTH},? \d{4}(?!\d)))?`,
      'y',
    ),
    say: ([, name, of = '', y, range]) => `${month(name)} ${of}${year(y)}${range === undefined ? '' : ' to'}`,
  },
  {
    // 'Sep–Nov', 'Oct. - Dec. 2023'; a month's whole name on both sides is read by the other rules.
    name: 'months',
    pattern: new RegExp(
      String.raw`(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.?\s?[–-]\s?(Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)(?![A-Za-z])(?:\.(?=\s?[\d,a-z]))?(?:,? ([12]\d{3})(?![\d:]))?`,
      'y',
    ),
    say: ([, from, to, y]) => `${month(from)} to ${month(to)}${y ? ` ${year(y)}` : ''}`,
  },
  {
    // 'May-July', 'Sept-June'
    name: 'months',
    pattern: new RegExp(
      `(${MONTHS.join('|')}|${SHORT_MONTHS})[–-](${MONTHS.join('|')}|${SHORT_MONTHS})(?![A-Za-z-])`,
      'y',
    ),
    say: ([, from, to]) => `${month(from)} to ${month(to)}`,
  },
  {
    // 'Jan.' without a number; 'Mar', 'May', 'Jun' and so on without a full stop are names.
    name: 'month',
    pattern: /(Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept|Sep|Oct|Nov|Dec)\.(?=\s|[,;)]|$)/y,
    say([, name], context) {
      if (context.followedBy(/\s*$/y)) return `${month(name)} .`;
      return context.followedBy(/\s+[A-Z][a-z]/y) ? null : month(name);
    },
  },
  {
    name: 'weekdays',
    pattern: /(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)\.?\s?[–-]\s?(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?![A-Za-z])/y,
    say: ([, from, to]) => `${WEEKDAYS[from.toLowerCase()]} to ${WEEKDAYS[to.toLowerCase()]}`,
  },
  {
    name: 'weekday',
    pattern:
      /(Mon|Tues?|Wed|Thu(?:rs?)?|Fri|Sat|Sun)(?:\.(?=\s?[a-z,0-9–-])|(?=, (?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec|\d))|(?= (?:@|\d{1,2}(?::\d\d)?\s?(?:[ap]\.?m|-|–|\/\d)|(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec)[a-z]*\.? \d)))/y,
    say: ([, name]) => WEEKDAYS[name.toLowerCase()],
  },
];

function decade(digits: string): string {
  if (digits.length === 2) return pluralOf(cardinal(digits));
  if (digits.endsWith('00')) return `${year(digits)}s`;
  return pluralOf(year(digits));
}

/** 'Set the timer to', 'microwave it for' */
const TIMED =
  /\b(?:timer|countdown|timeout|delay|interval|cooldown|microwave|boil|simmer|steam|toast|soak|shake|stir|plank|sleep|pause|wait|waited|rest|hold|heat)\b[a-z ]{0,16}\b(?:to|of|for|is|was) (?:about |around |another )?$/i;

/** Decades: '1990s', '90s', "1800's"; '100s of' are hundreds. */
export const DECADE_DIGIT_RULES: readonly Rule[] = [
  {
    name: 'multitude',
    pattern: /(10+)s(?= of\b)/y,
    say: ([, digits]) => pluralOf(cardinal(digits).replace(/^one /, '')),
  },
  {
    // 'Wait 90s': as long as that, no decade; 'took 3m': minutes
    name: 'duration',
    pattern: /(\d{1,3})([ms])(?![A-Za-z0-9²³/])/y,
    say: ([, amount, unit], { previous, text, start }) =>
      /\b(?:timeout|uptime|runtime|duration|elapsed|cooldown)(?: time)?(?: is| was| of|:)? $/i.test(
        text.slice(Math.max(0, start - 24), start),
      ) ||
      /^(?:wait|waits|waited|take|takes|took|lasts|lasted)$/i.test(previous) ||
      (unit === 's' &&
        (/^(?:within|after|every|rest|hold)$/i.test(previous) ||
          TIMED.test(text.slice(Math.max(0, start - 32), start))))
        ? `${cardinal(amount)} ${unit === 'm' ? 'minute' : 'second'}${amount === '1' ? '' : 's'}`
        : null,
  },
  { name: 'decade', pattern: /([12]\d\d0|[2-9]0)'?s(?![A-Za-z0-9])/y, say: ([, digits]) => decade(digits) },
  {
    name: 'era',
    pattern: /(\d{1,4})\s?(BCE|CE|BC|AD|B\.C\.E\.|C\.E\.|B\.C\.|A\.D\.)(?![A-Za-z])/y,
    say: ([, y, era]) => `${year(y)} ${[...era.replace(/\./g, '')].join(' ')}`,
  },
  {
    name: 'years',
    pattern: /([12]\d{3})(?:-|–|\/)(\d{4}|\d{2})(?![\d-])(?!\.\d)/y,
    say([, from, to]) {
      if (to.length === 4 && Number(to) <= Number(from)) return null;
      if (to.length === 2 && Number(to) <= Number(from.slice(2))) return null;
      return `${year(from)} to ${shortYear(to)}`;
    },
  },
];

/** "'90s" and "'95", which begin with an apostrophe, and 'AD 79'. */
export const DECADE_SIGN_RULES: readonly Rule[] = [
  { name: 'decade', pattern: /'([2-9]0)'?s(?![A-Za-z0-9])/y, say: ([, digits]) => decade(digits) },
  {
    name: 'year',
    pattern: /'(\d\d)(?![A-Za-z0-9'"])/y,
    say: ([, digits]) => shortYear(digits),
  },
];

/** Whether four digits are a year here: the usual reading, unless a plural noun or a unit follows. */
export function isYear(digits: string, context: RuleContext): boolean {
  const value = Number(digits);
  if (context.previous === 'year') return true;
  const cue =
    /^(?:in|since|until|till|by|from|after|before|around|circa|during|early|late|mid|year|of|and|to|summer|winter|spring|fall|autumn)$/i;
  if (value >= 1100 && value <= 1999) return true;
  if (value >= 2000 && value <= 2099) {
    return (
      !context.followedBy(/ (?!was|is|has|census|as|us|this|its|series|elections?|olympics)[a-z]{2,}s\b/y) ||
      cue.test(context.previous)
    );
  }
  if (value > 2099 && value < 2200) return cue.test(context.previous);
  return value > 1000 && value < 1100 && cue.test(context.previous) && !context.followedBy(/ [a-z]+s\b/y);
}
