// What every speech encoder does: sound in, 25 semantic tokens a second out. ConGPT continues such tokens and ConVITS speaks them.
import { GptTalkerError } from '@gpt-talker/errors';
import { type Audio } from '@gpt-talker/audio';

/** Sound to semantic tokens at 25 Hz. */
export interface SpeechEncoder {
  /** Tokens are whole numbers below this. */
  readonly vocabulary: number;
  /** One token for every 40 ms of `audio`, at any sample rate; at least one. */
  encode(audio: Audio): Promise<Int32Array>;
}

/** Why speech could not be encoded. */
export type SpeechEncoderErrorCode = 'bad-audio' | 'bad-option' | 'bad-codebook' | 'too-little-speech' | 'cancelled';

/** Speech that cannot be encoded, or an encoder that cannot be made: the message says what was wrong and what to do. */
export class SpeechEncoderError extends GptTalkerError<SpeechEncoderErrorCode> {
  override readonly name = 'SpeechEncoderError';
}
