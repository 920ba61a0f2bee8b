// Finds the rule behind a number that differs between recordings: a polynomial in the symbolic lengths, the simplest that fits
// every recording. Rules are searched from simple to complicated, so a coincidence cannot win over the truth.
import { type Sizes } from './sizes';

/** A product of lengths, as the powers of the symbols; [] is 1. */
export type Monomial = readonly string[];

/** (Σ coefficient · monomial) / divisor, rounded down where it does not divide. All coefficients are whole numbers. */
export interface Polynomial {
  readonly terms: readonly { readonly coefficient: number; readonly monomial: Monomial }[];
  readonly divisor: number;
}

/** coefficient · Π symbol^power. */
export interface PowerLaw {
  readonly coefficient: number;
  readonly powers: Readonly<Record<string, number>>;
}

const MOST_TERMS = 3;
const LARGEST_DIVISOR = 16;
const FLOAT_PRECISION = 1e-5;

export class LengthFitter {
  private readonly monomials: Monomial[];
  private readonly polynomials = new Map<string, Polynomial | undefined>();

  constructor(
    private readonly symbols: readonly string[],
    private readonly sizes: readonly Sizes[],
  ) {
    this.monomials = monomialsOf(symbols);
  }

  /** The simplest polynomial with whole (or else fractional) coefficients through all the values. */
  polynomial(values: readonly number[]): Polynomial | undefined {
    const key = values.join();
    if (!this.polynomials.has(key))
      this.polynomials.set(
        key,
        this.search(values, 1) ?? this.search(values, LARGEST_DIVISOR) ?? this.roundedDown(values),
      );
    return this.polynomials.get(key);
  }

  /** c · Π length^power with powers −2 … 2 in halves: how means, their gradients and scales depend on lengths. */
  powerLaw(values: readonly number[]): PowerLaw | undefined {
    if (values.some((value) => value === 0 || Math.sign(value) !== Math.sign(values[0]))) return undefined;
    const unknowns = this.symbols.length + 1;
    const rows = this.sizes
      .slice(0, unknowns)
      .map((sizes) => [1, ...this.symbols.map((symbol) => Math.log(sizes[symbol]))]);
    const solution = solve(
      rows,
      values.slice(0, unknowns).map((value) => Math.log(Math.abs(value))),
    );
    if (!solution) return undefined;
    const powers = Object.fromEntries(
      this.symbols.map((symbol, index) => [symbol, Math.round(solution[index + 1] * 2) / 2]),
    );
    if (Object.values(powers).some((power) => Math.abs(power) > 2)) return undefined;
    const scale = (sizes: Sizes): number =>
      this.symbols.reduce((product, symbol) => product * sizes[symbol] ** powers[symbol], 1);
    const coefficient = values[0] / scale(this.sizes[0]);
    const fits = this.sizes.every(
      (sizes, index) =>
        Math.abs(coefficient * scale(sizes) - values[index]) <= FLOAT_PRECISION * Math.abs(values[index]),
    );
    return fits ? { coefficient, powers } : undefined;
  }

  /** Tries every choice of one, two, three monomials beside the constant. */
  private search(values: readonly number[], largestDivisor: number): Polynomial | undefined {
    const most = Math.min(MOST_TERMS, this.sizes.length - 2);
    for (let count = 1; count <= most; count++) {
      for (const chosen of choices(this.monomials, count)) {
        const fitted = this.fit([[], ...chosen], values, largestDivisor);
        if (fitted) return fitted;
      }
    }
    return undefined;
  }

  private fit(
    monomials: readonly Monomial[],
    values: readonly number[],
    largestDivisor: number,
  ): Polynomial | undefined {
    const rows = this.sizes.map((sizes) => monomials.map((monomial) => evaluate(monomial, sizes)));
    const solution = solve(rows.slice(0, monomials.length), values.slice(0, monomials.length));
    if (!solution) return undefined;
    for (let divisor = 1; divisor <= largestDivisor; divisor++) {
      const coefficients = solution.map((value) => Math.round(value * divisor));
      const exact = rows.every(
        (row, index) => row.reduce((total, term, k) => total + term * coefficients[k], 0) === values[index] * divisor,
      );
      if (exact) return polynomial(coefficients, monomials, divisor);
    }
    return undefined;
  }

