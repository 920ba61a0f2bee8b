// Numbers with what they count: units, percentages, multiples, magnitudes ('10M'), heights ('5'10"'),
// ranges ('10–20 km') and fractions ('3/4', '2½').
import { cardinal, number, ordinal, pluralOf } from '../numbers';
import { type Rule, type RuleContext } from '../scanner';
import { APART, ATTACHED, UNITS, unitWords } from '../units';
import { LABELLED } from './code';
import { NUMBER, UNIT } from './patterns';

const MAGNITUDES: Record<string, string> = {
  k: 'thousand',
  K: 'thousand',
  M: 'million',
  B: 'billion',
  bn: 'billion',
  T: 'trillion',
};

/** 'exit 12B', 'seat 14C': the letter is part of a label. */
const isLabel = (context: RuleContext) => LABELLED.test(context.previous);

/** Nouns that quantities describe, article or not: '5lb bag'. */
const MODIFIED =
  / (?:bags?|box|boxes|bottles?|jars?|runs?|races?|walks?|drives?|radius|files?|cards?|disks?|monitors?|screens?|ropes?|pipes?|tanks?|engines?|batter(?:y|ies)|lens|lenses|hikes?|swim|limit|dash|relay|sprint|bulbs?|cable)\b/y;

/** What thousands are counted of: '10K likes'. */
const COUNTED_THINGS =
  / (?:likes|views|followers|subscribers|downloads|users|people|stars|words|lines|steps|customers|copies|employees|members|votes|comments|shares|tweets|posts|orders|units|fans|dollars|euros|pounds|requests|tokens|samples|records|rows|files|visitors|students|jobs|homes|miles|feet|calories|streams|plays|hits|clicks|installs|signups)\b/y;

/** 'a 5 km run', 'the 10-kg bag': the unit stays singular before the noun that it describes. */
function modifiesNoun(hyphen: boolean, context: RuleContext): boolean {
  if (hyphen || context.followedBy(MODIFIED)) return true;
  return (
    /^an?$/i.test(context.previous) &&
    context.followedBy(/[ -](?!of|or|and|to|from|in|at|for|per|away|ago|is|was|long|wide|high|tall|deep)[a-z]+/y)
  );
}

/** 'the 5 1/2 in. blade', '1 1/2 in. screws' */
const describes = (context: RuleContext) =>
  context.followedBy(/ (?!this|is|was|has|does|as|plus|less|across|towards|versus)[a-z]{3,}s\b/y) ||
  (/^(?:the|this|that|my|your|his|her|its|our|their)$/i.test(context.previous) &&
    context.followedBy(
      / (?!of|or|and|to|from|in|at|for|per|away|ago|is|was|long|wide|high|tall|deep|i|you|he|she|it|we|they)[a-z]+/y,
    ));

const DENOMINATORS = new Set([2, 3, 4, 5, 6, 7, 8, 9, 12, 15, 16, 20, 32, 64]);

/** '3/4' → 'three quarters', '8/10' → 'eight out of ten', '7/13' → 'seven over thirteen'. */
export function fraction(numerator: string, denominator: string): string {
  const bottom = Number(denominator);
  if (bottom === 2) return numerator === '1' ? 'one half' : `${cardinal(numerator)} halves`;
  if (bottom === 4) return numerator === '1' ? 'one quarter' : `${cardinal(numerator)} quarters`;
  if (DENOMINATORS.has(bottom) || numerator === '1') {
    const name = ordinal(denominator);
    return `${cardinal(numerator)} ${numerator === '1' ? name : pluralOf(name)}`;
  }
  if (bottom === 10 || bottom === 100) return `${cardinal(numerator)} out of ${cardinal(denominator)}`;
  return `${cardinal(numerator)} over ${cardinal(denominator)}`;
}

const VULGAR: Record<string, [string, string]> = {
  '½': ['1', '2'],
  '⅓': ['1', '3'],
  '⅔': ['2', '3'],
  '¼': ['1', '4'],
  '¾': ['3', '4'],
  '⅕': ['1', '5'],
  '⅖': ['2', '5'],
  '⅗': ['3', '5'],
  '⅘': ['4', '5'],
  '⅙': ['1', '6'],
  '⅚': ['5', '6'],
  '⅛': ['1', '8'],
  '⅜': ['3', '8'],
  '⅝': ['5', '8'],
  '⅞': ['7', '8'],
};
const VULGAR_CLASS = `[${Object.keys(VULGAR).join('')}]`;

/** 'and a half' for the fraction after a whole number. */
function andFraction(numerator: string, denominator: string): string {
  return `and ${fraction(numerator, denominator).replace(/^one (half|quarter)/, 'a $1')}`;
}

/** Fractions that begin with a sign. */
export const FRACTION_SIGN_RULES: readonly Rule[] = [
  {
    name: 'fraction',
    pattern: new RegExp(`(${VULGAR_CLASS})\\s?(${UNIT})?(?![A-Za-z])`, 'y'),
    say: ([, sign, unit]) => fraction(...VULGAR[sign]) + (unit ? ` ${UNITS[unit][0]}` : ''),
  },
];

