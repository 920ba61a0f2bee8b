import type { Audio } from '@gpt-talker/audio';
import { compareManners, mannerOf, measureFollowing } from './following';

/** A sawtooth, which has a pitch as a voice has. */
function tone(hertz: number, seconds: number): Audio {
  const sampleRate = 16000;
  const samples = Float32Array.from(
    { length: seconds * sampleRate },
    (_, index) => 0.4 * (((index * hertz) / sampleRate) % 1) - 0.2,
  );
  return { samples, sampleRate };
}

test('the manner of a tone is its pitch and its length', () => {
  const { logPitch, seconds } = mannerOf(tone(200, 1));
  expect(Math.exp(logPitch)).toBeCloseTo(200, -1);
  expect(seconds).toBe(1);
});

test('a reply without any voiced frame is refused', () => {
  expect(() => mannerOf({ samples: new Float32Array(16000), sampleRate: 16000 })).toThrow('no voiced frame');
  expect(() => compareManners([])).toThrow('no pair');
});

test('a voice that follows is higher and faster when excited; one that does not is named with its texts', async () => {
  const texts = ['one', 'two', 'three', 'four'];
  const report = await measureFollowing(texts, async (text, mood) => {
    const isExcited = mood === 'excited';
    if (text === 'two') return tone(180, isExcited ? 0.6 : 0.7); // faster, but not higher
    if (text === 'three') return tone(isExcited ? 220 : 160, isExcited ? 0.7 : 0.6); // higher, but slower
    return tone(isExcited ? 220 : 165, isExcited ? 0.5 : 0.8);
  });
  expect(report).toMatchObject({ followed: 2, total: 4, share: 0.5, faster: 3, missed: ['two', 'three'] });
  expect(report.higher).toBeGreaterThanOrEqual(3);
  expect(report.semitones).toBeGreaterThan(2);
  expect(report.durationRatio).toBeLessThan(1);
});
