// Years, decades and dates (GB/T 15835, GB/T 7408; upstream: zh_normalization/chronology.py).
import { cardinal, digits } from '../numbers';
import { type ChineseRule } from '../scanner';
import { TO, sticky } from './patterns';

/** Words that say that a number of years is counted, not a year named. */
const COUNTED_BEFORE =
  /(?:近|约|有|长达|历经|经过|超过|数|共|历时|上下|过去|未来|这|每|满|整|达|了|第|前|后|再|过|用|需|要)$/;
const COUNTED_AFTER = /^(?:前(?!后)|来|间|的?历史|以上|之久|的时间|左右|多)/;
const SEASONAL =
  /^(?:的?(?:冬|夏|春|秋|时候)|出生|生人|生[，。]|底|初|末|毕业|入|\d{1,2}月|[一二三四五六七八九十]{1,2}月|那[年时会])/;

const isMonth = (value: string) => Number(value) >= 1 && Number(value) <= 12;
const isDay = (value: string) => Number(value) >= 1 && Number(value) <= 31;

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
    name: 'years',
    pattern: sticky(String.raw`(\d{4})年?${TO}(\d{4})(?=年|学年)`),
    say: ([all, from, to]) => `${digits(from)}${all.includes('年') ? '年' : ''}到${digits(to)}`,
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
      const counted = COUNTED_BEFORE.test(before(2)) && !/19|20/.test(year.slice(0, 2));
      if (counted || (isRound && (COUNTED_BEFORE.test(before(2)) || COUNTED_AFTER.test(after(6).slice(1)))))
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
      if (/公元前?$/.test(before(3))) return digits(year);
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
];
