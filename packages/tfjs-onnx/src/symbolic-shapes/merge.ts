// One graph from several recordings of a function at different sizes. Nodes must agree; constants that do not are replaced by
// arithmetic on the inputs' lengths. The idea: what a program does with a length shows in the numbers that it leaves behind.
import { callSite } from '../call-site';
import { TraceError } from '../errors';
import { type Graph, type GraphPort, isConstant, type Node, type Value } from '../graph';
import { Rewriter } from '../passes/rewrite';
import { GraphBuilder } from '../graph-builder';
import { sameConstant, sameOperation } from '../same';
import { LengthArithmetic } from './arithmetic';
import { ConstantRules } from './constant';
import { formatPolynomial, LengthFitter } from './fit';
import { type InputSpec, type Recording } from './recording';

/** @throws TraceError `symbolic-length` naming the constant or the op that depends on a length in no way that can be written */
export function mergeRecordings(
  inputs: readonly InputSpec[],
  symbols: readonly string[],
  recordings: readonly Recording[],
): Graph {
  return new Merger(inputs, symbols, recordings).merge();
}

class Merger {
  private readonly rewriter = new Rewriter();
  private readonly fitter: LengthFitter;
  private readonly rules: ConstantRules;
  /** For every value of the first recording, its counterparts in all recordings. */
  private readonly counterparts = new Map<Value, Value[]>();

  constructor(
    private readonly specs: readonly InputSpec[],
    symbols: readonly string[],
    private readonly recordings: readonly Recording[],
  ) {
    const [first] = recordings;
    const sizes = recordings.map((recording) => recording.sizes);
    this.fitter = new LengthFitter(symbols, sizes);
    const builder = new RewritingBuilder(this.rewriter);
    const places = new Map(symbols.map((symbol) => [symbol, placeOf(symbol, specs, first)]));
    this.rules = new ConstantRules(builder, this.fitter, new LengthArithmetic(builder, places), sizes);
    first.inputs.forEach((input, index) =>
      this.meet(
        input,
        recordings.map((recording) => recording.inputs[index]),
        input,
      ),
    );
  }

  merge(): Graph {
    const [first] = this.recordings;
    this.checkStructure();
    first.nodes.forEach((node, index) => {
      const nodes = this.recordings.map((recording) => recording.nodes[index]);
      const inputs = node.inputs.map((_, position) => this.input(nodes, position));
      inputs.forEach((input, position) => {
        const original = node.inputs[position];
        if (original && input && original !== input) this.rewriter.replace(original, input);
      });
      const kept = this.rewriter.keep(node);
      node.outputs.forEach((output, k) =>
        this.meet(
          output,
          nodes.map((other) => other.outputs[k]),
          kept.outputs[k],
        ),
      );
    });
    const outputs = Object.keys(first.outputs).map((name) => this.output(name));
    const ports = this.specs.map(({ name, shape }, index): GraphPort => ({
      name,
      type: first.inputs[index].type,
      dims: shape,
      value: first.inputs[index],
    }));
    return { inputs: ports, outputs, nodes: this.rewriter.nodes };
  }

  private checkStructure(): void {
    const [first, ...others] = this.recordings;
    for (const other of others) {
      const differs = first.nodes.findIndex((node, index) => !sameOperation(node, other.nodes[index]));
      if (differs < 0 && first.nodes.length === other.nodes.length) continue;
      const node = first.nodes[differs < 0 ? first.nodes.length - 1 : differs];
      throw new TraceError(
        'symbolic-length',
        `what the traced function does depends on a length: it differs between ${describe(first)} and ${describe(other)} ` +
          `from the op ${node?.op ?? 'none'} at ${callSite(node?.site)} on; make it do the same at every length, or fix the length`,
      );
    }
  }

  private input(nodes: readonly Node[], position: number): Value | null {
    const values = nodes.map((node) => node.inputs[position]);
    const [value] = values;
    if (value === null) return null;
    if (!isConstant(value)) {
      const expected = this.counterparts.get(value);
      if (expected && values.every((other, index) => other === expected[index])) return value;
      throw this.unexplained(nodes, position, 'is computed differently');
    }
    const constants = values.filter(isConstant);
    if (constants.length !== values.length) throw this.unexplained(nodes, position, 'is a constant at some sizes only');
    if (constants.every((constant) => sameConstant(constant, value))) return value;
    const resolved = this.rules.resolve(constants, {
      nodes,
      position,
      counterparts: (operand) => this.counterparts.get(operand) ?? [operand],
    });
    if (resolved) return resolved;
    throw this.unexplained(nodes, position, `is ${constants.map((constant) => preview(constant)).join(', ')}`);
  }

  private unexplained(nodes: readonly Node[], position: number, what: string): TraceError {
    const sizes = this.recordings.map((recording) => describe(recording)).join('; ');
    return new TraceError(
      'symbolic-length',
      `a constant depends on a length in a way that cannot be written as shape arithmetic: input ${position} of ${nodes[0].op}, at ${callSite(nodes[0].site)}, ` +
        `${what} at the sizes ${sizes}; compute it from tensors, or pass it as an input`,
    );
  }

  /** Remembers which values of the recordings are the same thing, and offers their lengths to rules. */
  private meet(value: Value, counterparts: Value[], merged: Value): void {
    this.counterparts.set(value, counterparts);
    this.rules.offerLengths(counterparts, merged);
  }

  private output(name: string): GraphPort {
    const values = this.recordings.map((recording) => recording.outputs[name]);
    const [value] = values;
    const dims = value.shape.map((length, axis) => {
      const lengths = values.map((other) => other.shape[axis]);
      if (lengths.every((other) => other === length)) return length;
      const rule = this.fitter.polynomial(lengths);
      return rule ? formatPolynomial(rule) : null;
    });
    return { name, type: value.type, dims, value: this.outputValue(name, values) };
  }

  private outputValue(name: string, values: readonly Value[]): Value {
    const [value] = values;
    const constants = values.filter(isConstant);
    if (constants.length === 0 || constants.every((constant) => sameConstant(constant, value)))
      return this.rewriter.resolve(value);
    const resolved = this.rules.resolve(constants);
    if (resolved) return resolved;
    throw new TraceError(
      'symbolic-length',
      `the output ${name} is a constant that depends on a length in an unknown way; compute it from tensors`,
    );
  }
}

/** Shape arithmetic goes straight into the new graph, before the node that needs it. */
class RewritingBuilder extends GraphBuilder {
  constructor(rewriter: Rewriter) {
    super(false, rewriter.nodes);
  }
}

function placeOf(symbol: string, specs: readonly InputSpec[], first: Recording): { input: Value; axis: number } {
  const index = specs.findIndex((spec) => spec.shape.includes(symbol));
  return { input: first.inputs[index], axis: specs[index].shape.indexOf(symbol) };
}

function describe({ sizes }: Recording): string {
  return Object.entries(sizes)
    .map(([symbol, size]) => `${symbol}=${size}`)
    .join(' ');
}

function preview({ data, shape }: Value): string {
  return data!.length <= 8
    ? `[${Array.from(data as ArrayLike<number | bigint>, String).join(' ')}]`
    : `a table of shape [${shape}]`;
}
