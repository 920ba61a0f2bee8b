// Telephone numbers, and numbers that name rather than count: rooms, trains, codes. Digit by digit, 1 as 幺
// (upstream: zh_normalization/phonecode.py).
import { cardinal, digits } from '../numbers';
import { type ChineseRule, type RuleContext } from '../scanner';
import { MEASURES } from '../units';
import { sticky } from './patterns';

const CALLED =
  /(?:拨打?|拨通|打|电话|热线|报警|火警|急救|客服|致电|呼叫|来电|手机|座机|传真|专线|分机|短信到|发送到|发送至)(?:号码?|是|为|：|:|，|了|给)*\s?$/;
const NAMED =
  /(?:房间|房号|门牌|编号|号码|验证码|校验码|密码|口令|尾号|学号|工号|卡号|账号|帐号|订单|订单号|单号|邮编|邮政编码|QQ|QQ号|微信号?|身份证|身份证号|证号|车牌|车牌号|代码|代号|航班|航班号|车次|股票|序列号|型号|特工|错误码|准考证号?|识别码|识别号|取件码|流水号|牌照)(?:号码?)?(?:是|为|：|:|，|（|\()*\s?[\u4e00-\u9fff]?[A-Z]{0,2}\s?$/;
const NAMED_AFTER = /^\s?(?:房间|室(?!内|外|友)|号房|路(?:公交|车|电车)?(?!程|口|人)|次列车|次航班|高校|错误)/;
/** Names that are said digit by digit wherever they stand. */
const PROPER: Readonly<Record<string, RegExp>> = {
  985: /^(?:高校|大学|工程|院校|、|和|或)/,
  211: /^(?:高校|大学|工程|院校)/,
  315: /^(?:晚会|消费)/,
  737: /^(?:飞机|客机|系列)/,
  747: /^(?:飞机|客机|系列)/,
  777: /^(?:飞机|客机|系列)/,
};

const inGroups = (value: string) =>
  value
    .split(/[- ]+/)
    .filter((part) => part !== '')
    .map((part) => digits(part, { yao: true }))
    .join(',');

function isNamed(value: string, { before, after }: RuleContext): boolean {
  if (/\d转$/.test(before(2))) return true; // an extension
  if (CALLED.test(before(8)) && value.length >= 3) return !new RegExp(`^(?:${MEASURES}|万|折)`).test(after(3));
  if (NAMED.test(before(14)) && value.length >= 3) return true;
  if (value.length >= 3 && NAMED_AFTER.test(after(5)) && !/第$/.test(before(1)) && !value.endsWith('00')) return true;
  return PROPER[value]?.test(after(3)) ?? false;
}

/** +86 …: the country's number, then the subscriber's. */
export const COUNTRY_RULE: ChineseRule = {
  name: 'telephone',
  pattern: sticky(String.raw`\+(\d{1,3})[- ]?(1[3-9]\d{9}|1[3-9]\d[- ]\d{4}[- ]\d{4}|\d{2,3}[- ]\d{7,8})(?!\d)`),
  say: ([, country, subscriber]) => `加${digits(country, { yao: true })},${inGroups(subscriber)}`,
};

/** (010)62771234: the area's number in brackets. */
export const AREA_RULE: ChineseRule = {
  name: 'telephone',
  pattern: sticky(String.raw`[(（](0\d{2,3})[)）][- ]?(\d{7,8})(?!\d)`),
  say: ([, area, subscriber]) => inGroups(`${area}-${subscriber}`),
};

export const CODE_RULES: readonly ChineseRule[] = [
  {
    name: 'telephone',
    pattern: sticky(String.raw`1[3-9]\d(?:\d{8}|[- ]\d{4}[- ]\d{4})(?!\d)`),
    say: ([value]) => inGroups(value),
  },
  {
    name: 'telephone',
    pattern: sticky(
      String.raw`(?:0\d{2,3}[- ]\d{7,8}|[48]00[- ]\d{3}[- ]\d{4}|\d{2,4}(?:-\d{2,4})?-\d{3,4}-\d{4}|\d{2}-\d{2,3}-\d{7,8})(?!\d)`,
    ),
    say: ([value]) => inGroups(value),
  },
  {
    name: 'code',
    pattern: sticky(String.raw`\d+[Xx]?(?![\d.:：%,])`),
    say: ([value], context) =>
      isNamed(value, context) || /^\d{17}[\dXx]$/.test(value)
        ? digits(value, { yao: true }) + (/x$/i.test(value) ? 'X' : '')
        : null,
  },
  {
    name: 'code',
    pattern: sticky(String.raw`0\d+(?![\d.:：])`),
    say: ([value]) => digits(value, { yao: true }),
  },
  {
    name: 'network address',
    pattern: sticky(String.raw`\d{1,3}(?:\.\d{1,3}){3}(?![\d.])`),
    say: ([value]) =>
      value
        .split('.')
        .map((part) => digits(part))
        .join('点'),
  },
  {
    name: 'version',
    pattern: sticky(String.raw`\d+(?:\.\d+){2,}`),
    say: ([value]) =>
      value
        .split('.')
        .map((part) => (part.startsWith('0') ? digits(part) : cardinal(part)))
        .join('点'),
  },
  {
    // G101, CA1831: three digits or more joined to letters.
    name: 'code',
    pattern: sticky(String.raw`\d{3,}(?![\d.,:：])`),
    say: ([value], { before }) => (/[A-Za-z][-_]?$/.test(before(2)) ? digits(value, { yao: true }) : null),
  },
  {
    // Too long for a quantity, unless it is round.
    name: 'code',
    pattern: sticky(String.raw`\d{9,}(?![\d.,])`),
    say: ([value]) => (/0{4}$/.test(value) ? null : digits(value, { yao: true })),
  },
];
