// The one kind of error that all packages throw. It lives below every other package, so that an app can tell what a user can fix
// from what is broken without a list of class names, and whichever copy of a package threw it.

/** Marks our errors across copies of this package (ESM beside CommonJS, two versions in one tree), where `instanceof` fails. */
const MARKER = Symbol.for('gpt-talker.error');

/** How an error is made, beside its code and message. */
export interface GptTalkerErrorOptions extends ErrorOptions {
  /** Whether another input, option, file or installation would help; true by default. False: the program is at fault. */
  isUserError?: boolean;
}

/** An error that says in one line what was wrong, where, and what to do about it. Each package has its own subclass with its codes. */
export class GptTalkerError<Code extends string = string> extends Error {
  /** What went wrong, for programs: lower case with hyphens. The subclass lists its codes. */
  readonly code: Code;
  /** Whether what was given is to blame, rather than the program. */
  readonly isUserError: boolean;

  /** @param message of several lines is joined into one */
  constructor(code: Code, message: string, { isUserError = true, ...options }: GptTalkerErrorOptions = {}) {
    super(oneLine(message), options);
    this.code = code;
    this.isUserError = isUserError;
  }

  static {
    // On the prototype, out of the way of code that prints or compares an error's own fields.
    Object.defineProperty(this.prototype, MARKER, { value: true });
  }
}

/** Whether `error` was thrown by one of our packages, of whatever copy or version. */
export function isGptTalkerError(error: unknown): error is GptTalkerError {
  return error instanceof Error && (error as unknown as Record<symbol, unknown>)[MARKER] === true;
}

/** Whether what was given is to blame for `error`, so that its message alone is what a person needs to see. */
export function isUserError(error: unknown): error is GptTalkerError {
  return isGptTalkerError(error) && error.isUserError;
}

/** A message as the single line that a log or a terminal shows. */
export function oneLine(message: string): string {
  return message.replace(/\s*[\r\n]+\s*/g, ' ').trim();
}
