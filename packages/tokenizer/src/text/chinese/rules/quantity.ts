// Quantities: temperatures, percentages, fractions, ranges, units, ordinals and plain numbers (upstream:
// zh_normalization/quantifier.py and num.py).
import { amount, cardinal, number } from '../numbers';
import { type ChineseRule, type RuleContext } from '../scanner';
import { MEASURES, UNIT, UNITS } from '../units';
import { MAGNITUDE, NUMBER, TO, sticky } from './patterns';

const DEGREE = String.raw`℃|°C|℉|°F|摄氏度|华氏度|°`;
const DEGREES: Readonly<Record<string, string>> = {
  '℃': '摄氏度',
  '°C': '摄氏度',
  '℉': '华氏度',
  '°F': '华氏度',
  '°': '度',
};
const degree = (sign: string) => DEGREES[sign] ?? sign;
const signed = (sign: string | undefined, value: string, negative: string) =>
  `${sign === undefined || sign === '' ? '' : sign === '+' ? '正' : negative}${number(value)}`;

const MEASURED = new RegExp(`^\\s?(?:${MEASURES})`);
/** 第2, 初2, 农历2: a name, not a count. */
const NAMING = /(?:第|初|周|星期|礼拜|正月|农历|No\.?|[A-Z])$/i;

/** A number before what it counts: 2 is 两 there. */
export function counted(value: string, { before, after }: Pick<RuleContext, 'before' | 'after'>): string {
  // 2栋3单元 is named, 2栋 are counted
  const isCounted = MEASURED.test(after(4)) && !/^[栋幢]\s?\d/.test(after(3));
  const said = isCounted && !NAMING.test(before(2)) ? amount(value) : number(value);
  return NAMING.test(before(2)) ? said.replace(/^两/, '二') : said;
}

/** What watts are of, and what w counts ten thousands of. */
const WATTS_AFTER =
  /^\s?(?:的?(?:[有无]线|超级?|氮化镓)?(?:充|快充|闪充|灯|电源|适配|功放|音[箱响]|太阳能|光伏|电[机器吹扇]|喇叭|功率|白炽|射灯|LED|输出))/;
const WATTS_BEFORE = /(?:功率|瓦数|[快闪]充|充电)(?:为|是|达|高达|只有|约)?\s?$/;
const TEN_THOUSANDS_AFTER =
  /^[多余]?(?:粉|阅读|播放|点赞|浏览|关注|转发|评论|收藏|销量|下载|订阅|观看|用户|人|块|元|次|字|赞|存款|年薪|预算|左右|以[上下内])/;
const TEN_THOUSANDS_BEFORE =
  /(?:[年月]薪|[年月日]入|薪[资水]|收入|粉丝|阅读|播放|点赞|浏览|关注|转发|评论|收藏|销量|下载|订阅|赚|存款|首付|预算|价格|成本)(?:[量数]|都|已经?|有|是|为|了|超|超过|破|突破|达到?|到|约|近|：|:){0,2}\s?$/;

const FRACTIONS: Readonly<Record<string, string>> = {
  '½': '二分之一',
  '⅓': '三分之一',
  '⅔': '三分之二',
  '¼': '四分之一',
  '¾': '四分之三',
  '⅕': '五分之一',
  '⅖': '五分之二',
  '⅗': '五分之三',
  '⅘': '五分之四',
  '⅙': '六分之一',
  '⅚': '六分之五',
  '⅛': '八分之一',
  '⅜': '八分之三',
  '⅝': '八分之五',
  '⅞': '八分之七',
};
const FRACTION = `[${Object.keys(FRACTIONS).join('')}]`;

