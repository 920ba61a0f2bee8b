// Numbers that name models, standards and figures, digit by digit or with a silent hyphen: 歼-20, RTX 3060, GB/T 19001-2016, 图3-1.
import { amount, cardinal, digits, number } from '../numbers';
import { type ChineseRule } from '../scanner';
import { MEASURES, UNIT } from '../units';
import { MAGNITUDE, sticky } from './patterns';

/** Series of aircraft, rockets, ships and weapons whose number follows a hyphen. */
const SERIES =
  /(?:歼|歼轰|运|直|轰|强|教|初教|武直|空警|空运|图|苏|米|米格|伊尔|安|雅克|卡|新舟|东风|长征|神舟|嫦娥|天宫|天问|天舟|梦舟|红旗|巨浪|鹰击|霹雳|红箭|翼龙|彩虹|攻击|无侦|猎鹰|阿波罗|联盟|进步|快舟|捷龙|力箭|朱雀|谷神星|双曲线|高分|风云|北斗|悟空|实践|遥感|鹊桥|雪龙|蛟龙|海斗|和谐|复兴|解放|东风商用车)$/;
const VEHICLE_AFTER =
  /^\d+(?:号|型|首飞|战机|战斗机|飞机|导弹|火箭|卫星|飞船|坦克|舰|直升机|运输机|轰炸机|发射|返回|升空|亮相|试飞|服役|列装)/;

/** Brands and series of devices before a number of three or four digits. */
const BRAND =
  /(?:波音|空客|空中客车|宝马|奔驰|标致|奥迪|沃尔沃|马自达|雪铁龙|保时捷|法拉利|迈凯伦|骁龙|天玑|麒麟|酷睿|锐龙|至强|联发科|诺基亚|佳能|尼康|索尼|惠普|爱普生|海康|大华|兄弟打印机|小米路由器?|塞斯纳|庞巴迪|苏霍伊|图波列夫|伊尔|幻影|协和|红旗|锐龙\s?\d|[Ri][3579]|Office|PowerPoint|Excel|Word|Visual Studio|Photoshop|SQL Server|AutoCAD|Windows(?: Server)?|RTX|GTX|GT|RX|MX|Arc|Radeon|GeForce|Ryzen|Quadro|BMW|Boeing|Airbus|Porsche|Peugeot)\s?(?:\d{3,4}\s?(?:[、/]|和|或者?|与|还是|比|对比|跟)\s?){0,2}$/;
/** Capitals and a space before a number: DHC 8, HP 1020. */
const INITIALS = /(?:^|[^A-Za-z])[A-Z]{2,4} $/;

const COUNTED = new RegExp(
  `^\\s?(?:${MAGNITUDE}|[元块多余%‰辆台架款部个名位人折年月日号次匹岁件套张条]|(?:${UNIT})(?![A-Za-z])|(?!处|起|面|门|点|道|场|分|家)(?:${MEASURES}))`,
);

/** Names of standards before their number. */
const STANDARD =
  /(?:ISO|IEC|GB|GBT|DB|JB|HG|YY|YD|QB|SB|NY|SY|DL|SJ|CJ|JGJ|IEEE|EN|ASTM|DIN|ANSI|IATF|OHSAS|SA|RFC|BS|JIS)(?:\/[A-Z]{1,4})?\s?$/;

/** 19 and 20 begin years, whose 1 is 一. */
const named = (value: string) => digits(value, { yao: !/^(?:19|20)\d\d$/.test(value) });

/** Hexadecimal digits, one by one. */
const hexadecimal = (value: string) =>
  [...value.toUpperCase()].map((digit) => (/\d/.test(digit) ? digits(digit, { yao: true }) : digit)).join('');

/** 00:1B:44:11:3A:B7 */
export const MAC_RULE: ChineseRule = {
  name: 'code',
  pattern: sticky('[0-9A-Fa-f]{2}([:-])[0-9A-Fa-f]{2}(?:\\1[0-9A-Fa-f]{2}){4}(?![A-Za-z0-9:-])'),
  say: ([address]) => address.split(/[:-]/).map(hexadecimal).join(','),
};

/** Whether 7-11 is the shop: it sells, one stands before it, or goes there. */
const isShop = (before: string, after: string) =>
  /^(?:便利|门[口店前]|[超门商]?店|旁|对面|楼下|附近|的?(?:饭团|关东煮|咖啡|便当|三明治|店员|收银|冰|热|盒饭|早餐))/.test(
    after,
  ) ||
  (/(?:[去到在逛进]|家|[有叫]|就是|罗森[和、与]?|全家[和、与]?)了?$/.test(before) &&
    /^(?:$|[，。！？,.!?吗呢吧啊呀买吃喝里取等]|集合|见面|打工|上班|兼职|结账)/.test(after));

