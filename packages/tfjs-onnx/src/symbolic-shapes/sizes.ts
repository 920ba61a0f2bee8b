// Chooses the sizes at which a function with symbolic lengths is recorded: few enough to be quick, many enough that a rule
// which fits them all is the rule.
import { TraceError } from '../errors';

/** What a symbolic length may be; recordings keep to it, so that a function that halves a length can ask for even ones. */
export interface LengthOptions {
  /** Only multiples of this number occur. Default 1. */
  readonly multipleOf?: number;
  /** The smallest length to record at; lengths from 2 are recorded by default. Smaller ones may still be fed. */
  readonly minimum?: number;
  /** The largest length to record at. */
  readonly maximum?: number;
}

/** A size for every symbol. */
export type Sizes = Readonly<Record<string, number>>;

// Primes without a pattern: no sum, product or ratio of them looks like another one, or like a width that models use.
const PRIMES = [17, 29, 41, 23, 37, 53, 19, 43, 31, 47, 59, 13, 61, 67, 71, 73];

/** A length as written in an input's shape: a sum of products of symbols and whole numbers, `T`, `P + T`, `2*T + 1`. */
export interface LengthExpression {
  readonly terms: readonly (readonly (string | number)[])[];
}

export function parseLength(text: string): LengthExpression {
  const terms = text.split('+').map((term) => term.split('*').map((factor) => factor.trim()));
  if (terms.flat().some((factor) => !/^(?:[A-Za-z_]\w*|\d+)$/.test(factor))) {
    throw new TraceError(
      'invalid-argument',
      `the length "${text}" is no sum of products of names and whole numbers, such as T or P + 2*T`,
    );
  }
  return { terms: terms.map((factors) => factors.map((factor) => (/^\d/.test(factor) ? Number(factor) : factor))) };
}

export function symbolsOf(expression: LengthExpression): string[] {
  return expression.terms.flat().filter((factor): factor is string => typeof factor === 'string');
}

/** The fixed length that an input has at the given sizes. */
export function lengthAt(length: number | string, sizes: Sizes): number {
  if (typeof length === 'number') return length;
  const { terms } = parseLength(length);
  return terms.reduce(
    (sum, factors) =>
      sum +
      factors.reduce<number>((product, factor) => product * (typeof factor === 'number' ? factor : sizes[factor]), 1),
    0,
  );
}

/** How many recordings allow rules with up to four unknowns and leave two to check them by. */
function recordingsFor(symbols: number): number {
  return symbols === 0 ? 1 : Math.min(5 + symbols - 1, 7);
}

export function planSizes(symbols: readonly string[], options: Readonly<Record<string, LengthOptions>>): Sizes[] {
  for (const name of Object.keys(options)) {
    if (!symbols.includes(name))
      throw new TraceError('invalid-argument', `options.lengths names ${name}, but no input has a length of that name`);
  }
  return Array.from({ length: recordingsFor(symbols.length) }, (_, point) =>
    Object.fromEntries(symbols.map((symbol, index) => [symbol, sizeAt(point, index, symbol, options[symbol] ?? {})])),
  );
}

function sizeAt(
  point: number,
  index: number,
  symbol: string,
  { multipleOf = 1, minimum = 2, maximum = Infinity }: LengthOptions,
): number {
  // Each symbol walks the primes with a stride of its own, so that no two move together.
  const prime = PRIMES[(point * (2 * index + 1) + 5 * index) % PRIMES.length];
  const least = Math.ceil(minimum / multipleOf);
  const size = multipleOf * (least > 2 ? least + prime : prime);
  if (size <= maximum) return size;
  const choices = Math.floor(maximum / multipleOf) - least + 1;
  if (choices < 5)
    throw new TraceError(
      'invalid-argument',
      `the length ${symbol} has fewer than five possible sizes; make it a fixed length`,
    );
  return multipleOf * (least + ((prime + point) % choices));
}
