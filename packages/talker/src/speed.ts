// How a speed is reached: voices with an alignment prior are asked to speak slower or faster, as far as people do without
// distorting words; the rest, and all of it for other voices, is read from the latent at another rate.
import type { VoiceManifest } from '@gpt-talker/voice';
import { TalkerError } from './errors';

/** OpenAI's range. */
export const SLOWEST = 0.25;
export const FASTEST = 4;
/** The paces, as multiples of the mean duration, that turns of a corpus have. */
const PACES = { shortest: 0.8, longest: 1.25 };

export interface SpeedPlan {
  /** For ConGPT: how long the tokens are to last, as a multiple of what they last on average. */
  pace: number;
  /** For ConVITS: how many times faster than its tokens the reply is spoken. */
  speed: number;
}

/** @throws TalkerError `option` for a speed outside 0.25 to 4 */
export function checkSpeed(speed: number): void {
  if (!(speed >= SLOWEST && speed <= FASTEST))
    throw new TalkerError('option', `speed is ${speed}; give a number from ${SLOWEST} to ${FASTEST}`);
}

/** @throws TalkerError as `checkSpeed` */
export function planSpeed(speed: number, layout: Pick<VoiceManifest['layout'], 'alignment'>): SpeedPlan {
  checkSpeed(speed);
  if (!layout.alignment) return { pace: 1, speed };
  const pace = Math.min(PACES.longest, Math.max(PACES.shortest, 1 / speed));
  // Rounding must not take a speed that pace alone reaches through the interpolation.
  const rest = speed * pace;
  return { pace, speed: Math.abs(rest - 1) < 1e-9 ? 1 : Math.min(FASTEST, Math.max(SLOWEST, rest)) };
}
