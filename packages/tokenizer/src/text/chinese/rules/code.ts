// Telephone numbers, and numbers that name rather than count: rooms, trains, codes. Digit by digit, 1 as 幺
// (upstream: zh_normalization/phonecode.py).
import { cardinal, digits } from '../numbers';
import { type ChineseRule, type RuleContext } from '../scanner';
import { MEASURES } from '../units';
import { MAGNITUDE, sticky } from './patterns';

/** What a call is made with; numbers may follow each other: 拨95588、95533或10010. */
const CALLED =
  /(?:拨打?|拨通|打|电话|热线|[查报]号台|报警台|急救中心|匪警|盗警|报警|火警|急救|救护|救援|求助|交警|客服|致电|呼叫|来电|手机|座机|传真|专线|分机|移动|联通|电信|短信发?到|发送到|发送至)(?:号码?|是|为|：|:|，|了|给|,)*\s?(?:\d{3,6}(?:[、，,/]|[，,]?(?:和|或者?|或是|与|及|还是|而?也?不?是))\s?){0,3}$/;
const CALLED_AFTER =
  /^(?:服务)?(?:热线|客服|平台|电话|[打拨](?:个|了|过)?电话|短信|来电|报警|急救|火警|救护|专线|开通|消防|救护车|接警|出警|民警|警察|指挥中心|调度|接线|[就都]?(?:赶)?[来到]了|快来)/;
/** Numbers that services have. The three-digit ones may count too: they need a word that says so. */
const SERVICE =
  /^(?:1(?:0000|0001|0010|0086|0099|0050|0060|008611)|12(?:110|117|119|121|122|306|315|318|320|328|333|345|348|355|358|365|366|369|377|380|385|388|389|393|395|123|338)|95\d{3}|96\d{3,4})$/;
