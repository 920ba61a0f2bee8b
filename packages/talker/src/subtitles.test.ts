import { subRip, webVtt, type TimedWord } from './subtitles';

const text = 'He said "wait & see". Then <he> left.';
const words: TimedWord[] = [...text.matchAll(/[A-Za-z]+/g)].map((match, index) => ({
  text: match[0],
  from: match.index,
  to: match.index + match[0].length,
  start: 3661 + index / 2,
  end: 3661 + index / 2 + 0.4,
}));

test('SubRip has numbered cues with the text’s own marks', () => {
  expect(subRip(words, { text })).toBe(
    '1\n01:01:01,000 --> 01:01:02,900\nHe said "wait & see".\n\n2\n01:01:03,000 --> 01:01:04,400\nThen <he> left.\n',
  );
});

test('WebVTT begins with its name, and escapes what it reads as markup', () => {
  const vtt = webVtt(words, { text });
  expect(vtt.startsWith('WEBVTT\n\n01:01:01.000 --> 01:01:02.900\n')).toBe(true);
  expect(vtt).toContain('wait &amp; see');
  expect(vtt).toContain('&lt;he&gt;');
});

test('a cue is cut before it is too long to be read', () => {
  const many = Array.from({ length: 60 }, (_, index) => ({ text: 'word', start: index / 10, end: index / 10 + 0.08 }));
  const cues = subRip(many).split('\n\n');
  expect(cues.length).toBeGreaterThan(3);
  for (const cue of cues) expect(cue.split('\n')[2].length).toBeLessThanOrEqual(84);
});
