// Years, decades and dates (GB/T 15835, GB/T 7408; upstream: zh_normalization/chronology.py).
import { cardinal, digits } from '../numbers';
import { type ChineseRule } from '../scanner';
import { TO, sticky } from './patterns';

/** Words that say that a number of years is counted, not a year named. */
const COUNTED_BEFORE =
  /(?:近|约|有|先进|超前|长达|历经|经过|超过|数|共|已经?|历时|上下|过去|未来|这|每|满|整|达|了|第|前|后|再|过|用|需|要|距今|距离?(?:现在|如今|今天)|领先(?:世界|全球|全国|同行|对手|别人|他们|我们)?|落后(?:世界|别人)?|相隔|时隔|跨越|延续|持续|传承|绵延|走过|穿越|沉睡|尘封|[早晚]生?)$/;
const COUNTED_AFTER =
  /^(?:前(?!后)|来|间|的?(?:历史|文明|文化|传统|岁月|沧桑|积淀|古)|以上|之久|的时间|左右|多|古[城国树都镇墓道寺刹]|老)/;
const SEASONAL =
  /^(?:的?(?:冬|夏|春|秋|时候)|出生|生人|生[，。]|底|初|末|毕业|入|\d{1,2}月|[一二三四五六七八九十]{1,2}月|那[年时会])/;
/** What names a day rather than a pair of numbers. */
const DAY_AFTER =
  /^(?:是.{0,6}[节日天]|号|[\u4e00-\u9fff]{0,3}(?:节|活动|大促|购物|促销|满减|预售|优惠|聚会|婚礼|放假|晚会|开学|开业|开市)|出生|开幕|开始|发布|上线|截止|到期|之?前|当[天日]|[那这]天)/;
const DAY_BEFORE = /(?:生日|日期|时间|截至|截止|截止到|截止日期|止于|有效期至?)(?:是|为|：|:|到|,)?\s?$/;

const isMonth = (value: string) => Number(value) >= 1 && Number(value) <= 12;
const isDay = (value: string) => Number(value) >= 1 && Number(value) <= 31;
const ERA = '(?:公元前?|前)?';
/** '公元前' stays what it is. */
const era = (written: string, year: string) => (/^\d/.test(written) ? '' : written.replace(/\d.*$/, '')) + digits(year);

/** 3.8妇女节, 5.20那天, 10.1黄金周: a day that everybody knows by its numbers. */
const FAMOUS_DAY: ChineseRule = {
  name: 'dated event',
  pattern: sticky(
    String.raw`(\d{1,2})[·.](\d{1,2})(?=(?:那|这|当)一?天|表白|告白|求婚|情人|快乐|礼物|妇女|女神|女王|劳动|五一|儿童|建军|国庆|教师|黄金周|小?长假)`,
  ),
  say: ([, month, day]) =>
    isMonth(month) && isDay(day)
      ? (month === '10' ? '十' : digits(month)) + digits(day, { yao: day.length > 1 })
      : null,
};