export const MODEL_DIGIT_RULES: readonly ChineseRule[] = [
  {
    name: 'code',
    pattern: sticky('0[xX]([0-9A-Fa-f]{1,64})(?![A-Za-z0-9])'),
    say: ([, value]) => `零X${hexadecimal(value)}`,
  },
  MAC_RULE,
  {
    // ISO 9001:2015, GB/T 19001-2016
    name: 'standard',
    pattern: sticky(String.raw`(\d{1,6}(?:\.\d{1,3}){0,4})[:：-]((?:19|20)\d\d)(?![\d-])`),
    say: ([, value, year], { before }) =>
      STANDARD.test(before(12))
        ? `${value
            .split('.')
            .map((part) => digits(part, { yao: true }))
            .join('点')},${digits(year)}`
        : null,
  },
  {
    // IEEE 802.11ac
    name: 'standard',
    pattern: sticky(String.raw`802\.(\d{1,2})([a-z]{1,2}(?![A-Za-z]))?(?!\d)`),
    say: ([, part, letters = ''], { before, after }) =>
      letters !== '' || STANDARD.test(before(12)) || /^(?:标准|协议|无线)/.test(after(2))
        ? `八零二点${digits(part, { yao: true })}${letters.toUpperCase()}`
        : null,
  },
  {
    name: 'standard',
    pattern: sticky(String.raw`\d{4,6}(?!\d|[.,:：]\d)`),
    say: ([value], { before, after }) =>
      STANDARD.test(before(12)) && !COUNTED.test(after(5)) ? digits(value, { yao: true }) : null,
  },
  {
    // 图3-1
    name: 'figure',
    pattern: sticky(String.raw`(\d{1,3})-(\d{1,3})(?![\d-])`),
    say: ([, chapter, figure], { before }) =>
      /(?:^|[^下上地试企意])(?:图|附图|图表|插图|式|公式|例|附录|习题|(?:^|[^代发手钟外仪])表)\s?$/.test(before(3))
        ? `${cardinal(chapter)}杠${cardinal(figure)}`
        : null,
  },
  {
    // RTX 3060, 波音737
    name: 'model',
    pattern: sticky(String.raw`(\d{3,5})(?:-(\d{3})(?!-?\d))?(?!\d|[.,:：/-]\d|年)`),
    say: ([, value, variant], { before, after }) => {
      if (value.endsWith('000') || COUNTED.test(after(5))) return null;
      const preceding = before(24);
      if (value.length > 4 && !/i[3579] $/.test(preceding)) return null;
      return BRAND.test(preceding) || (INITIALS.test(preceding.slice(-6)) && !STANDARD.test(preceding))
        ? (/[\u4e00-\u9fff]\d $/.test(preceding) ? ',' : '') +
            named(value) +
            (variant === undefined ? '' : `,${named(variant)}`)
        : null;
    },
  },
  {
    // 血压120/80
    name: 'blood pressure',
    pattern: sticky(String.raw`(\d{2,3})\/(\d{2,3})(?![\d/])(?:\s?(mmHg|毫米汞柱)(?![A-Za-z]))?`),
    say: ([, high, low, unit], { before }) =>
      /血压[\u4e00-\u9fff：:，,\s]{0,8}$/.test(before(12)) && Number(high) > Number(low) && Number(low) >= 30
        ? `${number(high)},${number(low)}${unit === undefined ? '' : '毫米汞柱'}`
        : null,
  },
  {
    // 1米75, 3块25: the digits of what follows.
    name: 'part',
    pattern: sticky(String.raw`\d{2}(?!\d|[.,:：]\d|\s?(?:厘米|公分|毫米|分|毛|角|cm|mm|个|条|块|米|只|元))`),
    say: ([value], { before }) => (/[\d一两二三四五六七八九][米块]$/.test(before(2)) ? digits(value) : null),
  },
  {
    // 1080P: lines of a picture
    name: 'resolution',
    pattern: sticky('(360|480|540|576|720|1080|1440|2160)[pP](?![A-Za-z\\d])'),
    say: ([, value]) => `${digits(value, { yao: true })}P`,
  },
  {
    // 去7-11买水
    name: 'shop',
    pattern: sticky('7-(?:11|[Ee][Ll][Ee][Vv][Ee][Nn])(?![\\dA-Za-z-])'),
    say: (_, { before, after }) => (isShop(before(4), after(4)) ? '七十一' : null),
  },
  {
    // 4S店
    name: 'shop',
    pattern: sticky('([1-9])[sS](?=店)'),
    say: ([, value]) => `${cardinal(value)}S`,
  },
  {
    name: 'generation',
    pattern: sticky(String.raw`([2-6])g(?=网|手机|信号|基站|时代|通信|套餐|流量|芯片)`),
    say: ([, value]) => `${cardinal(value)}G`,
  },
];

export const MODEL_SIGN_RULES: readonly ChineseRule[] = [
  {
    // 歼-20
    name: 'model',
    pattern: sticky(String.raw`[-–](\d{1,4}(?:\.\d)?)(?![\d-])`),
    say: ([all, value], { before, after }) =>
      SERIES.test(before(6)) || (/[\u4e00-\u9fff]$/.test(before(1)) && VEHICLE_AFTER.test(all.slice(1) + after(4)))
        ? number(value)
        : null,
  },
  {
    // Qwen2.5-7B, i7-12700K: a pause between the numbers of a name.
    name: 'model',
    pattern: sticky(String.raw`-(?=\d)`),
    say: (_, { before, after }) =>
      /(?:^|[^A-Za-z])[A-Za-z]{1,12}-?\d{1,4}(?:\.\d{1,2})?$/.test(before(20)) &&
      (/^\d+(?:\.\d+)?[A-Za-z]/.test(after(8)) || /[A-Za-z]{2,}-?\d+(?:\.\d+)?$|(?:^|[^A-Za-z])i\d$/.test(before(20)))
        ? ','
        : null,
  },
];

/** The digits after 'i7-', and letters that follow them: 一二七零零K. */
export const MODEL_PART_RULE: ChineseRule = {
  name: 'model',
  pattern: sticky(String.raw`(\d+(?:\.\d+)?)(?=[A-Za-z](?![A-Za-z])|\b)`),
  say: ([, value], { before }) => {
    if (!/[A-Za-z]-?\d{1,4}(?:\.\d{1,2})?-$/.test(before(11))) return null;
    return /^\d{3,}$/.test(value) ? digits(value, { yao: true }) : amount(value).replace('两', '二');
  },
};
