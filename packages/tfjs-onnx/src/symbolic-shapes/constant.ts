// Explains one constant that differs between recordings, and emits what computes it at any length.
import { type ElementType, type Node, type Value } from '../graph';
import { type GraphBuilder, sameShape } from '../graph-builder';
import { type LengthArithmetic } from './arithmetic';
import { evaluatePolynomial, type LengthFitter, type Polynomial } from './fit';
import { type Sizes } from './sizes';

/** Where a constant is used: as which input of which node (one per recording). */
export interface ConstantUse {
  readonly nodes: readonly Node[];
  readonly position: number;
  /** The values of all recordings that correspond to a value of the first. */
  counterparts(value: Value): readonly Value[];
}

/** Lists longer than this are tables, whose elements are not looked at one by one. */
const LONGEST_LIST = 64;

/** As the end of a slice: up to the end of the axis. */
const TO_THE_END = Number.MAX_SAFE_INTEGER;

/** One number of a constant: the same in all recordings, or computed. */
type Element = { readonly fixed: number } | { readonly computed: Value };

export class ConstantRules {
  /** Lengths of values that exist already, by how they vary over the recordings. */
  private readonly lengths = new Map<string, { value: Value; axis: number }>();

  constructor(
    private readonly builder: GraphBuilder,
    private readonly fitter: LengthFitter,
    private readonly arithmetic: LengthArithmetic,
    private readonly sizes: readonly Sizes[],
  ) {}

  /** A rule that no polynomial gives may still be the length of something that has been computed. */
  offerLengths(counterparts: readonly Value[], merged: Value): void {
    merged.shape.forEach((length, axis) => {
      const varying = counterparts.map((value) => value.shape[axis]);
      if (varying.every((other) => other === length)) return;
      const key = varying.join();
      if (!this.lengths.has(key)) this.lengths.set(key, { value: merged, axis });
    });
  }

  /** A value that equals the constant in every recording; undefined where there is no rule. */
  resolve(constants: readonly Value[], use?: ConstantUse): Value | undefined {
    const [first] = constants;
    if (!constants.every((constant) => sameShape(constant.shape, first.shape))) return this.sequence(constants);
    if (first.data!.length > LONGEST_LIST) return undefined;
    if (first.type === 'float32') return this.floats(constants);
    const lists = constants.map((constant) => Array.from(constant.data as ArrayLike<number | bigint>, Number));
    const elements = lists[0].map((_, index): Element | undefined => {
      const values = lists.map((list) => list[index]);
      if (values.every((value) => value === values[0])) return { fixed: values[0] };
      return (use && this.implied(values, index, lists, use)) ?? this.number(values);
    });
    if (!elements.every((element): element is Element => element !== undefined)) return undefined;
    return this.list(elements, first.shape, first.type);
  }

  /** What the node can find out by itself: the one unknown length of a Reshape, the end of a sliced axis. */
  private implied(
    values: readonly number[],
    index: number,
    lists: readonly (readonly number[])[],
    { nodes, position, counterparts }: ConstantUse,
  ): Element | undefined {
    const [node] = nodes;
    const operand = node.inputs[0];
    if (node.domain !== '' || !operand) return undefined;
    const shapes = counterparts(operand).map((value) => value.shape);
    if (node.op === 'Reshape' && position === 1) {
      const varies = (k: number): boolean => lists.some((list) => list[k] !== lists[0][k]);
      const copied = (k: number): boolean => shapes.every((shape, recording) => shape[k] === lists[recording][k]);
      if (copied(index)) return { fixed: 0 };
      const others = lists[0].map((_, k) => k).filter((k) => k !== index && varies(k) && !copied(k));
      return others.length === 0 ? { fixed: -1 } : undefined;
    }
    if (node.op === 'Slice' && position === 2) {
      const axis = Number(node.inputs[3]?.data?.[index] ?? index);
      const forward = Number(node.inputs[4]?.data?.[index] ?? 1) > 0;
      if (forward && shapes.every((shape, recording) => shape[axis] === values[recording]))
        return { fixed: TO_THE_END };
    }
    return undefined;
  }

  private number(values: readonly number[]): Element | undefined {
    const rule = this.fitter.polynomial(values);
    if (rule && rule.divisor === 1) return { computed: this.arithmetic.polynomial(rule) };
    const seen = this.lengths.get(values.join());
    if (seen) return { computed: this.arithmetic.lengthOf(seen.value, seen.axis) };
    return rule && { computed: this.arithmetic.polynomial(rule) };
  }

  private list(elements: readonly Element[], shape: readonly number[], type: ElementType): Value {
    let value: Value;
    if (elements.every((element) => 'fixed' in element)) {
      value = this.builder.integers(elements.map((element) => (element as { fixed: number }).fixed));
    } else {
      const parts = elements.map((element) =>
        'fixed' in element ? this.builder.integers([element.fixed]) : element.computed,
      );
      value = parts.length === 1 ? parts[0] : this.builder.node('Concat', parts, [parts.length], 'int64', { axis: 0 });
    }
    return this.builder.reshape(this.builder.cast(value, type), shape);
  }

  private floats(constants: readonly Value[]): Value | undefined {
    const [first] = constants;
    const parts = Array.from({ length: first.data!.length }, (_, index) => {
      const values = constants.map((constant) => Number(constant.data![index]));
      if (values.every((value) => value === values[0]))
        return this.builder.constant(Float32Array.of(values[0]), [1], 'float32');
      const whole = values.every((value) => Number.isInteger(value)) ? this.fitter.polynomial(values) : undefined;
      if (whole) return this.builder.cast(this.arithmetic.polynomial(whole), 'float32');
      const law = this.fitter.powerLaw(values);
      return law && this.arithmetic.powerLaw(law, [1]);
    });
    if (!parts.every((part): part is Value => part !== undefined)) return undefined;
    const joined =
      parts.length === 1 ? parts[0] : this.builder.node('Concat', parts, [parts.length], 'float32', { axis: 0 });
    return this.builder.reshape(joined, first.shape);
  }

  /** A one-dimensional table start, start + step, … whose number of elements is a rule. */
  private sequence(constants: readonly Value[]): Value | undefined {
    const [{ type, data }] = constants;
    if (constants.some((constant) => constant.shape.length !== 1 || constant.data!.length < 2)) return undefined;
    const start = Number(data![0]);
    const step = Number(data![1]) - start;
    const regular = constants.every((constant) =>
      Array.from(constant.data as ArrayLike<number | bigint>, Number).every((value, i) => value === start + i * step),
    );
    const counts = constants.map((constant) => constant.data!.length);
    const rule: Polynomial | undefined = this.fitter.polynomial(counts);
    if (!regular || step === 0 || !rule || this.sizes.some((sizes, i) => evaluatePolynomial(rule, sizes) !== counts[i]))
      return undefined;
    const count = this.builder.cast(this.builder.reshape(this.arithmetic.polynomial(rule), []), type);
    const scalar = (value: number): Value => this.builder.scalar(value, type);
    // Half a step short of the next element, so that rounding cannot let it in.
    const end = type === 'float32' ? start - step / 2 : start;
    const limit = this.builder.binary('Add', this.builder.binary('Mul', count, scalar(step)), scalar(end));
    return this.builder.node('Range', [scalar(start), limit, scalar(step)], [counts[0]], type);
  }
}