const EMERGENCY = /^(?:110|119|120|122|114|117|121|112|999|911)$/;
const NAMED =
  /(?:房间|房号|门牌|编号|号码|验证码|校验码|密码|口令|尾号|学号|工号|卡号|账号|帐号|订单|订单号|单号|邮编|邮政编码|QQ|QQ号|微信号?|身份证|身份证号|证号|车牌|车牌号|代码|代号|航班|航班号|车次|股票|序列号|型号|特工|错误码|准考证号?|识别码|识别号|取件码|提货码|激活码|兑换码|邀请码|动态码|流水号|牌照|群号?|提取码|取餐码|解压码|支付码|餐号|桌号|(?:会员|手机|运单|快递|合同|发票|批次|病历|社保|医保|工单|座位|考|票|频道|邮箱|账户|客户|员工|编|税|案件|宿舍|餐桌|档案|报名|存款|保单|护照|批准文|备案)号|PIN码?|OTP)(?:号码?)?(?:是|为|：|:|，|,|（|\()*\s?[\u4e00-\u9fff]?[A-Z]{0,2}[·•.]?\s?$/;
const NAMED_AFTER =
  /^\s?(?:房间|室(?!内|外|友)|号房|病房|教室|包[间厢房]|宿舍|会议室|办公室|寝室|客房(?!数)|房(?![子价源东屋贷产租型]|间数|客)|路(?:公交|车|电车)?(?!程|口|人)|次列车|次航班|高校|错误)/;
/** A room: after the staircase or the house, and where one lives or waits. */
const ROOM_BEFORE =
  /(?:单元|宿舍|寝室|病房|办公室|会议室|教室|机房|包间|包厢|[\dA-Z东西南北]{1,2}[楼层座区栋幢]|号楼|栋|幢|住|住在|搬到了?|搬进了?|入住|住进了?)\s?$/;
const ROOM_IN = /(?:(?:^|[^存现正实所好])在|[到去来进回])\s?$/;
/** Rooms are in a number: 会议室在1108. */
const ROOM_IS = /(?:[室厅]|办公室|教室|房间|家|宿舍|病房|开会|上课|考试|面试|集合|报到|会议)(?:就|都)?在\s?$/;
/** 我在707 */
const IN_ROOM = /(?:[我你他她]们?|人)(?:就|都|还|现)?[在住]\s?$/;
const ROOM_AFTER = /^(?:等|见|集合|开会|上课|休息|门口|里|住|房)/;
/** Names that are said digit by digit where no measure follows, by what follows or stands before. */
const PROPER: Readonly<Record<string, RegExp>> = {
  985: /^(?:高校|大学|工程|院校|、|和|或|毕业|本科|硕士|博士|生|双一流|$|[，。！？])/,
  211: /^(?:高校|大学|工程|院校|、|和|或|毕业|本科|硕士|博士|生|双一流|$|[，。！？])/,
  315: /^(?:晚会|消费|维权|打假|曝光)/,
  996: /^/,
  618: /^(?:$|[，。！？]|[和与、]双|都|大促|活动|购物|年中|促销|到|来|快|期间|当天|满减|前|后|狂欢|预售|战报)/,
  818: /^(?:大促|活动|购物|促销|期间)/,
  520: /^(?:$|[，。！？给送约]|[和与、](?:618|双|七夕)|快乐|表白|情人|礼物|那天|当天|节|告白|红包|到|文案)/,
  1314: /^(?:$|[，。！？]|一生)/,
  666: /^(?:$|[，。！？啊呀的])/,
  6666: /^(?:$|[，。！？啊呀的])/,
  233: /^(?:$|[，。！？])/,
  2333: /^(?:$|[，。！？])/,
  886: /^(?:$|[，。！？])/,
};
const QUANTITY_BEFORE = /(?:共|有|约|近|达|花|买|卖|为|是|等于|第|到|了|[一-龥]价|\d)\s?$/;

// 晚 counts evenings, but 晚会 is a gala.
const MEASURED = new RegExp(
  `^\\s?(?!晚会|本科|年中|门[口前外铃]|处理|处于|处在|起飞|起降|面试|点击|道歉|家属)(?:${MEASURES}|${MAGNITUDE}|折|多|余|[元块毛][^\\u4e00-\\u9fff]?)`,
);

const inGroups = (value: string) =>
  value
    .split(/[- ]+/)
    .filter((part) => part !== '')
    .map((part) => digits(part, { yao: true }))
    .join(',');

/** Some places of a longer number: 后四位是1234. */
const PLACES_BEFORE = /[前后末中][一二两三四五六七八九十\d]{1,2}位(?:数字?|号码?)?(?:是|为|：|:|（|\()?\s?$/;
/** 138开头的号码 */
const PLACES_AFTER = /^(?:开头|打头|结尾|收尾|号?段)/;

function isNamed(value: string, { before, after }: RuleContext): boolean {
  if (/\d转$/.test(before(2))) return true; // an extension
  if (after(1) === '+') return false;
  if (PLACES_AFTER.test(after(3)) || (PLACES_BEFORE.test(before(12)) && !MEASURED.test(after(4)))) return true;
  if (value.length < 3) return false;
  const following = after(5)
    .replace(/^["”’」』]/, '')
    .slice(0, 4);
  const counted = MEASURED.test(following);
  if (counted) return NAMED.test(before(14));
  if (SERVICE.test(value)) return true;
  const preceding = before(24);
  if (CALLED.test(preceding) || NAMED.test(preceding.slice(-14))) return true;
  if (
    EMERGENCY.test(value) &&
    (CALLED_AFTER.test(following) || /(?:找|叫|喊|联系|通知|消防|公安|民警|警方|[^上汇]报)\s?$/.test(preceding))
  )
    return true;
  if (NAMED_AFTER.test(following) && !preceding.endsWith('第') && !value.endsWith('00')) return true;
  if (value.length <= 4 && ROOM_BEFORE.test(preceding.slice(-6))) return true;
  if (value.length <= 4 && ROOM_IS.test(preceding.slice(-6)) && /^(?:$|[，。！？,.])/.test(following)) return true;
  if (value.length <= 4 && IN_ROOM.test(preceding.slice(-4)) && /^(?:$|[，。！？,.])/.test(following)) return true;
  if (value.length <= 4 && ROOM_IN.test(preceding.slice(-3)) && ROOM_AFTER.test(following)) return true;
  if (!Object.hasOwn(PROPER, value) || !PROPER[value].test(following)) return false;
  return following !== '' && /^[^，。！？]/.test(following)
    ? true
    : !QUANTITY_BEFORE.test(preceding.slice(-2)) ||
        /真是$/.test(preceding) ||
        (/^(?:520|618|1314)$/.test(value) && /[今明昨后]天[又就]?[是到]$/.test(preceding)) ||
        (/^(?:985|211)$/.test(value) && /(?:考上|考进|[读上]|毕业于|进)了?$/.test(preceding));
}

/** +86 …: the country's number, then the subscriber's. */
export const COUNTRY_RULE: ChineseRule = {
  name: 'telephone',
  pattern: sticky(String.raw`\+(\d{1,3})[- ]?(1[3-9]\d{9}|1[3-9]\d[- ]\d{4}[- ]\d{4}|\d{2,3}[- ]\d{7,8})(?!\d)`),
  say: ([, country, subscriber]) => `加${digits(country, { yao: true })},${inGroups(subscriber)}`,
};

/** (010)62771234, (010)6277-1234: the area's number in brackets. */
export const AREA_RULE: ChineseRule = {
  name: 'telephone',
  pattern: sticky(String.raw`[(（](0\d{2,3})[)）][- ]?(\d{7,8}|\d{3,4}[- ]\d{4})(?!\d)`),
  say: ([, area, subscriber]) => `,${inGroups(`${area}-${subscriber}`)}`,
};

/** 京A12345, 京A·F8K88: letters and digits of a number plate. */
export const PLATE_RULE: ChineseRule = {
  name: 'code',
  pattern: sticky(
    String.raw`([A-Z])[·. -]?(?=[A-Z]{0,3}\d)([A-Z\d]{5,6}|[A-Z\d]{4}(?=[港澳警学挂领]))(?![A-Za-z\d.]|,\d)`,
  ),
  say: ([, city, value], { before }) =>
    /[京津沪渝冀豫云辽黑湘皖鲁新苏浙赣鄂桂甘晋蒙陕吉闽贵粤青藏川宁琼]$/.test(before(1)) ? city + alone(value) : null,
};
const alone = (value: string) => value.replace(/\d/g, (digit) => digits(digit, { yao: true }));

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
    // 6222 0200 0001 2345: a card's number in fours
    name: 'code',
    pattern: sticky(String.raw`\d{4}(?:([ -])\d{4})(?:\1\d{4}){1,3}(?:\1\d{1,3})?(?![\d-])`),
    say: ([value]) => inGroups(value),
  },
  {
    // 取件码3-2-1108: groups, said with a pause between them
    name: 'code',
    pattern: sticky(String.raw`\d{1,6}(?:-\d{1,6}){2,4}(?![\d-]|[=＝])`),
    say: ([value], { before }) => (NAMED.test(before(14)) ? inGroups(value) : null),
  },
  {
    name: 'code',
    pattern: sticky(String.raw`\d{1,40}[Xx]?(?![\d%‰]|[.:：]\d|,\d{3}(?!\d))`),
    say: ([value], context) =>
      isNamed(value, context) || /^\d{17}[\dXx]$/.test(value)
        ? digits(value, { yao: true }) + (/x$/i.test(value) ? 'X' : '')
        : null,
  },
  {
    name: 'code',
    pattern: sticky(String.raw`0\d+(?!\d|[.:：]\d)`),
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
    pattern: sticky(String.raw`\d{3,}(?!\d|[.,:：]\d)`),
    say: ([value], { before }) =>
      /(?:[A-WYZa-wyz]|(?<!\d)[xX])(?:[-_]?|-\d{3,4}\/)$/.test(before(7)) ? digits(value, { yao: true }) : null,
  },
  {
    // Too long for a quantity, unless it is round.
    name: 'code',
    pattern: sticky(String.raw`\d{9,}(?!\d|[.,]\d)`),
    say: ([value]) => (/0{4}$/.test(value) ? null : digits(value, { yao: true })),
  },
];
