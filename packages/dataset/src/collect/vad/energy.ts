// Voice activity by loudness alone, for recordings without music or traffic, and where no model is at hand: what is well above
// the level of the quietest moments counts as speech.
import { decibels, durationSeconds, rootMeanSquare, type Audio } from '@gpt-talker/audio';
import { type Span } from '../types';
import { speechSpans, type SpeechRules, type VoiceDetector } from './detector';

export interface EnergyOptions {
  /** Speech is at least this many decibels above the noise floor. */
  aboveFloorDecibels: number;
  /** Nothing below this level, in decibels of full scale, is speech. */
  minimumDecibels: number;
  rules: SpeechRules;
}

export const ENERGY_OPTIONS: EnergyOptions = {
  aboveFloorDecibels: 9,
  minimumDecibels: -50,
  // Words have gaps of up to 0.2 s (stops, ends), which are silent, though speech goes on.
  rules: { threshold: 0.5, minimumSpeechSeconds: 0.1, minimumSilenceSeconds: 0.3, paddingSeconds: 0.05 },
};

const HOP_SECONDS = 0.02;
/** The noise floor is the level below which so much of the time lies. */
const FLOOR_SHARE = 0.1;
/** Between this and `aboveFloorDecibels` speech goes on, but does not begin. */
const HYSTERESIS_DECIBELS = 3;

export class EnergyDetector implements VoiceDetector {
  constructor(private readonly options: EnergyOptions = ENERGY_OPTIONS) {}

  get identity(): unknown {
    return ['energy', this.options];
  }

  async detect(audio: Audio): Promise<Span[]> {
    const hop = Math.max(1, Math.round(HOP_SECONDS * audio.sampleRate));
    const levels = levelsOf(audio.samples, hop);
    if (levels.length === 0) return [];
    const floor = Float32Array.from(levels).sort()[Math.floor(FLOOR_SHARE * (levels.length - 1))];
    const start = Math.max(floor + this.options.aboveFloorDecibels, this.options.minimumDecibels);
    const probabilities = levels.map((level) => (level >= start ? 1 : level >= start - HYSTERESIS_DECIBELS ? 0.4 : 0));
    return speechSpans(probabilities, hop / audio.sampleRate, durationSeconds(audio), this.options.rules);
  }

  async dispose(): Promise<void> {}
}

/** The level of every stretch of `hop` samples, in decibels of full scale. */
function levelsOf(samples: Float32Array, hop: number): Float32Array {
  const levels = new Float32Array(Math.ceil(samples.length / hop));
  for (let index = 0; index < levels.length; index++) {
    levels[index] = decibels(rootMeanSquare(samples.subarray(index * hop, (index + 1) * hop)));
  }
  return levels;
}
