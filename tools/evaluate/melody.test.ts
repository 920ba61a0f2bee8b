import type { Audio } from '@gpt-talker/audio';
import { describeMelody, measureMelody, pitchRange } from './melody';

const sampleRate = 16000;

/** Harmonics that glide from one pitch to another. */
function glide(from: number, to: number, gain = 0.1): Audio {
  const samples = new Float32Array(sampleRate);
  let turns = 0;
  for (let index = 0; index < samples.length; index++) {
    turns += (from * (to / from) ** (index / samples.length)) / sampleRate;
    for (let harmonic = 1; harmonic <= 8; harmonic++) samples[index] += gain * Math.cos(2 * Math.PI * harmonic * turns);
  }
  return { samples, sampleRate };
}

test('the range of a glide is eight tenths of it', () => {
  expect(pitchRange(glide(120, 240))).toBeGreaterThan(9);
  expect(pitchRange(glide(120, 240))).toBeLessThan(10.3);
  expect(pitchRange(glide(150, 150))).toBeLessThan(0.3);
  expect(pitchRange({ samples: new Float32Array(sampleRate), sampleRate })).toBe(0);
});

test('a voice is compared with its teacher, and is as loud as it is', () => {
  const report = measureMelody([
    { audio: glide(150, 170, 0.05), reference: glide(140, 190) },
    { audio: glide(150, 150, 0.05), reference: glide(140, 190) },
  ]);
  expect(report.semitones).toBeLessThan(report.teacherSemitones / 2);
  const louder = measureMelody([{ audio: glide(150, 170, 0.1), reference: glide(140, 190) }]);
  expect(louder.loudness - report.loudness).toBeCloseTo(6.02, 0);
  expect(describeMelody({ semitones: 3, teacherSemitones: 4, loudness: -19.04 })).toEqual([
    "melody  3.0 semitones within a sentence (0.75 × the teacher's)",
    'loudness  -19.0 LUFS',
  ]);
  expect(() => measureMelody([])).toThrow('there is no sentence to measure');
});