const TEMPERATURES: ChineseRule = {
  name: 'temperature range',
  pattern: sticky(String.raw`([-+])?(${NUMBER})(${DEGREE})?${TO}([-+])?(${NUMBER})(${DEGREE})`),
  say: ([, sign, from, unitFrom, signTo, to, unit]) =>
    `${signed(sign, from, '零下')}${unitFrom === undefined ? '' : degree(unitFrom)}到${signed(signTo, to, '零下')}${degree(unit)}`,
};
const TEMPERATURE: ChineseRule = {
  name: 'temperature',
  pattern: sticky(String.raw`([-+])?(${NUMBER})\s?(${DEGREE})`),
  say: ([, sign, value, unit]) => `${signed(sign, value, unit === '°' ? '负' : '零下')}${degree(unit)}`,
};
const PERCENT = (sign: string) => (sign === '%' ? '百分之' : '千分之');
const PERCENTS: ChineseRule = {
  name: 'percentage range',
  pattern: sticky(String.raw`([-+])?(${NUMBER})[%‰]?${TO}([-+])?(${NUMBER})([%‰])`),
  say: ([, sign, from, signTo, to, unit]) =>
    `${sign === '-' ? '负' : ''}${PERCENT(unit)}${number(from)}到${signTo === '-' ? '负' : ''}${PERCENT(unit)}${number(to)}`,
};
const PERCENTAGE: ChineseRule = {
  name: 'percentage',
  pattern: sticky(String.raw`([-+])?(${NUMBER})\s?([%‰])`),
  say: ([, sign, value, unit]) => `${sign === '-' ? '负' : sign === '+' ? '正' : ''}${PERCENT(unit)}${number(value)}`,
};
const FRACTION_RULE: ChineseRule = {
  name: 'fraction',
  pattern: sticky(String.raw`(-)?(\d{1,4})\/(\d{1,4})(?![\d/])`),
  say: ([, sign, numerator, denominator]) =>
    Number(denominator) === 0
      ? null
      : `${sign === undefined ? '' : '负'}${number(denominator)}分之${number(numerator)}`.replaceAll('两', '二'),
};

/** What a sign may not follow for it to mean 'minus this number': a value, or a number with what it counts (3月15日-20日). */
const isNegative = ({ before }: RuleContext) =>
  !/[\dA-Za-z)）%²³]$|\d[年月日号时点分秒米元度万亿千百十级岁周天人件页集章层楼斤克]$/.test(before(2));

/** Rules that may begin with a minus. */
export const SIGNED_RULES: readonly ChineseRule[] = [
  TEMPERATURES,
  TEMPERATURE,
  PERCENTS,
  PERCENTAGE,
  FRACTION_RULE,
].map((rule) => ({
  ...rule,
  say: (match, context) => (isNegative(context) ? rule.say(match, context) : null),
}));

export const NEGATIVE_RULE: ChineseRule = {
  name: 'negative',
  pattern: sticky(String.raw`-(${NUMBER})`),
  say: ([, value], context) => (isNegative(context) ? `负${number(value)}` : null),
};

export const DECIMAL_RULE: ChineseRule = {
  name: 'number',
  pattern: sticky(String.raw`\.(\d+)`),
  say: ([, decimals], context) => (/[\dA-Za-z.]$/.test(context.before(1)) ? null : number(`0.${decimals}`)),
};

export const FRACTION_SIGN_RULE: ChineseRule = {
  name: 'fraction',
  pattern: sticky(FRACTION),
  say: ([sign]) => FRACTIONS[sign],
};

