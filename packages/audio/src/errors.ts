// What can go wrong with sound: a file that cannot be used (AudioFileError) and a value that makes no sense (AudioError).
import { GptTalkerError } from '@gpt-talker/errors';

/** Why an audio file could not be read or written. */
export type AudioFileErrorCode =
  | 'not-found'
  | 'unreadable'
  | 'unwritable'
  | 'not-wav'
  | 'unsupported'
  | 'malformed'
  | 'truncated'
  | 'empty'
  | 'not-finite'
  | 'too-large'
  | 'no-decoder'
  | 'decoder-failed'
  | 'cancelled';

/** An audio file that cannot be read or written: the message names the file, what is wrong and what to do, in one line. */
export class AudioFileError extends GptTalkerError<AudioFileErrorCode> {
  override readonly name = 'AudioFileError';
}

/** Why samples or options could not be used. */
export type AudioErrorCode = 'bad-option' | 'not-finite' | 'too-long';

/** Samples or options that make no sense: the message says which, and what is allowed. */
export class AudioError extends GptTalkerError<AudioErrorCode> {
  override readonly name = 'AudioError';
}

/** Throws `AudioError` unless `value` is a whole number within [least, most]. */
export function requireWhole(name: string, value: number, least: number, most = Number.MAX_SAFE_INTEGER): void {
  if (!Number.isInteger(value) || value < least || value > most) {
    const allowed = most === Number.MAX_SAFE_INTEGER ? `at least ${least}` : `from ${least} to ${most}`;
    throw new AudioError('bad-option', `${name} is ${value}; give a whole number ${allowed}`);
  }
}

/** Throws `AudioError` unless `value` is a finite number within [least, most]. */
export function requireNumber(name: string, value: number, least: number, most: number): void {
  if (!(value >= least && value <= most)) {
    throw new AudioError('bad-option', `${name} is ${value}; give a number from ${least} to ${most}`);
  }
}
