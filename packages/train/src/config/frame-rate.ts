// What both dialects must agree on with the speech codes: two frames of sound to a token, 25 tokens a second.
import { VoiceConfigError } from './config-error';

/** Frames of sound a second, whatever the rate of its samples. */
export const FRAMES_PER_SECOND = 50;

/** @param keys what the configuration calls them @throws VoiceConfigError where frames would not keep time with tokens */
export function checkFrameRate(
  { sampleRate, hopSamples }: { sampleRate: number; hopSamples: number },
  [rateKey, hopKey]: readonly [string, string],
): void {
  if (sampleRate !== FRAMES_PER_SECOND * hopSamples)
    throw new VoiceConfigError(
      `${rateKey} ${sampleRate} with ${hopKey} ${hopSamples} is not ${FRAMES_PER_SECOND} frames a second, which speech codes keep time with: make ${hopKey} ${sampleRate / FRAMES_PER_SECOND}`,
    );
}
