// Pieces of patterns that several Chinese rules share.

/** A number: grouped by commas, by spaces (GB/T 15835) or not, with or without decimals. */
export const NUMBER = String.raw`\d{1,3}(?:,\d{3}){1,11}(?![\d,])(?:\.\d+)?|[1-9]\d{0,2}(?: \d{3}){2,9}(?! ?\d)(?:\.\d+)?|\d+(?:\.\d+)?`;

/** What stands between the ends of a range. */
export const TO = String.raw`\s?(?:-|–|—|～|至|到)\s?`;

/** 万 and its like behind Arabic numerals. */
export const MAGNITUDE = '万亿|千万|百万|千亿|百亿|十亿|十万|万|亿|千|百';

/** A sticky pattern from its source, in Unicode mode. */
export function sticky(source: string): RegExp {
  return new RegExp(source, 'yu');
}
