// Times of day, and what looks like them: scores and ratios (upstream: zh_normalization/chronology.py).
import { amount, cardinal, digits, number } from '../numbers';
import { type ChineseRule, type RuleContext } from '../scanner';
import { sticky } from './patterns';

const CONTEST_AFTER =
  /^\s?的?(?:比分|优势|成绩|大胜|险胜|完胜|小胜|战胜|击败|战平|获胜|取胜|领先|落后|逆转|负于|不敌|胜|负|比例|比率|屏幕|宽屏|画面|分辨率|横屏|竖屏|稀释|配比|混合|兑)/;
const CONTEST_BEFORE =
  /(?:比分|比赛结果|赛果|比例尺?|比率|比值|配比|胜率)(?:为|是|定格在|变成|改写为|：|:)?\s?(?:\d{1,3}[-–:：]\d{1,3}[、，, ]+){0,4}$/;
/** '以' begins a score only where the result follows. */
const BY = /(?:以|按|按照)\s?$/;

function isContest({ before, after }: RuleContext): boolean {
  return (
    CONTEST_BEFORE.test(before(36)) || CONTEST_AFTER.test(after(8)) || (BY.test(before(3)) && !/^[点分]/.test(after(1)))
  );
}

const isTime = (hour: string, minute: string, second?: string) =>
  Number(hour) <= 24 && minute.length === 2 && Number(minute) < 60 && (second === undefined || Number(second) < 60);

/** '05' → 零五. */
const small = (value: string) => (value.startsWith('0') ? digits(value) : cardinal(value));

/** `counted`: 分 is written behind, so that half past is 三十分. */
function time(hour: string, minute: string, second?: string, counted = false): string {
  const hours = `${amount(hour.replace(/^0(?=\d)/, ''))}点`;
  const seconds = second === undefined || second === '00' ? '' : `${small(second)}秒`;
  if (minute === '00') return seconds === '' ? hours : `${hours}零分${seconds}`;
  if (minute === '30' && seconds === '' && !counted) return `${hours}半`;
  return `${hours}${small(minute)}分${seconds}`;
}

const CLOCK = String.raw`(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?`;
const HALF = String.raw`\s?([AaPp])\.?\s?[Mm](?:\.|(?![A-Za-z\d]))`;
const HALF_FIRST = String.raw`([AaPp])\.?[Mm]\.?\s?(\d{1,2})[:：](\d{2})`;
const NOTHING_BEFORE = { before: () => '' };
const PART_OF_DAY = /(?:上午|下午|早上|早晨|清晨|凌晨|中午|晚上|夜里|傍晚|午后)\s?$/;

/** 上午 and 下午 where the text has a.m. and p.m.; none where it says so itself or the hour does. */
function half(hour: string, letter: string, { before }: Pick<RuleContext, 'before'>): string {
  const value = Number(hour);
  if (PART_OF_DAY.test(before(3)) || value > 12) return '';
  if (/[Aa]/.test(letter)) return value === 12 ? '凌晨' : '上午';
  return value === 12 ? '中午' : value >= 6 ? '晚上' : '下午';
}

/** 'am 9:00', 'AM10:00-PM8:30': the half first. Begins with a letter. */
export const HALF_BEFORE_RULE: ChineseRule = {
  name: 'time',
  pattern: sticky(String.raw`${HALF_FIRST}(?:\s?[-–—~～至到]\s?${HALF_FIRST})?(?![\d:：]|\s?[AaPp]\.?[Mm])`),
  say([, letter, hour, minute, letterTo, hourTo = '0', minuteTo = '00'], context) {
    if (!isTime(hour, minute) || !isTime(hourTo, minuteTo) || /[A-Za-z]['’ .-]?$/.test(context.before(2))) return null;
    const from = half(hour, letter, context) + time(hour, minute);
    return letterTo === undefined
      ? from
      : `${from}至${half(hourTo, letterTo, NOTHING_BEFORE)}${time(hourTo, minuteTo)}`;
  },
};

export const CLOCK_RULES: readonly ChineseRule[] = [
  {
    // 4m12s, 1h 30m: beside another of them m is minutes.
    name: 'duration',
    pattern: sticky(
      String.raw`(?:(\d{1,3})d ?)?(?:(\d{1,3})h ?)?(?:(\d{1,3})m(?:in)? ?)?(?:(\d{1,3})s)?(?<=[a-z])(?![A-Za-z\d²³\/])`,
    ),
    say([, days, hours, minutes, seconds]) {
      const parts = [
        [days, '天'],
        [hours, '小时'],
        [minutes, seconds === undefined ? '分钟' : '分'],
        [seconds, '秒'],
      ].filter((part): part is [string, string] => part[0] !== undefined);
      return parts.length < 2 ? null : parts.map(([value, unit]) => amount(value) + unit).join('');
    },
  },
  {
    name: 'time',
    pattern: sticky(CLOCK + HALF),
    say: ([, hour, minute, second, letter], context) =>
      isTime(hour, minute, second) ? half(hour, letter, context) + time(hour, minute, second) : null,
  },
  {
    name: 'time',
    pattern: sticky(String.raw`(\d{1,2})${HALF}`),
    say: ([, hour, letter], context) =>
      Number(hour) >= 1 && Number(hour) <= 12 ? `${half(hour, letter, context)}${amount(hour)}点` : null,
  },
  {
    name: 'times',
    pattern: sticky(String.raw`${CLOCK}\s?(?:-|–|—|～){1,3}\s?${CLOCK}(?![\d:：])`),
    say: ([, hour, minute, second, hourTo, minuteTo, secondTo]) =>
      isTime(hour, minute, second) && isTime(hourTo, minuteTo, secondTo)
        ? `${time(hour, minute, second)}至${time(hourTo, minuteTo, secondTo)}`
        : null,
  },
  {
    name: 'time',
    pattern: sticky(String.raw`${CLOCK}(?![\d:：])(分(?![钟之差数]))?`),
    say: ([, hour, minute, second, counted], context) =>
      second !== undefined &&
      /(?:成绩|用时|耗时|时长|历时|纪录|记录|全长|片长|总时间|跑出)(?:是|为|了|：|:)?\s?$/.test(context.before(6))
        ? `${amount(hour)}小时${small(minute)}分${small(second)}秒`
        : isTime(hour, minute, second) && (second !== undefined || counted !== undefined || !isContest(context))
          ? time(hour, minute, second, counted !== undefined)
          : null,
  },
  {
    name: 'ratio',
    pattern: sticky(String.raw`(\d+(?:\.\d+)?)[:：](\d+(?:\.\d+)?)(?:[:：](\d+(?:\.\d+)?))?(?![\d:：])`),
    // 'A1：100元' asks and answers.
    say: ([, ...sides], { before }) =>
      /[A-Za-z]$/.test(before(1))
        ? null
        : sides
            .filter((side) => side !== undefined)
            .map(number)
            .join('比'),
  },
  {
    name: 'score',
    pattern: sticky(String.raw`(\d{1,3})[-–](\d{1,3})(?![\d-])`),
    say: ([, ours, theirs], context) => (isContest(context) ? `${number(ours)}比${number(theirs)}` : null),
  },
];
