// Emits the nodes that compute a rule (see fit.ts) from the lengths of the graph's inputs. Equal rules share their nodes.
import { type Value } from '../graph';
import { type GraphBuilder } from '../graph-builder';
import { formatPolynomial, type Monomial, type Polynomial, type PowerLaw } from './fit';

export class LengthArithmetic {
  private readonly known = new Map<string, Value>();

  /** @param symbols for every symbol, an input and the axis that has this length */
  constructor(
    private readonly builder: GraphBuilder,
    private readonly symbols: ReadonlyMap<string, { input: Value; axis: number }>,
  ) {}

  /** The rule's value as int64 [1]. */
  polynomial(rule: Polynomial): Value {
    return this.once(formatPolynomial(rule), () => {
      const terms = rule.terms.map(({ coefficient, monomial }) => {
        if (monomial.length === 0) return this.builder.integers([coefficient]);
        const product = this.monomial(monomial);
        return coefficient === 1 ? product : this.builder.binary('Mul', product, this.builder.integers([coefficient]));
      });
      const sum = terms.reduce((a, b) => this.builder.binary('Add', a, b), terms.shift() ?? this.builder.integers([0]));
      if (rule.divisor === 1) return sum;
      // Integer division rounds towards zero; lengths are not negative, and where a rule is, it divides.
      return this.builder.binary('Div', sum, this.builder.integers([rule.divisor]));
    });
  }

  /** The rule's value as a float32 of the given shape, which has one element. */
  powerLaw(rule: PowerLaw, shape: readonly number[]): Value {
    const factors = Object.entries(rule.powers).filter(([, power]) => power !== 0);
    const value = factors.reduce(
      (product, [symbol, power]) => {
        const length = this.once(`float ${symbol}`, () => this.builder.cast(this.monomial([symbol]), 'float32'));
        if (Math.abs(power) === 1) return this.builder.binary(power > 0 ? 'Mul' : 'Div', product, length);
        return this.builder.binary(
          'Mul',
          product,
          this.builder.binary('Pow', length, this.builder.scalar(power, 'float32')),
        );
      },
      this.builder.scalar(rule.coefficient, 'float32'),
    );
    return this.builder.reshape(value, shape);
  }

  /** The length of one axis of any value, as int64 [1]. */
  lengthOf(value: Value, axis: number): Value {
    return this.builder.node('Shape', [value], [1], 'int64', { start: axis, end: axis + 1 });
  }

  private monomial(monomial: Monomial): Value {
    return this.once(monomial.join('*'), () => {
      const [last, ...rest] = [...monomial].reverse();
      const { input, axis } = this.symbols.get(last)!;
      const length = this.once(`length ${last}`, () => this.lengthOf(input, axis));
      return rest.length === 0 ? length : this.builder.binary('Mul', this.monomial(rest.reverse()), length);
    });
  }

  private once(key: string, make: () => Value): Value {
    let value = this.known.get(key);
    if (!value) this.known.set(key, (value = make()));
    return value;
  }
}
