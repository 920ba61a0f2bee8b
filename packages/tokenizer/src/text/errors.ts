// What the text half of the tokenizer throws.
import { GptTalkerError } from '@gpt-talker/errors';

/** `empty`: no text was given. `unspeakable`: the text has nothing that can be read aloud. `reading`, `lexicon`, `option`: a wrong override or option.
 * `package`: the language needs a package that is not installed, or not in the right version. */
export type TextErrorCode = 'empty' | 'unspeakable' | 'reading' | 'lexicon' | 'option' | 'package';

/** The only error that text of any kind can raise. */
export class TextError extends GptTalkerError<TextErrorCode> {
  override readonly name = 'TextError';
}
