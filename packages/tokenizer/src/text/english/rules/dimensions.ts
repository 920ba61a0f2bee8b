// Sides of things and pictures: '3x4', '10 cm × 20 cm', '8.5" x 11"', '1920x1080', '1080p'.
import { number, pairs, year } from '../numbers';
import { type Rule } from '../scanner';
import { unitWords } from '../units';
import { NUMBER, UNIT } from './patterns';

/** Sides of screens are read in pairs: '1920' → 'nineteen twenty', '1080' → 'ten eighty'. */
function pixels(side: string): string {
  if (side.length === 3) return pairs(side);
  return side.length === 4 && !/0\d$/.test(side) ? year(side) : number(side);
}

/** A side, perhaps with its unit or the mark of feet or inches. */
const SIDE = String.raw`(${NUMBER})(?:(\s?|-)(${UNIT})(?![A-Za-z])\.?(?=\s?[x×])|(["'])(?=\s?[x×]))?`;
const LAST_SIDE = String.raw`(${NUMBER})(?:(\s?|-)(${UNIT})|(["']))?`;
const MARKS: Readonly<Record<string, string>> = { '"': 'in', "'": 'ft' };

/** What follows sides: their unit as a word, or a thing that has so many. */
const SIDES_AFTER =
  / (?:inch(?:es)?|feet|foot|yards?|miles?|(?:centi|milli|kilo)?met(?:er|re)s?|pixels?|blocks?|grids?|boards?|tables?|matri(?:x|ces)|array|image|tiles?|photos?|screens?|trucks?)\b/y;
/** No thing that the sides describe. */
const NO_THING = / (?:and|or|by|in|on|at|for|is|was|of|to|from|with|but|so|long|wide|high|deep|tall|thick)\b/y;

/** All begin with a digit. */
export const DIMENSION_RULES: readonly Rule[] = [
  {
    name: 'dimensions',
    pattern: new RegExp(
      String.raw`${SIDE}\s?[x×]\s?(?:${SIDE}\s?[x×]\s?)?${LAST_SIDE}(?![A-Za-z0-9⁻⁰¹²³⁴-⁹^]|\.\d)`,
      'y',
    ),
    say(match, context) {
      const [all, ...parts] = match;
      // '16x16' in quotation marks: the last mark is theirs.
      const quotes = context.text.slice(Math.max(0, context.start - 100), context.start).split('"').length - 1;
      const isQuoted = parts[3] === undefined && (parts[11] === "'" || (parts[11] === '"' && quotes % 2 === 1));
      if (isQuoted) context.end--;
      const sides = [0, 4, 8]
        .filter((at) => parts[at] !== undefined)
        .map((at) => ({
          amount: parts[at],
          gap: parts[at + 1],
          unit: parts[at + 2] ?? (isQuoted ? undefined : MARKS[parts[at + 3]]),
        }));
      const last = sides[sides.length - 1];
      const units = sides.filter(({ unit }) => unit !== undefined);
      // A product: '2×3=6', '5 x 3'
      if (context.followedBy(/\s?=/y)) return null;
      if (units.length === 0 && sides.length === 2) {
        if (/\d\s+[x×]\s+\d/.test(all) && !context.followedBy(SIDES_AFTER)) return null;
        const [a, b] = sides.map(({ amount }) => amount);
        if (/^\d{4}$/.test(a) && /^\d{3,4}$/.test(b)) return `${pixels(a)} by ${pixels(b)}`;
      }
      // 8.5" x 11" paper, '3x4 m': the unit is said once, in the plural unless it describes a thing.
      const isOnce = units.length === 1 || (/["']$/.test(all) && new Set(units.map(({ unit }) => unit)).size === 1);
      if (last.unit !== undefined && isOnce) {
        const describes = last.gap === '-' || (context.followedBy(/ [a-z]/y) && !context.followedBy(NO_THING));
        return `${sides.map(({ amount }) => number(amount)).join(' by ')} ${unitWords('2', last.unit, describes)}`;
      }
      return sides
        .map(
          ({ amount, gap, unit }) =>
            number(amount) + (unit === undefined ? '' : ` ${unitWords(amount, unit, gap === '-')}`),
        )
        .join(last.unit === undefined && units.length > 0 ? ' times ' : ' by ');
    },
  },
  {
    // '1080p', '1080i', '720p60'
    name: 'resolution',
    pattern: /(240|360|480|540|576|720|1080|1440|2160|4320)([pPi])(\d{2,3})?(?![A-Za-z\d])/y,
    say: ([, lines, scan, rate]) =>
      `${pixels(lines)} ${scan.toUpperCase()}${rate === undefined ? '' : ` ${number(rate)}`}`,
  },
];
