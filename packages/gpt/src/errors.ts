// The errors of this package. A message is one line: what was wrong, where, and what to do about it.
import { GptTalkerError } from '@gpt-talker/errors';

export type GptErrorCode =
  /** Sizes of a model that cannot work together. */
  | 'config'
  /** Something that the model needs was not given, or does not fit it. */
  | 'input'
  /** A sampling option outside its range. */
  | 'sampling'
  /** More positions than the voice was made for. */
  | 'context-length'
  /** gpt.onnx is not what voice.json says, or computes nonsense. */
  | 'graph'
  /** The context or the whole model had been disposed. */
  | 'disposed';

/** Anything that goes wrong between segments and tokens. */
export class GptError extends GptTalkerError<GptErrorCode> {
  override readonly name: string = 'GptError';
}

/** The history and the text take more positions than the voice's `maxPositions`. */
export class ContextLengthError extends GptError {
  override readonly name = 'ContextLengthError';

  constructor(
    /** Phonemes and tokens that were to be read. */
    readonly positions: number,
    /** How many the voice can hold. */
    readonly maxPositions: number,
  ) {
    super(
      'context-length',
      `the conversation takes ${positions} positions (phonemes and speech tokens), but this voice holds ${maxPositions}; ` +
        'use fewer history turns or shorter ones',
    );
  }
}
