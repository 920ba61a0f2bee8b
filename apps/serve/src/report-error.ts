// What a failure looks like from outside: one line on stderr, and an exit code that scripts can rely on.
// 2: something that was given is wrong, and the line says what and how to fix it. 1: a failure of the program. 130: interrupted.

import { GptTalkerError, isUserError, oneLine } from '@gpt-talker/errors';

/** A mistake in the command line. */
export class UsageError extends GptTalkerError<'usage'> {
  override readonly name = 'UsageError';

  constructor(message: string, options?: ErrorOptions) {
    super('usage', message, options);
  }
}

/** Something that was checked is not as it should be. */
export class CheckError extends GptTalkerError<'check'> {
  override readonly name = 'CheckError';

  constructor(message: string, options?: ErrorOptions) {
    super('check', message, options);
  }
}

/** Fewer open files than this are not enough to load the program. */
const FEW_FILES = 256;

/** Whether the system lets this process open so few files that it may not have been able to read its own modules. */
function hasFewFiles(): boolean {
  const report = process.report?.getReport() as { userLimits?: { open_files?: { soft?: unknown } } } | undefined;
  return Number(report?.userLimits?.open_files?.soft) < FEW_FILES;
}

/** Whether the system's limit of open files was met, by what failed or by what made it fail. */
function isLimit(error: unknown): boolean {
  const { code, cause } = Object(error) as { code?: unknown; cause?: unknown };
  if (code === 'EMFILE' || code === 'ENFILE') return true;
  // Node's resolver takes a package.json that it cannot open for one that is not there.
  if (code === 'ERR_MODULE_NOT_FOUND' || code === 'MODULE_NOT_FOUND') return hasFewFiles();
  return cause !== undefined && isLimit(cause);
}

/**
 * Writes an error's message as one line; with GPT_TALKER_DEBUG=1 its stack as well.
 * @returns the exit code
 */
export function reportError(
  error: unknown,
  write: (text: string) => void = (text) => process.stderr.write(text),
): number {
  if ((error as { name?: string } | undefined)?.name === 'AbortError') {
    write('gpt-talker: interrupted\n');
    return 130;
  }
  const limited = isLimit(error);
  const message = limited
    ? 'too many files are open for this process; raise its limit, such as with `ulimit -n 1024`'
    : oneLine(error instanceof Error ? error.message : String(error));
  const expected = limited || isUserError(error);
  write(
    `gpt-talker: ${expected ? '' : 'internal error: '}${message}${expected ? '' : '; set GPT_TALKER_DEBUG=1 to see where'}\n`,
  );
  if (process.env.GPT_TALKER_DEBUG === '1' && error instanceof Error) write(`${error.stack}\n`);
  return expected ? 2 : 1;
}
