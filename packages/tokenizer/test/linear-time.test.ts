// Time grows no faster than the text, whatever one repeats. Every text is read at 6,000 characters; those that stand out are read at ten
// times that length, where a rule that looks at everything behind it again at each character takes a hundred times as long: tens of
// seconds. The bound is generous: it distinguishes a line from a parabola, not a fast machine from a slow one.
//
// A run takes every sixth text, and those written by hand; `npm run linear-time` takes all of them, in minutes.
import { phonemize, splitText } from '../src/text';
import { parseLexicon } from '../src/text/lexicon';
import { repeatedTexts } from './repeated-texts';

const SHORT = 6_000;
const LONG = 60_000;
const SECONDS = 5;
const EVERY = process.env.LINEAR_TIME === 'all' ? 1 : 6;

/** Seconds of processor time. */
function seconds(work: () => void): number {
  const before = process.cpuUsage();
  try {
    work();
  } catch {
    // Nothing of it can be said: that is an answer too.
  }
  const { user, system } = process.cpuUsage(before);
  return (user + system) / 1e6;
}

/** Texts that take longer than a line allows, with their time. */
function slow(read: (text: string) => void): string[] {
  const of = ({ before, unit }: { before: string; unit: string }, length: number) =>
    before + unit.repeat(Math.ceil(length / unit.length));
  const texts = repeatedTexts().filter(({ byHand }, i) => byHand || i % EVERY === 0);
  const timed = texts.map((one) => ({ one, short: seconds(() => read(of(one, SHORT))) }));
  const sorted = timed.map(({ short }) => short).sort((a, b) => a - b);
  const usual = sorted[Math.floor(sorted.length / 2)];
  return timed
    .filter(({ short }) => short > 4 * usual && short > 0.02)
    .map(({ one }) => ({ one, long: seconds(() => read(of(one, LONG))) }))
    .filter(({ long }) => long > SECONDS)
    .map(({ one, long }) => `${long.toFixed(1)} s: ${JSON.stringify(one)}`);
}

beforeAll(() => {
  phonemize('warm 你好 A snorble.');
});

test('reading English takes linear time', () => {
  expect(slow((text) => phonemize(text, { language: 'en' }))).toEqual([]);
}, 600_000);

test('reading Chinese takes linear time', () => {
  expect(slow((text) => phonemize(`中${text}`, { language: 'zh' }))).toEqual([]);
}, 600_000);

test('splitting takes linear time', () => {
  expect(slow((text) => splitText(text))).toEqual([]);
}, 600_000);

test('a lexicon takes linear time', () => {
  expect(slow((text) => parseLexicon(text))).toEqual([]);
}, 600_000);
