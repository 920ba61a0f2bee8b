// Pieces of patterns that several English rules share.
import { UNITS } from '../units';

/** A number grouped by thousands, by lakhs and crores, or not at all. */
export const UNSPACED = String.raw`\d{1,2}(?:,\d{2}){1,8},\d{3}(?![\d,])(?:\.\d+)?|\d{1,3}(?:,\d{3})+(?:\.\d+)?|\d+(?:\.\d+)?|\.\d+`;

/** The same, or grouped by spaces where a unit or what is counted follows (ISO 80000-1). */
export const NUMBER = String.raw`[1-9]\d{0,2}(?:(?: \d{3}){2,9}|(?: \d{3}){1,9}\.\d+)(?= ?[A-Za-z%°µ])|${UNSPACED}`;

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** A unit's symbol; the longest first. */
export const UNIT = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .map(escaped)
  .join('|');

const SUPERSCRIPTS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** A power written above the line: '²', '⁻³'. */
export const SUPERSCRIPT = `[⁻⁺]?[${SUPERSCRIPTS}]+`;

/** '⁻³' → '-3'. */
export const exponent = (raised: string) =>
  [...raised].map((sign) => (sign === '⁻' ? '-' : sign === '⁺' ? '' : SUPERSCRIPTS.indexOf(sign))).join('');
