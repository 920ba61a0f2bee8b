// English number words: cardinals, ordinals, digit strings, years, decimals. Input is always a string of digits, so that
// numbers of any length keep every digit. No "and" after "hundred", no hyphens: "one hundred twenty three".

const SMALL = (
  'zero one two three four five six seven eight nine ten eleven twelve thirteen fourteen fifteen ' +
  'sixteen seventeen eighteen nineteen'
).split(' ');
const TENS = ['', '', 'twenty', 'thirty', 'forty', 'fifty', 'sixty', 'seventy', 'eighty', 'ninety'];
const SCALES = [
  '',
  ...'thousand million billion trillion quadrillion quintillion sextillion septillion octillion nonillion'.split(' '),
];
const IRREGULAR_ORDINALS: Record<string, string> = {
  one: 'first',
  two: 'second',
  three: 'third',
  five: 'fifth',
  eight: 'eighth',
  nine: 'ninth',
  twelve: 'twelfth',
};
/** Longer digit strings are read digit by digit. */
const LONGEST_CARDINAL = SCALES.length * 3;

function belowHundred(value: number): string {
  if (value < 20) return SMALL[value];
  return value % 10 === 0 ? TENS[value / 10] : `${TENS[Math.floor(value / 10)]} ${SMALL[value % 10]}`;
}

function belowThousand(value: number): string {
  if (value < 100) return belowHundred(value);
  const rest = value % 100;
  return `${SMALL[Math.floor(value / 100)]} hundred${rest ? ` ${belowHundred(rest)}` : ''}`;
}

/** '1234' → 'one thousand two hundred thirty four'. Commas are ignored; over 33 digits are read one by one. */
export function cardinal(number: string): string {
  const digits = number.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  if (digits.length > LONGEST_CARDINAL) return digitByDigit(digits);
  const words: string[] = [];
  for (let end = digits.length, scale = 0; end > 0; end -= 3, scale++) {
    const group = Number(digits.slice(Math.max(0, end - 3), end));
    if (group > 0) words.unshift(belowThousand(group), ...(SCALES[scale] ? [SCALES[scale]] : []));
  }
  return words.join(' ') || 'zero';
}

/** '21' → 'twenty first'. */
export function ordinal(number: string): string {
  return ordinalOf(cardinal(number));
}

/** Turns the last word of a cardinal into an ordinal: 'twenty one' → 'twenty first'. */
export function ordinalOf(cardinalWords: string): string {
  return cardinalWords.replace(/\w+$/, (last) => {
    if (IRREGULAR_ORDINALS[last]) return IRREGULAR_ORDINALS[last];
    return last.endsWith('y') ? `${last.slice(0, -1)}ieth` : `${last}th`;
  });
}

/** 'twenty' → 'twenties', 'third' → 'thirds', 'half' → 'halves', 'six' → 'sixes', 'hundred' → 'hundreds'. */
export function pluralOf(words: string): string {
  if (words.endsWith('half')) return words.replace(/half$/, 'halves');
  if (/(?:ch|sh|s|x)$/.test(words)) return `${words}es`;
  return /[^aeiou]y$/.test(words) ? `${words.slice(0, -1)}ies` : `${words}s`;
}

/** '5072' → 'five zero seven two'; with `oh`, zero is said 'oh'. */
export function digitByDigit(digits: string, { oh = false } = {}): string {
  return [...digits].map((digit) => (oh && digit === '0' ? 'oh' : SMALL[Number(digit)])).join(' ');
}

/** '1995' → 'nineteen ninety five', '2005' → 'two thousand five', '1900' → 'nineteen hundred', '1806' → 'eighteen oh six'. */
export function year(digits: string): string {
  const value = Number(digits);
  if (digits.length !== 4) return cardinal(digits);
  const century = Math.floor(value / 100);
  const rest = value % 100;
  if (value % 1000 < 10) return cardinal(digits); // 1000 … 1009, 2000 … 2009
  if (rest === 0) return `${belowHundred(century)} hundred`;
  return `${belowHundred(century)} ${rest < 10 ? `oh ${SMALL[rest]}` : belowHundred(rest)}`;
}

/** Numbers of rooms, flights, models: '101' → 'one oh one', '747' → 'seven forty seven', '4090' → 'forty ninety', '500' → 'five hundred'. */
export function pairs(digits: string): string {
  if (digits.startsWith('0')) return digitByDigit(digits);
  if (digits.length <= 2) return cardinal(digits);
  if (/^\d0?00$/.test(digits)) return cardinal(digits);
  if (digits.length === 4) return /^\d0\d\d$/.test(digits) ? cardinal(digits) : year(digits);
  if (digits.length > 4) return digitByDigit(digits);
  const rest = Number(digits.slice(1));
  if (rest === 0) return cardinal(digits);
  return `${SMALL[Number(digits[0])]} ${rest < 10 ? `oh ${SMALL[rest]}` : belowHundred(rest)}`;
}

/** '3.14' → 'three point one four', '.5' → 'point five', '1,000' → 'one thousand', '007' → 'zero zero seven', '-2' → 'minus two'. */
export function number(text: string): string {
  if (/^[-−]/.test(text)) return `minus ${number(text.slice(1))}`;
  const [whole, fraction] = text.replace(/[, ]/g, '').split('.');
  const left = whole === '' ? '' : /^0\d/.test(whole) ? digitByDigit(whole) : cardinal(whole);
  if (fraction === undefined || fraction === '') return left;
  return `${left} point ${digitByDigit(fraction)}`.trim();
}

/** A power after its base: '2' → 'squared', '-3' → 'to the power of minus three', 'n' → 'to the power of N'. */
export function powerOf(power: string): string {
  if (power === '2') return 'squared';
  if (power === '3') return 'cubed';
  return `to the power of ${/\d/.test(power) ? number(power) : power.toUpperCase()}`;
}
