// How a command fails: one line on stderr. What the user can fix exits with 2, everything else with 1.
import { GptTalkerError, isUserError } from '@gpt-talker/errors';
import { CommanderError } from 'commander';

/** Something about the arguments that commander cannot see. */
export class UsageError extends GptTalkerError<'usage'> {
  override readonly name = 'UsageError';

  constructor(message: string) {
    super('usage', message);
  }
}

export function reportFailure(error: unknown): void {
  // Commander has printed what is wrong with the arguments, or the help that was asked for.
  if (error instanceof CommanderError) {
    process.exitCode = error.exitCode === 0 ? 0 : 2;
    return;
  }
  const { message, code } =
    error instanceof Error ? (error as NodeJS.ErrnoException) : { message: String(error), code: undefined };
  const expected = isUserError(error) || code === 'ENOENT' || code === 'EACCES';
  process.stderr.write(`gpt-talker-train: ${message.split('\n')[0]}\n`);
  if (!expected && process.env.GPT_TALKER_DEBUG && error instanceof Error) process.stderr.write(`${error.stack}\n`);
  process.exitCode = expected ? 2 : 1;
}
