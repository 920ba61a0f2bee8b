import type { Audio } from '@gpt-talker/audio';
import { endsUnlike, findDefects, hasClick, hasRepeat } from './defects';

const sampleRate = 16000;
const audio = (samples: ArrayLike<number>): Audio => ({ samples: Float32Array.from(samples), sampleRate });

/** Vowel-like sounds of 0.15 s, one for each number: harmonics under a formant. */
function sounds(formants: readonly number[], gain = 1): Audio {
  const length = 0.15 * sampleRate;
  const samples = new Float32Array(formants.length * length);
  formants.forEach((formant, place) => {
    for (let index = 0; index < length; index++) {
      for (let harmonic = 1; harmonic <= 10; harmonic++) {
        const hertz = 250 * harmonic;
        const level = 0.1 / (1 + ((hertz - formant) / 200) ** 2);
        samples[place * length + index] += gain * level * Math.sin((2 * Math.PI * hertz * index) / sampleRate);
      }
    }
  });
  return audio(samples);
}

const sentence = [400, 900, 1600, 600, 2200, 1200, 500, 1900];
const rendering = sounds(sentence);

test('a stretch that is said twice in a row is a repeat; silence, vowels and words that come back later are not', () => {
  expect(hasRepeat([1, 2, 3, 4, 5, 6, 2, 3, 4, 5, 6, 7])).toBe(true);
  expect(hasRepeat([1, 2, 3, 4, 5, 6, 9, 2, 3, 4, 5, 6, 7])).toBe(false);
  expect(hasRepeat([1, ...Array<number>(30).fill(0), 2, 3, 3, 3, 3, 3, 3, 3, 3, 3, 3])).toBe(false);
  expect(hasRepeat([])).toBe(false);
});

test('one step that stands out is a click; a burst of noise and a loud tone are not', () => {
  const tone = Float32Array.from({ length: 8000 }, (_, index) => 0.3 * Math.sin(index / 20));
  expect(hasClick(audio(tone))).toBe(false);
  const clicked = Float32Array.from(tone);
  for (let index = 4000; index < clicked.length; index++) clicked[index] -= 0.2;
  expect(hasClick(audio(clicked))).toBe(true);
  const burst = Float32Array.from(tone, (value, index) =>
    index > 4000 && index < 4400 ? ((index * 7919) % 13) / 20 - 0.3 : value,
  );
  expect(hasClick(audio(burst))).toBe(false);
});

test('an ending that is not the reference’s is noticed', async () => {
  expect(await endsUnlike(rendering, rendering)).toBe(false);
  expect(await endsUnlike(sounds([...sentence.slice(0, -2), 300, 300]), rendering)).toBe(true);
});

test('all utterances together: what is wrong with which, and how loudness spreads', async () => {
  const good = {
    audio: sounds(sentence),
    tokens: Int32Array.of(1, 2, 3),
    stopReason: 'end-of-speech',
    reference: sounds(sentence),
  } as const;
  const report = await findDefects([
    { ...good, sentence: 'good' },
    { ...good, sentence: 'quiet', audio: sounds(sentence, 0.5) },
    { ...good, sentence: 'endless', stopReason: 'length' },
    { ...good, sentence: 'twice', tokens: Int32Array.of(1, 2, 3, 4, 5, 1, 2, 3, 4, 5) },
  ]);
  expect(report).toMatchObject({ total: 4, missingEndings: ['endless'], repeats: ['twice'], clicks: [] });
  expect(report.loudnessRange).toBeCloseTo(6.02, 1);
});
