// Operators and other signs between numbers, letters and Chinese text; punctuation.
import { cardinal } from '../numbers';
import { type ChineseRule, type RuleContext } from '../scanner';
import { PER } from '../units';
import { sticky } from './patterns';

/** The marks that have symbols; brackets and dashes are pauses. */
const MARKS: Readonly<Record<string, string>> = {
  ',': ',',
  ';': ',',
  '：': ',',
  ':': ',',
  '(': ',',
  ')': ',',
  '（': ',',
  '【': ',',
  '】': ',',
  '〔': ',',
  '〕': ',',
  '[': ',',
  ']': ',',
  '.': '.',
  '!': '!',
  '?': '?',
  '…': '…',
  '～': '…',
  '—': ',',
  '–': ',',
  '|': ',',
  '\n': '.',
};

const OPERATORS: Readonly<Record<string, string>> = {
  '+': '加',
  '-': '减',
  '×': '乘',
  '*': '乘',
  '÷': '除以',
  '=': '等于',
  '>': '大于',
  '<': '小于',
  '≥': '大于等于',
  '>=': '大于等于',
  '≤': '小于等于',
  '<=': '小于等于',
  '≈': '约等于',
  '≠': '不等于',
  '!=': '不等于',
  '==': '等于',
};

const POWERS = '⁰¹²³⁴⁵⁶⁷⁸⁹';

/** Whether a value ends before and another begins after: numbers, letters, powers, π, brackets. */
function joinsValues({ before, after }: RuleContext): boolean {
  return /[\dA-Za-z²³⁰-⁹π%)）°℃]\s?$/.test(before(2)) && /^\s?[-+√(（]?[\dA-Za-zπ]/.test(after(3));
}