export const QUANTITY_RULES: readonly ChineseRule[] = [
  {
    name: 'angle',
    pattern: sticky(String.raw`(\d+)°(\d{1,2})′(?:(\d{1,2}(?:\.\d+)?)[″"])?`),
    say: ([, degrees, minutes, seconds]) =>
      `${number(degrees)}度${number(minutes)}分${seconds === undefined ? '' : `${number(seconds)}秒`}`,
  },
  TEMPERATURES,
  TEMPERATURE,
  PERCENTS,
  PERCENTAGE,
  {
    name: 'fraction',
    pattern: sticky(String.raw`(\d+)\s?(${FRACTION})`),
    say: ([, whole, sign]) => `${number(whole)}又${FRACTIONS[sign]}`,
  },
  FRACTION_RULE,
  {
    name: 'range',
    pattern: sticky(String.raw`(${NUMBER})\s?(${UNIT})${TO}(${NUMBER})\s?(${UNIT})(?![A-Za-z])`),
    say: ([, from, unit, to, unitTo]) => `${amount(from)}${UNITS[unit]}到${amount(to)}${UNITS[unitTo]}`,
  },
  {
    name: 'range',
    pattern: sticky(String.raw`(${NUMBER})${TO}(${NUMBER})\s?(${UNIT})(?![A-Za-z])`),
    say: ([, from, to, unit]) => `${amount(from)}到${amount(to)}${UNITS[unit]}`,
  },
  {
    name: 'range',
    pattern: sticky(String.raw`(${NUMBER})\s?(?:-|–|—|～)\s?(${NUMBER})(?![\d=＝+×÷*%-])`),
    say: ([all, from, to], context) => {
      const [low, high] = [from, to].map((value) => Number(value.replace(/[, ]/g, '')));
      if (/[=+×÷*A-Za-z-]\s?$/.test(context.before(2))) return null;
      if (low >= high && !/[～–—]/.test(all)) return null;
      return `${counted(from, { before: context.before, after: context.after })}到${counted(to, context)}`;
    },
  },
  {
    // 12 756千米: one space groups only before what is counted.
    name: 'number',
    pattern: sticky(
      String.raw`([1-9]\d{0,2} \d{3}(?:\.\d{1,9})?)(?=\s?[万亿]?(?:千米|公里|人|册|元|吨|公斤|千克|平方|立方|米|个|名|只|件|辆|台|户|(?:${UNIT})(?![A-Za-z\d])))`,
    ),
    say: ([, value], { before }) => (/[\d.,]\s?$|第$/.test(before(2)) ? null : number(value)),
  },
  {
    // 10w+阅读, 年薪30W; 10W充电器 has watts
    name: 'unit',
    pattern: sticky(String.raw`(${NUMBER})([wW])(?![A-Za-z\d/])`),
    say: ([, value, letter], { before, after }) => {
      if (WATTS_AFTER.test(after(6)) || WATTS_BEFORE.test(before(6))) return `${amount(value)}瓦`;
      const isTenThousand =
        letter === 'w' ||
        after(1) === '+' ||
        TEN_THOUSANDS_AFTER.test(after(5)) ||
        TEN_THOUSANDS_BEFORE.test(before(8));
      return isTenThousand ? `${number(value)}万`.replace(/^二万/, '两万') : null;
    },
  },
  {
    name: 'unit',
    pattern: sticky(String.raw`(${NUMBER})(${MAGNITUDE})?\s?(${UNIT})(?![A-Za-z\d])`),
    // A4L is a car, no volume.
    say: ([, value, magnitude, unit], { before }) =>
      /[A-Za-z]$/.test(before(1))
        ? null
        : `${magnitude === undefined ? amount(value) : number(value) + magnitude}${UNITS[unit]}`,
  },
  {
    name: 'about',
    pattern: sticky(String.raw`(${NUMBER})\+(?=${MEASURES}|${MAGNITUDE}|名|位|人)`),
    say: ([, value]) => `${number(value)}多`,
  },
  {
    name: 'number',
    pattern: sticky(String.raw`(${NUMBER})(${MAGNITUDE})?`),
    say: ([, value, magnitude], context) => {
      if (magnitude === undefined) return counted(value, context);
      return `${number(value)}${magnitude}`.replace(/^二(?=[千万亿])/, '两');
    },
  },
];

/** 5米x3米, 1920x1080 */
export const TIMES_RULE: ChineseRule = {
  name: 'formula',
  pattern: sticky(String.raw`[xX](?=\s?\d)`),
  say: (_, { before }) => (/\d\s?(?:[厘毫分]?米|英?[尺寸]|像素)?\s?$/.test(before(5)) ? '乘' : null),
};

/** ① and Ⅲ. */
export const COMPATIBILITY_RULE: ChineseRule = {
  name: 'number',
  pattern: sticky(String.raw`[\u2160-\u216B\u2460-\u2473]`),
  say: ([sign]) => {
    const code = sign.charCodeAt(0);
    return cardinal(String(code >= 0x2460 ? code - 0x2460 + 1 : code - 0x2160 + 1));
  },
};

/** A unit's sign that no number stands before: '每㎡'. */
export const SYMBOL_UNIT_RULE: ChineseRule = {
  name: 'unit',
  pattern: sticky('[㎡㎥℃℉°]'),
  say: ([sign]) => UNITS[sign] ?? DEGREES[sign] ?? '',
};
