// Numbers among the arguments.
import { InvalidArgumentError } from 'commander';

export function positive(text: string): number {
  return checked(text, (value) => value > 0, 'a number above 0');
}

/** From 1 on. */
export function whole(text: string): number {
  return checked(text, (value) => Number.isInteger(value) && value >= 1, 'a whole number from 1 on');
}

export function count(text: string): number {
  return checked(text, (value) => Number.isInteger(value) && value >= 0, 'a whole number of at least 0');
}

export function share(text: string): number {
  return checked(text, (value) => value >= 0 && value < 1, 'a number from 0 to below 1');
}

function checked(text: string, fits: (value: number) => boolean, what: string): number {
  const value = text.trim() === '' ? NaN : Number(text);
  if (!fits(value)) throw new InvalidArgumentError(`give ${what}`);
  return value;
}
