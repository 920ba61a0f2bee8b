// What recognisers do not notice: how far the pitch moves within a sentence, and how loud the voice is.
import { type Audio, integratedLoudness, trackPitch } from '@gpt-talker/audio';

export interface MelodyReport {
  /** Semitones from the tenth to the ninetieth percentile of the pitch within a sentence, the mean over the sentences. */
  semitones: number;
  /** The same of the teacher. */
  teacherSemitones: number;
  /** LUFS (ITU-R BS.1770), the mean over the sentences. */
  loudness: number;
}

const HOP_SECONDS = 0.01;
const [LOWEST_HERTZ, HIGHEST_HERTZ] = [60, 450];
const [LOW_SHARE, HIGH_SHARE] = [0.1, 0.9];

/** Semitones between the tenth and the ninetieth percentile of the pitch; 0 where fewer than two frames are voiced. */
export function pitchRange(audio: Audio): number {
  const { hertz } = trackPitch(audio.samples, {
    sampleRate: audio.sampleRate,
    hopSamples: Math.round(HOP_SECONDS * audio.sampleRate),
    minimumHertz: LOWEST_HERTZ,
    maximumHertz: HIGHEST_HERTZ,
  });
  const voiced = Array.from(hertz)
    .filter((value) => value > 0)
    .sort((a, b) => a - b);
  if (voiced.length < 2) return 0;
  const at = (share: number): number => voiced[Math.round(share * (voiced.length - 1))];
  return 12 * Math.log2(at(HIGH_SHARE) / at(LOW_SHARE));
}

/** @throws RangeError without a sentence */
export function measureMelody(spoken: readonly { audio: Audio; reference: Audio }[]): MelodyReport {
  if (spoken.length === 0) throw new RangeError('measureMelody: there is no sentence to measure');
  const mean = (values: readonly number[]): number => values.reduce((sum, value) => sum + value, 0) / values.length;
  return {
    semitones: mean(spoken.map(({ audio }) => pitchRange(audio))),
    teacherSemitones: mean(spoken.map(({ reference }) => pitchRange(reference))),
    loudness: mean(spoken.map(({ audio }) => integratedLoudness(audio)).filter(Number.isFinite)),
  };
}

export function describeMelody({ semitones, teacherSemitones, loudness }: MelodyReport): string[] {
  const share = teacherSemitones > 0 ? ` (${(semitones / teacherSemitones).toFixed(2)} × the teacher's)` : '';
  return [
    `melody  ${semitones.toFixed(1)} semitones within a sentence${share}`,
    `loudness  ${loudness.toFixed(1)} LUFS`,
  ];
}
