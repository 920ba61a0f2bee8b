// What the text half of the tokenizer throws.

/** `empty`: no text was given. `unspeakable`: the text has nothing that can be read aloud. `reading`, `lexicon`, `option`: a wrong override or option. */
export type TextErrorCode = 'empty' | 'unspeakable' | 'reading' | 'lexicon' | 'option';

/** The only error that text of any kind can raise. */
export class TextError extends Error {
  readonly code: TextErrorCode;

  constructor(code: TextErrorCode, message: string) {
    super(message);
    this.name = 'TextError';
    this.code = code;
  }
}
