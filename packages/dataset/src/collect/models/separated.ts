// A recording parted into the voice and everything else, by whatever parts it.
import { type Audio } from '@gpt-talker/audio';

/** Both as long as the recording, at its sample rate. */
export interface Separated {
  voice: Float32Array;
  background: Float32Array;
}

/** Whatever parts voice and background. */
export interface SoundSeparator {
  /** What it is and how it is set: part of the key by which finished work is recognised. */
  readonly identity: unknown;
  separate(audio: Audio, signal?: AbortSignal): Promise<Separated>;
  dispose(): Promise<void>;
}

/** Why a scene ends here: half-precision models overflow now and then. */
export const NOT_NUMBERS = 'the model gave values that are not numbers';

export function allFinite(samples: Float32Array): boolean {
  return samples.every(Number.isFinite);
}
