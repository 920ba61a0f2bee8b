// Step 2's rule (upstream pipeline/step-2.py): a scene is kept if the voice is more than 4 dB above the background. With a separation
// model both are known; without one the background is what is heard while nobody speaks.
import { type Audio } from '@gpt-talker/audio';
import { type Span } from '../types';

export interface NoiseRules {
  /** The voice must be this many decibels above the background, and a little. */
  minimumDecibels: number;
}

export const NOISE_RULES: NoiseRules = { minimumDecibels: 4 };

/** Ratios beyond this say nothing more, and JSON has no infinity. */
const LIMIT_DECIBELS = 120;
/** Speech rings on after its end: so much of a pause is not heard on either side. */
const MARGIN_SECONDS = 0.15;
/** With less silence than this its level is not known. */
const MINIMUM_PAUSE_SECONDS = 0.3;

/** 10 · log₁₀ of the ratio of mean powers, −120 to 120. */
export function voiceToBackgroundDecibels(voice: Float32Array, background: Float32Array): number {
  return ratioInDecibels(meanPower(voice), meanPower(background));
}

/**
 * The same from the mixture alone: what is heard during speech less what is heard in the pauses, over the latter.
 * @returns undefined where the pauses are too short to tell
 */
export function speechToPauseDecibels({ samples, sampleRate }: Audio, speech: readonly Span[]): number | undefined {
  const margin = Math.round(MARGIN_SECONDS * sampleRate);
  let inSpeech = { sum: 0, count: 0 };
  let inPauses = { sum: 0, count: 0 };
  let position = 0;
  for (const { startSeconds, endSeconds } of speech) {
    const start = Math.round(startSeconds * sampleRate);
    const end = Math.round(endSeconds * sampleRate);
    inPauses = added(inPauses, samples.subarray(position === 0 ? 0 : position + margin, Math.max(0, start - margin)));
    inSpeech = added(inSpeech, samples.subarray(start, end));
    position = end;
  }
  inPauses = added(inPauses, samples.subarray(position + margin));
  if (inPauses.count < MINIMUM_PAUSE_SECONDS * sampleRate || inSpeech.count === 0) return undefined;
  const noise = inPauses.sum / inPauses.count;
  return ratioInDecibels(Math.max(0, inSpeech.sum / inSpeech.count - noise), noise);
}

/** Why a scene is not kept, or undefined. */
export function noiseReason(decibels: number | undefined, { minimumDecibels }: NoiseRules): string | undefined {
  if (decibels === undefined || decibels > minimumDecibels) return undefined;
  return `voice not over ${minimumDecibels} dB above the background`;
}

function ratioInDecibels(signal: number, noise: number): number {
  if (signal === 0) return -LIMIT_DECIBELS;
  if (noise === 0) return LIMIT_DECIBELS;
  return Math.max(-LIMIT_DECIBELS, Math.min(LIMIT_DECIBELS, 10 * Math.log10(signal / noise)));
}

function meanPower(samples: Float32Array): number {
  const { sum, count } = added({ sum: 0, count: 0 }, samples);
  return count === 0 ? 0 : sum / count;
}

function added({ sum, count }: { sum: number; count: number }, samples: Float32Array): { sum: number; count: number } {
  let total = sum;
  for (let i = 0; i < samples.length; i++) total += samples[i] * samples[i];
  return { sum: total, count: count + samples.length };
}
