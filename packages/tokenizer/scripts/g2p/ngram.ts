// Interpolated modified Kneser–Ney n-grams (Chen & Goodman 1998) over small-integer tokens, in a trie; written out as back-off
// probabilities and pruned by relative entropy (Stolcke 1998).

/** The start and end of a sequence; tokens of the data begin at 2. */
export const START = 0;
export const END = 1;

/** Nodes of a trie: children are found by (node, token) in an open-addressed table. Node 0 is the root. */
export class Trie {
  size = 1;
  token: Int32Array;
  parent: Int32Array;
  depth: Uint8Array;
  private table: Int32Array;
  private mask: number;

  constructor(capacity: number) {
    this.token = new Int32Array(capacity);
    this.parent = new Int32Array(capacity).fill(-1);
    this.depth = new Uint8Array(capacity);
    let slots = 1;
    while (slots < capacity * 2) slots *= 2;
    this.table = new Int32Array(slots).fill(-1);
    this.mask = slots - 1;
  }

  /** Child of `node` for `token`, or -1. */
  child(node: number, token: number): number {
    for (let slot = this.slot(node, token); ; slot = (slot + 1) & this.mask) {
      const found = this.table[slot];
      if (found === -1 || (this.parent[found] === node && this.token[found] === token)) return found;
    }
  }

  /** Child of `node` for `token`, made if need be. */
  add(node: number, token: number): number {
    let slot = this.slot(node, token);
    for (; this.table[slot] !== -1; slot = (slot + 1) & this.mask) {
      const found = this.table[slot];
      if (this.parent[found] === node && this.token[found] === token) return found;
    }
    const added = this.size++;
    if (added >= this.token.length) throw new RangeError('the trie is full');
    this.table[slot] = added;
    this.parent[added] = node;
    this.token[added] = token;
    this.depth[added] = this.depth[node] + 1;
    return added;
  }

  private slot(node: number, token: number): number {
    return ((Math.imul(node, 0x9e3779b1) ^ Math.imul(token + 1, 0x85ebca6b)) >>> 7) & this.mask;
  }
}

/** A back-off model: log10-free natural logs; -1 suffix only for the root. */
export interface BackoffModel {
  trie: Trie;
  order: number;
  logProbability: Float64Array;
  logBackoff: Float64Array;
  /** Node of the n-gram without its first token. */
  suffix: Int32Array;
  kept: Uint8Array;
}

/** Counts all n-grams up to `order` of `sequences` and smooths them. */
export function estimate(sequences: readonly Int32Array[], order: number, vocabulary: number): BackoffModel {
  const tokens = sequences.reduce((sum, sequence) => sum + sequence.length + 1, 0);
  const trie = new Trie(Math.min(tokens * order + 16, 24_000_000));
  let counts = new Float64Array(trie.token.length);
  for (const sequence of sequences) {
    const padded = [START, ...sequence, END];
    for (let start = 0; start < padded.length; start++) {
      let node = 0;
      for (let at = start; at < Math.min(padded.length, start + order); at++) {
        node = trie.add(node, padded[at]);
        counts[node]++;
      }
    }
  }
  const size = trie.size;
  counts = counts.slice(0, size);
  const suffix = new Int32Array(size);
  for (let node = 1; node < size; node++) {
    suffix[node] = trie.depth[node] === 1 ? 0 : trie.child(suffix[trie.parent[node]], trie.token[node]);
  }

  // Below the highest order an n-gram counts once for each token seen before it, unless it begins the sequence.
  const adjusted = Float64Array.from(counts);
  const first = new Int32Array(size);
  for (let node = 1; node < size; node++)
    first[node] = trie.depth[node] === 1 ? trie.token[node] : first[trie.parent[node]];
  for (let node = 1; node < size; node++) if (trie.depth[node] < order && first[node] !== START) adjusted[node] = 0;
  for (let node = 1; node < size; node++)
    if (trie.depth[node] > 1 && first[suffix[node]] !== START) adjusted[suffix[node]]++;
  adjusted[trie.child(0, START)] = 0; // never predicted

  // Discounts for counts 1, 2 and 3+, per order.
  const occurrences = Array.from({ length: order + 1 }, () => [0, 0, 0, 0, 0]);
  for (let node = 1; node < size; node++)
    if (adjusted[node] >= 1 && adjusted[node] <= 4) occurrences[trie.depth[node]][adjusted[node]]++;
  const discounts = occurrences.map(([, n1, n2, n3, n4]) => {
    const y = n1 / (n1 + 2 * n2 || 1);
    return [0, 1 - (2 * y * n2) / (n1 || 1), 2 - (3 * y * n3) / (n2 || 1), 3 - (4 * y * n4) / (n3 || 1)].map((d, i) =>
      Math.min(i, Math.max(0, Number.isFinite(d) ? d : 0.5 * i)),
    );
  });

  const sums = new Float64Array(size);
  const reserved = new Float64Array(size);
  for (let node = 1; node < size; node++) {
    if (adjusted[node] === 0) continue;
    const parent = trie.parent[node];
    sums[parent] += adjusted[node];
    reserved[parent] += discounts[trie.depth[node]][Math.min(3, adjusted[node])];
  }
  const logProbability = new Float64Array(size).fill(-Infinity);
  const logBackoff = new Float64Array(size);
  const probability = new Float64Array(size);
  const uniform = 1 / (vocabulary - 1);
  const byDepth = Array.from({ length: size - 1 }, (_, index) => index + 1).sort(
    (a, b) => trie.depth[a] - trie.depth[b] || a - b,
  );
  for (const node of byDepth) {
    const parent = trie.parent[node];
    const gamma = sums[parent] > 0 ? reserved[parent] / sums[parent] : 1;
    const lower = trie.depth[node] === 1 ? uniform : probability[suffix[node]];
    const own =
      adjusted[node] > 0
        ? (adjusted[node] - discounts[trie.depth[node]][Math.min(3, adjusted[node])]) / sums[parent]
        : 0;
    probability[node] = own + gamma * lower;
    logProbability[node] = Math.log(probability[node]);
  }
  for (let node = 0; node < size; node++)
    logBackoff[node] = sums[node] > 0 ? Math.log(Math.max(1e-9, reserved[node] / sums[node])) : 0;
  return { trie, order, logProbability, logBackoff, suffix, kept: new Uint8Array(size).fill(1) };
}

