// Sums of money, with the sign or code of the currency before or behind.
import { amount, sum, withoutZeros } from '../numbers';
import { type ChineseRule } from '../scanner';
import { MAGNITUDE, NUMBER, TO, sticky } from './patterns';

const SIGNS: Readonly<Record<string, string>> = {
  HK$: '港元',
  US$: '美元',
  NT$: '新台币',
  A$: '澳元',
  C$: '加元',
  S$: '新加坡元',
  $: '美元',
  '€': '欧元',
  '£': '英镑',
  '¥': '元',
  '￥': '元',
  '₩': '韩元',
  '₽': '卢布',
  '₹': '卢比',
  '฿': '泰铢',
  '₫': '越南盾',
  '₺': '里拉',
  '₴': '格里夫纳',
  '₱': '比索',
  '₪': '谢克尔',
  '₿': '比特币',
};
const CODES: Readonly<Record<string, string>> = {
  RMB: '元人民币',
  CNY: '元人民币',
  USD: '美元',
  EUR: '欧元',
  GBP: '英镑',
  HKD: '港元',
  JPY: '日元',
  TWD: '新台币',
  KRW: '韩元',
};

const SIGN = Object.keys(SIGNS)
  .map((sign) => sign.replace('$', '\\$'))
  .join('|');
const CODE = Object.keys(CODES).join('|');

function money(value: string, magnitude: string | undefined, currency: string): string {
  return `${magnitude === undefined ? amount(withoutZeros(value)) : sum(value)}${magnitude ?? ''}${currency}`.replace(
    /^二(?=[千万亿])/,
    '两',
  );
}

const BEFORE: ChineseRule = {
  name: 'money',
  pattern: sticky(String.raw`(${SIGN})\s?(${NUMBER})(${MAGNITUDE})?(?:美元|元)?`),
  say: ([, sign, value, magnitude]) => money(value, magnitude, SIGNS[sign]),
};

/** ¥100-200元 */
const RANGE: ChineseRule = {
  name: 'money',
  pattern: sticky(
    String.raw`(${SIGN}|${CODE})\s?(${NUMBER})(${MAGNITUDE})?${TO}(${NUMBER})(${MAGNITUDE})?(?:美元|元)?`,
  ),
  say: ([, sign, from, fromMagnitude = '', to, magnitude]) =>
    `${amount(withoutZeros(from))}${fromMagnitude}到${money(to, magnitude, SIGNS[sign] ?? CODES[sign])}`,
};

export const MONEY_SIGN_RULES: readonly ChineseRule[] = [RANGE, BEFORE];

export const MONEY_LETTER_RULES: readonly ChineseRule[] = [
  RANGE,
  BEFORE,
  {
    name: 'money',
    pattern: sticky(String.raw`(${CODE})\s?(${NUMBER})(${MAGNITUDE})?`),
    say: ([, code, value, magnitude]) => money(value, magnitude, CODES[code]),
  },
];

export const MONEY_DIGIT_RULES: readonly ChineseRule[] = [
  {
    name: 'money',
    pattern: sticky(String.raw`(${NUMBER})(${MAGNITUDE})?\s?(${CODE})(?![A-Za-z])`),
    say: ([, value, magnitude, code]) => money(value, magnitude, CODES[code]),
  },
  {
    name: 'money',
    pattern: sticky(String.raw`(\d{1,3}(?:,?\d{3}){0,5}\.\d{0,9}0)(?=元|块|美元|欧元|英镑)`),
    say: ([, value]) => sum(value),
  },
];