export const CALENDAR_RULES: readonly ChineseRule[] = [
  {
    name: 'date',
    pattern: sticky(String.raw`(\d{4})([-/.])(\d{1,2})\2(\d{1,2})(?![\d.])`),
    say: ([, year, , month, day]) =>
      isMonth(month) && isDay(day) && Number(year) >= 1000
        ? `${digits(year)}年${cardinal(month)}月${cardinal(day)}日`
        : null,
  },
  {
    // 2025-01, 2023/12
    name: 'date',
    pattern: sticky(String.raw`((?:19|20)\d{2})(?:-(0[1-9]|1[0-2])|\/(0?[1-9]|1[0-2]))(?![\d/.-])`),
    say: ([, year, month, other], { before }) =>
      /[A-Za-z\d][-:\s]?$/.test(before(2)) ? null : `${digits(year)}年${cardinal(month ?? other)}月`,
  },
  {
    // 05-20: a leading zero says that it is a day, else what stands around it.
    name: 'date',
    pattern: sticky(String.raw`(\d{1,2})-(\d{1,2})(?![\d-])`),
    say([, month, day], { before, after }) {
      if (!isMonth(month) || !isDay(day) || /[A-Za-z\d./-]$|\d:$/.test(before(2))) return null;
      const padded = month.length === 2 && day.length === 2 && (month.startsWith('0') || day.startsWith('0'));
      return padded ||
        (month.length === 2 && day.length === 2 && DAY_AFTER.test(after(9))) ||
        DAY_BEFORE.test(before(8))
        ? `${cardinal(month)}月${cardinal(day)}日`
        : null;
    },
  },
  {
    name: 'years',
    pattern: sticky(String.raw`(\d{4})年?${TO}(\d{4})(?=年|学年)`),
    say: ([all, from, to]) =>
      `${digits(from)}${all.includes('年') ? '年' : ''}${all.includes('至') ? '至' : '到'}${digits(to)}`,
  },
  {
    // 公元618年—907年, 从960年至1279年
    name: 'years',
    pattern: sticky(String.raw`(\d{2,4})年${TO}(${ERA}(\d{2,4}))(?=年)`),
    say([all, from, written, to], { before }) {
      const dated = /(?:公元前?|[从自由于（(]前?)$/.test(before(3)) || /[—–-]/.test(all);
      if (!dated || (from.endsWith('00') && to.endsWith('00')) || (from.length === 2 && !/公元前?$/.test(before(3))))
        return null;
      return `${digits(from)}年${/至/.test(all) ? '至' : '到'}${era(written, to)}`;
    },
  },
  {
    name: 'decade',
    pattern: sticky(String.raw`(\d0)(?=年代)`),
    say: ([, decade]) => (decade === '00' ? '零零' : cardinal(decade)),
  },
  {
    name: 'generation',
    pattern: sticky(String.raw`(\d[05])(?=后(?!面|边|来|天|年(?!轻)))`),
    say: ([, decade]) => digits(decade),
  },
  {
    name: 'year',
    pattern: sticky(String.raw`(\d{4})(?=年(?!级))`),
    say: ([, year], { before, after }) => {
      const isRound = Number(year) % 1000 === 0;
      // Nobody dates by the year 3000, and few by the year 1000.
      if ((Number(year) === 1000 || Number(year) >= 2200) && !/公元前?$/.test(before(3))) return null;
      const counted = COUNTED_BEFORE.test(before(6)) && !/19|20/.test(year.slice(0, 2));
      if (counted || (isRound && (COUNTED_BEFORE.test(before(6)) || COUNTED_AFTER.test(after(6).slice(1)))))
        return null;
      return Number(year) < 1000 ? null : digits(year);
    },
  },
  {
    name: 'year',
    pattern: sticky(String.raw`(\d{4})(?=财年|学年|级(?:学生|新生|校友))`),
    say: ([, year]) => digits(year),
  },
  {
    name: 'year',
    pattern: sticky(String.raw`(\d{2,4})(?=年)`),
    say: ([, year], { before, after }) => {
      if (/(?:公元前?|始于前?|建于前?|卒于前?|生于前?)$/.test(before(3))) return digits(year);
      if (year.length !== 2) return null;
      if (year[0] === '0') return digits(year);
      return /^[789]/.test(year) && SEASONAL.test(after(5).slice(1)) ? digits(year) : null;
    },
  },
  { name: 'year', pattern: sticky(String.raw`(?<=《)(\d{4})(?=》)`), say: ([, year]) => digits(year) },
  {
    name: 'dated event',
    pattern: sticky(String.raw`(\d{1,2})[·.](\d{1,2})(?=事件|恐怖|特大|大?地震|运动|惨案|事变|革命|起义|空难|案)`),
    say: ([, month, day]) => digits(month) + digits(day),
  },
  {
    name: 'dated event',
    pattern: sticky(String.raw`(\d{1,2})[·.](\d{1,2})(?=晚会|曝光|维权|打假|消费者|大促|购物节)`),
    say: ([, month, day]) => digits(month + day, { yao: true }),
  },
  FAMOUS_DAY,
];

/** 周一-周五: a dash between weekdays. */
export const WEEKDAYS_RULE: ChineseRule = {
  name: 'range',
  pattern: sticky(String.raw`\s?[-–—～]{1,3}\s?(?=(?:周|星期|礼拜)?[一二三四五六日天末])`),
  say: (_, { before }) => (/(?:周|星期|礼拜)[一二三四五六日天末]$/.test(before(3)) ? '到' : null),
};