/** All begin with a digit. */
export const QUANTITY_RULES: readonly Rule[] = [
  {
    name: 'height',
    pattern: /(\d{1,2})'\s?(\d{1,2}(?:\.\d+)?)(?:"|''|(?=[\s,.;!?)]|$))/y,
    say: ([, feet, inches]) => `${cardinal(feet)} foot ${number(inches)}`,
  },
  {
    name: 'height',
    pattern: /(\d{1,3})'(?= (?:tall|long|wide|high|deep))/y,
    say: ([, feet]) => `${cardinal(feet)} feet`,
  },
  {
    name: 'width',
    // Elsewhere the mark may close a quotation: an even number of them stands before.
    pattern: /(\d{1,3}(?:\.\d+)?)"(?=( (?:tall|long|wide|high|deep|screen|display|monitor|tv|TV))?)(?= [\dA-Za-z(])/y,
    say([, inches, sure], { text, start }) {
      const quotes = text.slice(Math.max(0, start - 100), start).split('"').length - 1;
      return sure !== undefined || quotes % 2 === 0 ? `${number(inches)} inch` : null;
    },
  },
  {
    name: 'height',
    pattern: /(\d{1,3}) ?(?:ft|feet|foot)\.? (\d{1,2}(?:\.\d+)?) ?(?:in|inches)(?![A-Za-z])\.?/y,
    say([all, feet, inches], context) {
      if (all.endsWith('.') && !context.followedBy(/ [a-z]/y)) context.end--;
      return `${cardinal(feet)} feet ${number(inches)} inches`;
    },
  },
  {
    // '45° N', '40°26′46″ N'
    name: 'coordinate',
    pattern: new RegExp(
      `(${NUMBER})\\s?°\\s?(?:(\\d{1,2}(?:\\.\\d+)?)'\\s?)?(?:(\\d{1,2}(?:\\.\\d+)?)"\\s?)?([NSEW])(?![A-Za-z0-9])`,
      'y',
    ),
    say: ([, degrees, minutes, seconds, side]) =>
      [
        `${number(degrees)} ${unitWords(degrees, '°', false)}`,
        minutes && `${number(minutes)} ${unitWords(minutes, 'min', false)}`,
        seconds && `${number(seconds)} ${unitWords(seconds, 's', false)}`,
        { N: 'north', S: 'south', E: 'east', W: 'west' }[side],
      ]
        .filter((part) => part !== undefined)
        .join(' '),
  },
  {
    name: 'mixed number',
    pattern: new RegExp(
      `(\\d+) ?(?:(${VULGAR_CLASS})|(?<= )(\\d{1,2})/(\\d{1,3})|-(\\d{1,2})/(\\d{1,3}))(?![\\d/])(?:(\\s?|-)(${UNIT})(?![A-Za-z])\\.?)?`,
      'y',
    ),
    say([all, whole, sign, n1, d1, n2, d2, gap, unit], context) {
      const [top, bottom] = sign ? VULGAR[sign] : [n1 ?? n2, d1 ?? d2];
      if (Number(bottom) === 0 || Number(top) >= Number(bottom)) return null;
      if (unit === undefined) return `${cardinal(whole)} ${andFraction(top, bottom)}`;
      // The full stop belongs to the abbreviation only where the sentence goes on.
      if (all.endsWith('.') && !context.followedBy(/\s+[a-z(]|,/y)) context.end--;
      const single = modifiesNoun(gap === '-', context) || (all.endsWith('.') && describes(context));
      return `${cardinal(whole)} ${andFraction(top, bottom)} ${unitWords('2', unit, single)}`;
    },
  },
  {
    name: 'special number',
    pattern: /(24\/7\/365|24\/7|9\/11|20\/20|50\/50|50-50|411(?= me)|911)(?![\d/])/y,
    say([, special], context) {
      if (special === '911')
        return /^(?:call|called|dial|dialed|calling|dialing|a|the|to)$/i.test(context.previous) ? 'nine one one' : null;
      return (
        {
          '24/7/365': 'twenty four seven three sixty five',
          '24/7': 'twenty four seven',
          '9/11': 'nine eleven',
          '20/20': 'twenty twenty',
          '50/50': 'fifty fifty',
          '50-50': 'fifty fifty',
        }[special] ?? null
      );
    },
  },
  {
    // '2/3rds', '1/4th'
    name: 'fraction',
    pattern: /(\d{1,3})\/(\d{1,4})(?:st|nd|rd|th)(s)?(?![A-Za-z\d])/y,
    say: ([, top, bottom, plural]) =>
      `${cardinal(top)} ${plural === undefined && top === '1' ? ordinal(bottom) : pluralOf(ordinal(bottom))}`,
  },
  {
    // '4.5/5 stars'
    name: 'rating',
    pattern: /(\d{1,3}\.\d{1,2}|\d{1,2}(?=\/\d{1,3} stars))\/(\d{1,3})(?![\d/.]\d|[\dA-Za-z/])/y,
    say: ([, value, most]) => (Number(value) <= Number(most) ? `${number(value)} out of ${cardinal(most)}` : null),
  },
  {
    // 'got 18/20': marks
    name: 'rating',
    pattern: /(\d{1,3})\/(20|25|30|40|50|100)(?![\d/.]\d|[\dA-Za-z/])/y,
    say: ([, value, most], context) =>
      /^(?:got|scored|gave|score|earned|rated|grade|gets|scores|scoring|mark)$/i.test(context.previous) &&
      Number(value) <= Number(most)
        ? `${cardinal(value)} out of ${cardinal(most)}`
        : null,
  },
  {
    name: 'fraction',
    pattern: new RegExp(`(\\d{1,4})/(\\d{1,4})(?![\\d/]|\\.\\d)(?:(\\s?|-)(${UNIT})(?![A-Za-z])\\.?)?`, 'y'),
    say([all, top, bottom, gap, unit], context) {
      if (all.endsWith('.') && !context.followedBy(/\s+[a-z(]|,/y)) context.end--;
      if (unit === 'mmHg') return `${cardinal(top)} over ${cardinal(bottom)} millimeters of mercury`;
      if (gap === '-') return `${fraction(top, bottom)} ${UNITS[unit][0]}`;
      if (Number(bottom) === 0) return `${cardinal(top)} over zero`;
      return (
        fraction(top, bottom) +
        (unit
          ? ` ${gap === '-' ? '' : 'of '}${/^[aeiou]|^hour/.test(UNITS[unit][0]) ? 'an' : 'a'} ${UNITS[unit][0]}`
          : '')
      );
    },
  },
  {
    name: 'range',
    pattern: new RegExp(
      `(${NUMBER})\\s?(?:(%|${UNIT}))?(?:-|–|—| - | – )(${NUMBER})(?:(\\s?|-)(${UNIT}))(?![A-Za-z0-9])\\.?`,
      'y',
    ),
    say([all, from, fromUnit, to, gap, unit], context) {
      if (all.endsWith('.') && (unit === '%' || !context.followedBy(/\s+[a-z(]|,/y))) context.end--;
      if (gap === ' ' && ATTACHED.has(unit) && !APART.has(unit)) return null;
      const left = fromUnit && fromUnit !== unit ? `${number(from)} ${unitWords(from, fromUnit, false)}` : number(from);
      return `${left} to ${number(to)} ${unitWords(to === '1' ? '2' : to, unit, modifiesNoun(gap === '-', context))}`;
    },
  },
  {
    name: 'quantity',
    // One space groups only before a unit: '384 400 km'.
    pattern: new RegExp(`([1-9]\\d{0,2} \\d{3}(?= )|${NUMBER})(\\s?|-)(${UNIT})(?![A-Za-z0-9²³]|'[a-z])\\.?`, 'y'),
    say([all, amount, gap, unit], context) {
      if (gap === '' && /^[A-Z]$/.test(unit) && isLabel(context)) return null;
      if (gap !== '' && ATTACHED.has(unit) && !APART.has(unit) && !(unit === 'in' && all.endsWith('.'))) return null;
      if (gap === '-' && unit === '%') return null;
      if (/^[NW]$/.test(unit) && gap === ' ' && context.followedBy(/ ?(?:[A-Z][a-z]|\d+(?:st|nd|rd|th))/y)) return null; // '123 N. Main St.'
      // The full stop belongs to the abbreviation only where the sentence goes on.
      let stop = '';
      if (all.endsWith('.')) {
        if (context.followedBy(/\s+[a-z(]|,/y) && unit !== '%') stop = '';
        else context.end--;
      }
      return `${number(amount)} ${unitWords(amount, unit, modifiesNoun(gap === '-', context))}${stop}`;
    },
  },
  {
    name: 'magnitude',
    pattern: new RegExp(`(${NUMBER})\\s?([kKMBT]|bn)(?![A-Za-z0-9])`, 'y'),
    say([all, amount, letter], context) {
      if (isLabel(context)) return null;
      // '4K video', 'a 10K'; but '10K likes'
      const named =
        /^(?:[2458]|10)$/.test(amount) && !(amount !== '4' && amount !== '8' && context.followedBy(COUNTED_THINGS));
      if (/\s/.test(all) || (letter === 'K' && named) || letter === 'T') return null;
      return `${number(amount)} ${MAGNITUDES[letter]}`;
    },
  },
  {
    name: 'multiple',
    pattern: new RegExp(`(${NUMBER})[x×](?![A-Za-z0-9])`, 'y'),
    say: ([, amount]) => `${number(amount)} ${amount === '1' ? 'time' : 'times'}`,
  },
];
