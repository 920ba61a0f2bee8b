// Times of day: '3:30 pm', '3pm', '15:45', '9–5', '10:30:15', and ratios such as '16:9'.
import { cardinal, number } from '../numbers';
import { type Rule } from '../scanner';

const HALF = String.raw`(?:\s?([AaPp])\.?\s?[Mm](?:\.|(?![A-Za-z])))`;

/** 'pm' → 'P M'. */
const half = (letter: string | undefined) => (letter ? ` ${letter.toUpperCase()} M` : '');

/** '9', '05' → 'nine oh five'; with no half of the day: '00' → "o'clock" up to twelve, 'hundred' after. */
function time(hour: string, minute: string, hasHalf: boolean): string {
  const value = Number(hour);
  const minutes = Number(minute);
  if (minutes === 0) {
    if (hasHalf) return cardinal(hour);
    if (value >= 1 && value <= 12 && !hour.startsWith('0')) return `${cardinal(hour)} o'clock`;
    return value === 0 ? 'midnight' : `${hour.startsWith('0') ? 'oh ' : ''}${cardinal(hour)} hundred`;
  }
  const hours = hour === '00' ? 'zero' : cardinal(hour);
  return `${hours} ${minutes < 10 ? `oh ${cardinal(minute)}` : cardinal(minute)}`;
}

const counted = (value: string, unit: string) => `${cardinal(value)} ${unit}${Number(value) === 1 ? '' : 's'}`;

/** All begin with a digit. */
export const CLOCK_RULES: readonly Rule[] = [
  {
    // '1h 20m', '4m12s', '6d 4h': beside another of them m is minutes (ISO 80000-3).
    name: 'duration',
    pattern:
      /(?:(\d{1,3})d ?)?(?:(\d{1,3})h(?:rs?)? ?)?(?:(\d{1,3})m(?:in)? ?)?(?:(\d{1,3}(?:\.\d{1,3})?)s(?:ec)?)?(?<=[a-z])(?![A-Za-z0-9²³/])/y,
    say([, d, h, m, s]) {
      const parts = [
        [d, 'day'],
        [h, 'hour'],
        [m, 'minute'],
        [s, 'second'],
      ].filter((part): part is [string, string] => part[0] !== undefined);
      return parts.length < 2
        ? null
        : parts
            .map(([value, unit]) => (value.includes('.') ? `${number(value)} ${unit}s` : counted(value, unit)))
            .join(' ');
    },
  },
  {
    // '7h30'
    name: 'duration',
    pattern: /(\d{1,2})h([0-5]\d)(?![A-Za-z0-9])/y,
    say: ([, h, m]) => `${counted(h, 'hour')} ${cardinal(m)}`,
  },
  {
    name: 'duration',
    pattern: /(\d{1,2}):([0-5]\d):([0-5]\d)(\.\d{1,9})?(?![\d:])/y,
    say: ([, h, m, s, part = '']) =>
      `${cardinal(h)} ${Number(h) === 1 ? 'hour' : 'hours'} ${cardinal(m)} ${Number(m) === 1 ? 'minute' : 'minutes'} and ${part === '' ? cardinal(s) : number(`${Number(s)}${part}`)} ${Number(s) === 1 && part === '' ? 'second' : 'seconds'}`,
  },
  {
    name: 'time range',
    pattern: new RegExp(
      String.raw`(\d{1,2})(?::([0-5]\d))?${HALF}?\s?(?:-|–|to)\s?(\d{1,2})(?::([0-5]\d))?${HALF}?(?![\d:])`,
      'y',
    ),
    say(match, context) {
      const [, h1, m1, half1, h2, m2, half2] = match;
      if (Number(h1) > 24 || Number(h2) > 24) return null;
      if (m1 === undefined && m2 === undefined && half1 === undefined && half2 === undefined) return null;
      const hasHalf = Boolean(half1 ?? half2);
      const from = m1 === undefined ? cardinal(h1) : time(h1, m1, hasHalf);
      const to = m2 === undefined ? cardinal(h2) : time(h2, m2, hasHalf);
      return `${from}${half(half1)} to ${to}${half(half2)}${sentenceEnd(match[0], context)}`;
    },
  },
  {
    name: 'time',
    pattern: new RegExp(String.raw`(\d{1,2}):([0-5]\d)${HALF}?(?![\d:])`, 'y'),
    say(match, context) {
      const [all, h, m, halfOfDay] = match;
      if (Number(h) > 24) return null;
      return `${time(h, m, halfOfDay !== undefined)}${half(halfOfDay)}${sentenceEnd(all, context)}`;
    },
  },
  {
    name: 'time',
    pattern: new RegExp(String.raw`(1[0-2]|0?[1-9])(?:\.([0-5]\d))?${HALF}`, 'y'),
    say(match, context) {
      const [all, h, m, halfOfDay] = match;
      if (
        / am$/.test(all) &&
        context.followedBy(/ [a-z]/y) &&
        !/^(?:at|by|before|after|until|from|around|about)$/i.test(context.previous)
      )
        return null;
      return `${m === undefined ? cardinal(h) : time(h, m, true)}${half(halfOfDay)}${sentenceEnd(all, context)}`;
    },
  },
  {
    name: 'ratio',
    pattern: /(\d+(?:\.\d+)?):(\d+(?:\.\d+)?)(?![\d:])/y,
    say: ([, a, b]) => `${number(a)} to ${number(b)}`,
  },
];

/** 'p.m.' takes the full stop with it; where a sentence ends there, the stop is said too. */
function sentenceEnd(matched: string, context: { followedBy(pattern: RegExp): boolean }): string {
  return matched.endsWith('.') &&
    context.followedBy(
      /\s*$|["')]*\s+["'(]*(?:[A-Z][a-z]*\b)(?<!Monday|Tuesday|Wednesday|Thursday|Friday|Saturday|Sunday|EST|PST|GMT|ET)/y,
    )
    ? ' .'
    : '';
}
