// Arabic numerals as Chinese numerals: quantities with their places (一百零五) or digit by digit (一零五).

const DIGITS = '零一二三四五六七八九';
const PLACES = ['', '十', '百', '千'];
const GROUPS = ['', '万', '亿', '万亿'];

/** Digit by digit; with `yao`, 1 is said 幺, as in telephone and room numbers. */
export function digits(value: string, { yao = false } = {}): string {
  return value.replace(/\D/g, '').replace(/\d/g, (digit) => (yao && digit === '1' ? '幺' : DIGITS[Number(digit)]));
}

/** Four digits without leading zeros: '1010' → 一千零一十. */
function group(value: string): string {
  let said = '';
  let zero = false;
  for (let index = 0; index < value.length; index++) {
    const digit = Number(value[index]);
    if (digit === 0) {
      zero = said !== '';
      continue;
    }
    said += `${zero ? '零' : ''}${DIGITS[digit]}${PLACES[value.length - 1 - index]}`;
    zero = false;
  }
  return said;
}

/** A whole number with its places; more than sixteen digits are said one by one. A leading 二 before 千, 万 and 亿 is 两. */
export function cardinal(value: string): string {
  const plain = value.replace(/\D/g, '').replace(/^0+(?=\d)/, '');
  if (plain === '0' || plain === '') return '零';
  if (plain.length > 16) return digits(plain);
  let said = '';
  let gap = false;
  for (
    let end = plain.length % 4 === 0 ? 4 : plain.length % 4, start = 0;
    start < plain.length;
    start = end, end += 4
  ) {
    const part = plain.slice(start, end);
    const place = (plain.length - end) / 4;
    const significant = part.replace(/^0+/, '');
    if (significant === '') {
      gap = said !== '';
      // 一亿 stays 一亿 after its empty 万.
      continue;
    }
    if (said !== '' && (gap || significant.length < 4)) said += '零';
    said += group(significant) + GROUPS[place];
    gap = false;
  }
  return said
    .replace(/^一十/, '十')
    .replace(/^二(?=[千万亿])/, '两')
    .replace(/万亿(?=.*亿)/, '万');
}

/** '1,234.50' → 一千二百三十四点五零. */
export function number(value: string): string {
  const [whole, decimals] = value.replace(/[, ]/g, '').split('.');
  return decimals === undefined ? cardinal(whole) : `${cardinal(whole).replace('两', '二')}点${digits(decimals)}`;
}

/** As `number`, but 2 by itself is 两, as before a measure word. */
export function amount(value: string): string {
  return /^0*2$/.test(value) ? '两' : number(value);
}

/** A sum of money: zeros at the end of its decimals are not said. */
export function sum(value: string): string {
  return number(withoutZeros(value));
}

/** Without zeros at the end of the decimals. */
export function withoutZeros(value: string): string {
  if (!value.includes('.')) return value;
  let end = value.length;
  while (value[end - 1] === '0') end--;
  return value.slice(0, value[end - 1] === '.' ? end - 1 : end);
}
