// Numbers on the command line.
import { InvalidArgumentError } from 'commander';

/** Parses an option that counts something. @throws InvalidArgumentError */
export function wholeNumber(text: string): number {
  const value = Number(text);
  if (!/^\d+$/.test(text) || !Number.isSafeInteger(value))
    throw new InvalidArgumentError('Give a whole number of at least 0.');
  return value;
}
