// Times of day, and what looks like them: scores and ratios (upstream: zh_normalization/chronology.py).
import { amount, cardinal, digits, number } from '../numbers';
import { type ChineseRule, type RuleContext } from '../scanner';
import { sticky } from './patterns';

const CONTEST_AFTER =
  /^\s?的?(?:比分|优势|成绩|大胜|险胜|完胜|小胜|战胜|击败|战平|获胜|取胜|领先|落后|逆转|负于|不敌|胜|负|比例|比率|屏幕|宽屏|画面|分辨率|横屏|竖屏|稀释|配比|混合|兑)/;
const CONTEST_BEFORE = /(?:比分|比赛结果|赛果|比例尺?|比率|比值|配比|胜率)(?:为|是|定格在|变成|改写为)?\s?$/;
/** '以' begins a score only where the result follows. */
const BY = /(?:以|按|按照)\s?$/;

function isContest({ before, after }: RuleContext): boolean {
  return (
    CONTEST_BEFORE.test(before(8)) || CONTEST_AFTER.test(after(8)) || (BY.test(before(3)) && !/^[点分]/.test(after(1)))
  );
}

const isTime = (hour: string, minute: string, second?: string) =>
  Number(hour) <= 24 && minute.length === 2 && Number(minute) < 60 && (second === undefined || Number(second) < 60);

/** '05' → 零五. */
const small = (value: string) => (value.startsWith('0') ? digits(value) : cardinal(value));

function time(hour: string, minute: string, second?: string): string {
  const hours = `${amount(hour.replace(/^0(?=\d)/, ''))}点`;
  const seconds = second === undefined || second === '00' ? '' : `${small(second)}秒`;
  if (minute === '00') return seconds === '' ? hours : `${hours}零分${seconds}`;
  if (minute === '30' && seconds === '') return `${hours}半`;
  return `${hours}${small(minute)}分${seconds}`;
}

const CLOCK = String.raw`(\d{1,2})[:：](\d{2})(?:[:：](\d{2}))?`;

export const CLOCK_RULES: readonly ChineseRule[] = [
  {
    name: 'times',
    pattern: sticky(String.raw`${CLOCK}\s?(?:-|–|—|～)+\s?${CLOCK}(?![\d:：])`),
    say: ([, hour, minute, second, hourTo, minuteTo, secondTo]) =>
      isTime(hour, minute, second) && isTime(hourTo, minuteTo, secondTo)
        ? `${time(hour, minute, second)}至${time(hourTo, minuteTo, secondTo)}`
        : null,
  },
  {
    name: 'time',
    pattern: sticky(String.raw`${CLOCK}(?![\d:：])`),
    say: ([, hour, minute, second], context) =>
      isTime(hour, minute, second) && (second !== undefined || !isContest(context)) ? time(hour, minute, second) : null,
  },
  {
    name: 'ratio',
    pattern: sticky(String.raw`(\d+(?:\.\d+)?)[:：](\d+(?:\.\d+)?)(?:[:：](\d+(?:\.\d+)?))?(?![\d:：])`),
    say: ([, ...sides]) =>
      sides
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
