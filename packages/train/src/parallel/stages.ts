// When each output of a distributed step is computed: first what needs nothing of other ranks, then what needs the sums of that, and so
// on. A step of ConGPT has two such levels, its gradients and its update; one of ConVITS three, because the generator is judged by
// discriminators that have moved. Where gradients are to be exchanged while others are computed, a level is several parts.
import type { Graph, Node, Value } from '@gpt-talker/tfjs-onnx';
import { givenKey, summedKey } from '../engine/step';

const GIVEN = givenKey('');
const SUMMED = summedKey('');

/** The outputs of one part of a step. */
export interface Part {
  readonly outputs: readonly string[];
  /** Names of the sums that must be there before it runs. */
  readonly awaits: readonly string[];
}

/** @param buckets into how many parts a level is cut, as far as it gives many gradients */
export function planParts(graph: Graph, buckets: number): Part[] {
  const levels = levelsOf(graph);
  const last = Math.max(0, ...levels.values());
  const order = new Map(graph.nodes.map((node, index) => [node, index]));
  const when = ({ node }: Value) => (node ? order.get(node)! : -1);
  const parts: Part[] = [];
  for (let level = 0; level <= last; level++) {
    const ports = graph.outputs.filter(({ name }) => levels.get(name) === level);
    const given = ports.filter(({ name }) => name.startsWith(GIVEN)).sort((a, b) => when(a.value) - when(b.value));
    const others = ports.filter(({ name }) => !name.startsWith(GIVEN)).map(({ name }) => name);
    const groups = cut(
      given.map(({ name, dims }) => ({ name, size: dims.reduce<number>((size, length) => size * Number(length), 1) })),
      buckets,
    );
    const awaits =
      level === 0
        ? []
        : graph.outputs
            .filter(({ name }) => name.startsWith(GIVEN) && levels.get(name) === level - 1)
            .map(({ name }) => name.slice(GIVEN.length));
    groups.forEach((names, index) =>
      parts.push({ outputs: index === 0 ? [...names, ...others] : names, awaits: index === 0 ? awaits : [] }),
    );
  }
  return parts;
}

/** Groups of about equal size, in the given order; at least one. */
function cut(items: readonly { name: string; size: number }[], count: number): string[][] {
  const total = items.reduce((sum, { size }) => sum + size, 0);
  const groups = Array.from({ length: count }, (): string[] => []);
  let before = 0;
  for (const { name, size } of items) {
    groups[Math.min(count - 1, Math.floor((before / total) * count))].push(name);
    before += size;
  }
  const filled = groups.filter((group) => group.length > 0);
  return filled.length > 0 ? filled : [[]];
}

/** How many exchanges stand before each output. */
function levelsOf(graph: Graph): Map<string, number> {
  const outputs = new Map(graph.outputs.map(({ name, value }) => [name, value]));
  const nodes = new Map<Node, number>();
  const levelOf = (value: Value): number => (value.node && nodes.get(value.node)) ?? inputs.get(value) ?? 0;
  const inputs = new Map<Value, number>();
  const sums = graph.inputs.filter(({ name }) => name.startsWith(SUMMED));
  // What a rank gives to a sum may stand anywhere before what reads the sum: until nothing changes.
  for (let changed = true; changed;) {
    changed = false;
    for (const { name, value } of sums) {
      const given = outputs.get(givenKey(name.slice(SUMMED.length)));
      const level = given ? levelOf(given) + 1 : 0;
      if (inputs.get(value) === level) continue;
      inputs.set(value, level);
      changed = true;
    }
    for (const node of graph.nodes)
      nodes.set(node, Math.max(0, ...node.inputs.map((input) => (input ? levelOf(input) : 0))));
  }
  return new Map([...outputs].map(([name, value]) => [name, levelOf(value)]));
}