  /** ⌊(a·length + c) / d⌋: the output lengths of strided convolutions. */
  private roundedDown(values: readonly number[]): Polynomial | undefined {
    for (const symbol of this.symbols) {
      const first = this.sizes[0][symbol];
      for (let divisor = 2; divisor <= LARGEST_DIVISOR; divisor++) {
        const guess = (values[1] - values[0]) / (this.sizes[1][symbol] - first);
        const coefficient = Math.round(guess * divisor);
        if (coefficient === 0) continue;
        const start = values[0] * divisor - coefficient * first;
        for (let constant = start; constant < start + divisor; constant++) {
          const rule = polynomial([constant, coefficient], [[], [symbol]], divisor);
          if (this.sizes.every((sizes, index) => evaluatePolynomial(rule, sizes) === values[index])) return rule;
        }
      }
    }
    return undefined;
  }
}

export function evaluatePolynomial({ terms, divisor }: Polynomial, sizes: Sizes): number {
  return Math.floor(
    terms.reduce((total, { coefficient, monomial }) => total + coefficient * evaluate(monomial, sizes), 0) / divisor,
  );
}

/** `2*T + 1`, as shown for the lengths of outputs. */
export function formatPolynomial({ terms, divisor }: Polynomial): string {
  // What is added comes before what is taken away.
  const ordered = [...terms].sort((a, b) => Number(b.coefficient > 0) - Number(a.coefficient > 0));
  const text = ordered.reduce((sum, { coefficient, monomial }) => {
    const size = Math.abs(coefficient);
    const term = [...(size !== 1 || monomial.length === 0 ? [size] : []), ...monomial].join('*');
    if (sum === '') return coefficient < 0 ? `-${term}` : term;
    return `${sum} ${coefficient < 0 ? '-' : '+'} ${term}`;
  }, '');
  return divisor === 1 ? text : `(${text})/${divisor}`;
}

function polynomial(coefficients: readonly number[], monomials: readonly Monomial[], divisor: number): Polynomial {
  const terms = monomials
    .map((monomial, index) => ({ coefficient: coefficients[index], monomial }))
    .filter(({ coefficient }) => coefficient !== 0);
  // The constant reads best, and is computed cheapest, at the end.
  return {
    terms: [
      ...terms.filter(({ monomial }) => monomial.length > 0),
      ...terms.filter(({ monomial }) => monomial.length === 0),
    ],
    divisor,
  };
}

function evaluate(monomial: Monomial, sizes: Sizes): number {
  return monomial.reduce((product, symbol) => product * sizes[symbol], 1);
}

/** Single lengths first, then products of two, then of three different ones. */
function monomialsOf(symbols: readonly string[]): Monomial[] {
  const pairs = symbols.flatMap((a, i) => symbols.slice(i).map((b) => [a, b]));
  const triples = symbols.flatMap((a, i) =>
    symbols.slice(i + 1).flatMap((b, j) => symbols.slice(i + j + 2).map((c) => [a, b, c])),
  );
  return [...symbols.map((symbol) => [symbol]), ...pairs, ...triples];
}

function choices<T>(items: readonly T[], count: number): T[][] {
  if (count === 0) return [[]];
  return items.flatMap((item, index) => choices(items.slice(index + 1), count - 1).map((rest) => [item, ...rest]));
}

/** Gaussian elimination with pivoting; nothing where the matrix is singular. */
function solve(matrix: readonly (readonly number[])[], right: readonly number[]): number[] | undefined {
  const size = matrix.length;
  const rows = matrix.map((row, index) => [...row, right[index]]);
  for (let column = 0; column < size; column++) {
    let pivot = column;
    for (let row = column + 1; row < size; row++)
      if (Math.abs(rows[row][column]) > Math.abs(rows[pivot][column])) pivot = row;
    if (Math.abs(rows[pivot][column]) < 1e-9) return undefined;
    [rows[column], rows[pivot]] = [rows[pivot], rows[column]];
    for (let row = 0; row < size; row++) {
      if (row === column) continue;
      const factor = rows[row][column] / rows[column][column];
      for (let k = column; k <= size; k++) rows[row][k] -= factor * rows[column][k];
    }
  }
  return rows.map((row, index) => row[size] / row[index]);
}