/**
 * Prunes to `target` n-grams by relative entropy: drops those whose loss, weighted by how often their context occurs, is least,
 * from the highest order down, then recomputes the back-off weights so that each context still sums to one.
 */
export function prune(model: BackoffModel, target: number): number {
  const { trie, logProbability, logBackoff, suffix, kept } = model;
  const size = trie.size;
  // Probability of each context: chain rule along the path.
  const history = new Float64Array(size);
  const start = trie.child(0, START);
  for (let node = 1; node < size; node++) {
    const parent = trie.parent[node];
    history[node] = (parent === 0 ? 0 : history[parent]) + (node === start ? 0 : logProbability[node]);
  }
  const seen = new Float64Array(size); // Σ p(w|h) over children
  const below = new Float64Array(size); // Σ p(w|h') over the same w
  for (let node = 1; node < size; node++) {
    if (trie.depth[node] < 2 || logProbability[node] === -Infinity) continue;
    seen[trie.parent[node]] += Math.exp(logProbability[node]);
    below[trie.parent[node]] += Math.exp(logProbability[suffix[node]]);
  }
  const loss = new Float64Array(size).fill(Infinity);
  for (let node = 1; node < size; node++) {
    if (trie.depth[node] < 2) continue;
    const parent = trie.parent[node];
    const p = Math.exp(logProbability[node]);
    const lower = Math.exp(logProbability[suffix[node]]);
    const numerator = Math.max(1e-9, 1 - seen[parent]);
    const denominator = Math.max(1e-9, 1 - below[parent]);
    const alpha = Math.log(numerator) - Math.log(denominator);
    const alphaAfter = Math.log(numerator + p) - Math.log(denominator + lower);
    const change = p * (Math.log(lower) + alphaAfter - logProbability[node]) + numerator * (alphaAfter - alpha);
    loss[node] = -Math.exp(history[parent]) * change;
  }
  // A node stays while a longer n-gram needs it as its beginning or its back-off: its loss is at least theirs.
  const order = Array.from({ length: size - 1 }, (_, index) => index + 1).sort((a, b) => trie.depth[b] - trie.depth[a]);
  for (const node of order) {
    if (trie.depth[node] < 2) continue;
    loss[trie.parent[node]] = Math.max(loss[trie.parent[node]], loss[node]);
    loss[suffix[node]] = Math.max(loss[suffix[node]], loss[node]);
  }
  const sorted = Float64Array.from(loss.subarray(1)).sort();
  const threshold = sorted[Math.max(0, sorted.length - target)];
  let count = 0;
  for (let node = 1; node < size; node++) {
    kept[node] = loss[node] >= threshold ? 1 : 0;
    count += kept[node];
  }
  seen.fill(0);
  below.fill(0);
  const hasChildren = new Uint8Array(size);
  for (let node = 1; node < size; node++) {
    if (!kept[node] || trie.depth[node] < 2 || logProbability[node] === -Infinity) continue;
    const parent = trie.parent[node];
    hasChildren[parent] = 1;
    seen[parent] += Math.exp(logProbability[node]);
    below[parent] += Math.exp(logProbability[suffix[node]]);
  }
  for (let node = 1; node < size; node++) {
    logBackoff[node] = hasChildren[node]
      ? Math.log(Math.max(1e-6, 1 - seen[node])) - Math.log(Math.max(1e-6, 1 - below[node]))
      : 0;
  }
  return count;
}