export const SIGN_RULES: readonly ChineseRule[] = [
  {
    name: 'formula',
    pattern: sticky(String.raw`>=|<=|!=|==|[-+×*÷=><≥≤≈≠]`),
    say: ([sign], context) => {
      // 10k-15k, 9am-6pm
      if (
        sign === '-' &&
        ((/\d[kKwW]$/.test(context.before(2)) && /^\d+(?:\.\d+)?[kKwW]/.test(context.after(8))) ||
          (/\d\s?[AaPp]\.?[Mm]$/.test(context.before(5)) && /^\s?\d/.test(context.after(2))))
      )
        return '到';
      // 长5米×宽3米
      if (
        (sign === '×' || (sign === '*' && /[\d米寸尺m]\s?$/.test(context.before(2)))) &&
        /^\s?[长宽高深厚]?\d/.test(context.after(3))
      )
        return OPERATORS[sign];
      if (!joinsValues(context))
        return /[≥≤≈≠=><]/.test(sign) && /^\s?-?\d/.test(context.after(3)) ? OPERATORS[sign] : null;
      const [before, after] = [context.before(2), context.after(2)];
      // Between letters a hyphen joins ('F-16', 'Wi-Fi'), and so do stars and angle brackets that are no operators.
      if (sign === '-' && /[A-Za-z]\s?$/.test(before) && !/^\s?[A-Za-z\d]\s?[=+²]/.test(context.after(4))) return '';
      if (/[-+*]/.test(sign) && /[A-Za-z]\s?$/.test(before) && /^\s?[A-Za-z]{2}/.test(after)) return '';
      return OPERATORS[sign];
    },
  },
  {
    name: 'power',
    pattern: sticky(`[${POWERS}]+`),
    say: ([power], { before }) => {
      if (!/[\dA-Za-zπ)）]$/.test(before(1))) return '';
      const value = [...power].map((digit) => POWERS.indexOf(digit)).join('');
      return powerOf(value);
    },
  },
  {
    // a^2, 2^10, x^n
    name: 'power',
    pattern: sticky(String.raw`\^(-?\d{1,4}|[A-Za-z])(?![\w.])`),
    say: ([, power], { before }) => (/[\dA-Za-zπ)）]\s?$/.test(before(2)) ? powerOf(power) : null),
  },
  { name: 'formula', pattern: sticky(String.raw`\+\+`), say: () => '加加' },
  {
    name: 'formula',
    pattern: sticky(String.raw`\+`),
    // 14亿+人口
    say: (_, { after, before }) =>
      /亿$/.test(before(1)) && /^[\u4e00-\u9fff]/.test(after(1))
        ? '多'
        : /^\s?\d/.test(after(2)) || /[\d万亿wWkK]$/.test(before(1))
          ? '加'
          : '',
  },
  { name: 'formula', pattern: sticky('±'), say: (_, { after }) => (/^\s?\d/.test(after(2)) ? '正负' : '') },
  { name: 'formula', pattern: sticky('√'), say: () => '根号' },
  { name: 'formula', pattern: sticky('∞'), say: () => '无穷大' },
  { name: 'formula', pattern: sticky('π'), say: () => '派' },
  { name: 'symbol', pattern: sticky('Ω'), say: () => '欧米伽' },
  { name: 'symbol', pattern: sticky('μ'), say: () => '缪' },
  { name: 'symbol', pattern: sticky('&'), say: () => '和' },
  { name: 'symbol', pattern: sticky('@'), say: () => '艾特' },
  { name: 'symbol', pattern: sticky('%'), say: () => '百分号' },
  {
    name: 'range',
    pattern: sticky(String.raw`\s?[-–—～→]\s?`),
    say: (_, { before, after }) =>
      (/[\d度米克时分秒元%日月年级千百十万]$/.test(before(1)) && /^[-￥¥$€£]?\d/.test(after(2))) ||
      // 上午9:00-下午5:00
      (/[\d点半分]$/.test(before(1)) && /^(?:[上下中]午|[早晚]上|凌晨|次日|翌日|第二天)\d/.test(after(4)))
        ? '到'
        : null,
  },
  { name: 'symbol', pattern: sticky('→'), say: () => ',' },
  {
    name: 'per',
    pattern: sticky(String.raw`\/(?=(?:${PER})(?![\u4e00-\u9fff]{3}))`),
    say: (_, { before }) => (/[\u4e00-\u9fff]$/.test(before(1)) ? '每' : null),
  },
  {
    // TCP/IP, HTTP/2: a slash in a name is not said.
    name: 'punctuation',
    pattern: sticky(String.raw`\/`),
    say: (_, { before, after }) => (/[A-Za-z]$/.test(before(1)) && /^[A-Za-z\d]/.test(after(1)) ? '' : ','),
  },
  {
    // XBB.1.5, BA.5: variants and versions named by capitals
    name: 'version',
    pattern: sticky(String.raw`\.(?=\d)`),
    say: (_, { before }) => (/(?:^|[^A-Za-z])[A-Z]{1,4}$/.test(before(5)) && !/No$/i.test(before(2)) ? '点' : null),
  },
  { name: 'punctuation', pattern: sticky(String.raw`\.{3,}|…+|～+`), say: () => '…' },
  { name: 'punctuation', pattern: sticky(String.raw`\n+`), say: () => '.' },
  // A hyphen between foreign words keeps its symbol, as in English; between Chinese words it is a pause.
  {
    name: 'punctuation',
    pattern: sticky(String.raw`-+`),
    say: (_, { before, after }) =>
      /[A-Za-z\d]$/.test(before(1)) || /^[A-Za-z\d]/.test(after(1)) ? '' : before(1) === '' ? '' : ',',
  },
  {
    name: 'punctuation',
    pattern: sticky(String.raw`[,;：:()（【】〔〕\[\].!?—–|]`),
    say: ([mark]) => MARKS[mark],
  },
];

/** '2' → 的平方, '3' → 的三次方, 'n' → 的N次方. */
function powerOf(power: string): string {
  if (power === '2') return '的平方';
  const said = /\d/.test(power) ? (power.startsWith('-') ? '负' : '') + cardinal(power) : power.toUpperCase();
  return `的${said}次方`;
}
