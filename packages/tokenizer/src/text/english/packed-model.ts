// The grapheme-to-phoneme model as shipped: a joint-sequence n-gram model (Bisani & Ney 2008) over units of letters and
// phonemes, pruned, with probabilities in steps of an eighth of a nat. The file has the units, then the trie's columns in
// breadth-first order, so that children of a node are neighbours and brotli sees like beside like:
//
//   u32 length of JSON │ JSON {units, nodes, inner} │ children[nodes] │ token steps[nodes] │ −log p[nodes] │ back-off[inner]
//
// Numbers are bytes; 255 says that 255 more must be added to the next.

/** 'x}K S': letters, a brace, phonemes. Units 0 and 1 are the start and the end of a word. */
export type UnitName = string;

/** A node of the trie in breadth-first order; the first is the root. */
export interface ModelNode {
  token: number;
  children: number;
  logProbability: number;
  /** Only for nodes with children. */
  logBackoff: number;
}

const STEP = 0.125;
const BACKOFF_OFFSET = 64;
const START = 0;
const END = 1;

class ByteWriter {
  readonly bytes: number[] = [];
  write(value: number): void {
    for (; value >= 255; value -= 255) this.bytes.push(255);
    this.bytes.push(value);
  }
}

/** Packs units (sorted, so that those with equal letters are neighbours; the first two are markers) and nodes. */
export function packModel(units: readonly UnitName[], nodes: readonly ModelNode[]): Uint8Array {
  const [children, tokens, probabilities, backoffs] = Array.from({ length: 4 }, () => new ByteWriter());
  let siblings = 0;
  let previous = 0;
  let queue = 0;
  let inner = 0;
  const counts = nodes.map((node) => node.children);
  nodes.forEach((node, index) => {
    children.write(node.children);
    if (index > 0) {
      while (siblings === 0) {
        siblings = counts[queue++];
        previous = 0;
      }
      tokens.write(node.token - previous);
      previous = node.token;
      siblings--;
      probabilities.write(Math.min(254, Math.round(-node.logProbability / STEP)));
    }
    if (node.children > 0) {
      backoffs.write(Math.min(254, Math.max(0, Math.round(-node.logBackoff / STEP) + BACKOFF_OFFSET)));
      inner++;
    }
  });
  const header = Buffer.from(JSON.stringify({ units, nodes: nodes.length, inner }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([
    length,
    header,
    ...[children, tokens, probabilities, backoffs].map(({ bytes }) => Buffer.from(bytes)),
  ]);
}

/** A partly read word: the trie node of its last units, its score, and the way back. */
interface Hypothesis {
  node: number;
  score: number;
  unit: number;
  from: Hypothesis | undefined;
}

/** How many readings of a prefix are kept, and how much worse than the best they may be (in nats). */
const BEAM = 24;
const BEAM_WIDTH = 9;
/** A unit that the model has never seen, and a letter that no unit has: skipped. */
const UNSEEN = -16;

/** Guesses readings from packed bytes. */
export class PackedModel {
  private readonly phonemes: string[][] = [];
  /** letters → [first, last) of their units. */
  private readonly ranges = new Map<string, readonly [number, number]>();
  private readonly token: Uint16Array;
  /** Children of node n are [firstChild[n], firstChild[n + 1]). */
  private readonly firstChild: Uint32Array;
  private readonly logProbability: Float32Array;
  private readonly logBackoff: Float32Array;
  private readonly parent: Int32Array;
  private readonly depth: Uint8Array;
  /** Found on demand: the node without its first unit. */
  private readonly suffix: Int32Array;
  private readonly scored: Float64Array;
  private readonly reached: Int32Array;
  private readonly stamp: Uint32Array;
  private clock = 0;

  constructor(packed: Uint8Array) {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    const headerBytes = view.getUint32(0, true);
    const { units, nodes, inner } = JSON.parse(new TextDecoder().decode(packed.subarray(4, 4 + headerBytes))) as {
      units: UnitName[];
      nodes: number;
      inner: number;
    };
    units.forEach((unit, index) => {
      const [letters, phonemes] = unit.split('}');
      this.phonemes.push(index <= END || phonemes === '' ? [] : phonemes.split(' '));
      if (index <= END) return;
      this.ranges.set(letters, [this.ranges.get(letters)?.[0] ?? index, index + 1]);
    });
    this.token = new Uint16Array(nodes);
    this.firstChild = new Uint32Array(nodes + 1);
    this.logProbability = new Float32Array(nodes);
    this.logBackoff = new Float32Array(nodes);
    this.parent = new Int32Array(nodes).fill(-1);
    this.depth = new Uint8Array(nodes);
    this.suffix = new Int32Array(nodes).fill(-1);
    this.scored = new Float64Array(units.length);
    this.reached = new Int32Array(units.length);
    this.stamp = new Uint32Array(units.length);
    // Each column is decoded in a loop of its own: this is where the loading time goes.
    let at = 4 + headerBytes;
    let next = 1;
    for (let node = 0; node < nodes; node++) {
      this.firstChild[node] = next;
      for (; packed[at] === 255; at++) next += 255;
      next += packed[at++];
    }
    this.firstChild[nodes] = next;
    for (let node = 0; node < nodes; node++) {
      let token = 0;
      for (let child = this.firstChild[node]; child < this.firstChild[node + 1]; child++) {
        for (; packed[at] === 255; at++) token += 255;
        token += packed[at++];
        this.token[child] = token;
        this.parent[child] = node;
        this.depth[child] = this.depth[node] + 1;
      }
    }
    for (let node = 1; node < nodes; node++) this.logProbability[node] = -packed[at++] * STEP;
    for (let node = 0, left = inner; left > 0; node++) {
      if (this.firstChild[node] === this.firstChild[node + 1]) continue;
      this.logBackoff[node] = (BACKOFF_OFFSET - packed[at++]) * STEP;
      left--;
    }
  }

  /** Phonemes of `letters` (a–z); [] for letters that no unit has. */
  guess(letters: string): string[] {
    const start = this.child(0, START);
    const ends: Map<number, Hypothesis>[] = Array.from({ length: letters.length + 1 }, () => new Map());
    ends[0].set(start, { node: start, score: 0, unit: START, from: undefined });
    for (let at = 0; at < letters.length; at++) {
      const beam = cut([...ends[at].values()]);
      ends[at].clear();
      for (const hypothesis of beam) {
        this.extend(hypothesis, letters.slice(at, at + 1), ends[at + 1]);
        if (at + 1 < letters.length) this.extend(hypothesis, letters.slice(at, at + 2), ends[at + 2]);
      }
      // A letter without a unit is passed over.
      if (ends[at + 1].size === 0 && (at + 2 > letters.length || ends[at + 2].size === 0))
        for (const hypothesis of beam) ends[at + 1].set(hypothesis.node, hypothesis);
    }
    return this.best(cut([...ends[letters.length].values()]));
  }

  /** Adds the hypotheses that follow by one unit of these letters. */
  private extend(hypothesis: Hypothesis, letters: string, into: Map<number, Hypothesis>): void {
    const range = this.ranges.get(letters);
    if (range === undefined) return;
    const found = this.score(hypothesis.node, range[0], range[1]);
    for (let index = 0; index < found; index++) {
      const unit = this.candidates[index];
      const score = hypothesis.score + this.scored[unit];
      const node = this.reached[unit];
      const other = into.get(node);
      // Units that differ can lead to one node only through back-off; the better stays.
      if (other === undefined || other.score < score) into.set(node, { node, score, unit, from: hypothesis });
    }
  }

  private candidates: number[] = [];

  /** Scores all units of [low, high) after `node`: the longest n-gram that has a unit decides. Returns how many were found. */
  private score(node: number, low: number, high: number): number {
    this.clock++;
    this.candidates.length = 0;
    let backoff = 0;
    for (let context = node; ; context = this.suffixOf(context)) {
      const end = this.firstChild[context + 1];
      for (
        let child = this.lowerBound(this.firstChild[context], end, low);
        child < end && this.token[child] < high;
        child++
      ) {
        const unit = this.token[child];
        if (this.stamp[unit] === this.clock) continue;
        this.stamp[unit] = this.clock;
        this.scored[unit] = backoff + this.logProbability[child];
        this.reached[unit] = this.contextOf(child);
        this.candidates.push(unit);
      }
      if (context === 0) break;
      backoff += this.logBackoff[context];
    }
    return this.candidates.length;
  }

  /** Sums over ways to the same sounds, first without stress; then the likeliest stress of the best sounds. */
  private best(hypotheses: readonly Hypothesis[]): string[] {
    const readings = new Map<string, { phonemes: string[]; score: number }>();
    const sounds = new Map<string, number>();
    for (const hypothesis of hypotheses) {
      const found = this.score(hypothesis.node, END, END + 1);
      const score = hypothesis.score + (found > 0 ? this.scored[END] : UNSEEN);
      const phonemes: string[] = [];
      for (let step: Hypothesis | undefined = hypothesis; step !== undefined; step = step.from)
        phonemes.unshift(...this.phonemes[step.unit]);
      const key = phonemes.join(' ');
      readings.set(key, { phonemes, score: logAdd(readings.get(key)?.score ?? -Infinity, score) });
      const plain = key.replace(/\d/g, '');
      sounds.set(plain, logAdd(sounds.get(plain) ?? -Infinity, score));
    }
    let bestSounds = '';
    for (const [sound, score] of sounds) if (score > (sounds.get(bestSounds) ?? -Infinity)) bestSounds = sound;
    let best: { phonemes: string[]; score: number } = { phonemes: [], score: -Infinity };
    for (const [key, reading] of readings)
      if (key.replace(/\d/g, '') === bestSounds && reading.score > best.score) best = reading;
    return stressed(best.phonemes);
  }

  /** The longest context that can continue: nodes without children continue from their back-off. */
  private contextOf(node: number): number {
    while (node !== 0 && this.firstChild[node] === this.firstChild[node + 1]) node = this.suffixOf(node);
    return node;
  }

  private suffixOf(node: number): number {
    if (this.suffix[node] !== -1) return this.suffix[node];
    let found = 0;
    if (this.depth[node] > 1) {
      // Pruning keeps every back-off, so the suffix of a node is a child of its parent's suffix.
      found = this.child(this.suffixOf(this.parent[node]), this.token[node]);
    }
    this.suffix[node] = found;
    return found;
  }

  private child(node: number, token: number): number {
    const end = this.firstChild[node + 1];
    const at = this.lowerBound(this.firstChild[node], end, token);
    return at < end && this.token[at] === token ? at : 0;
  }

  private lowerBound(low: number, high: number, token: number): number {
    while (low < high) {
      const middle = (low + high) >> 1;
      if (this.token[middle] < token) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A word said alone has a stressed vowel: without one, the strongest or else the first becomes it. */
function stressed(phonemes: readonly string[]): string[] {
  const vowels = phonemes.map((phoneme) => phoneme.slice(-1));
  const strongest = vowels.includes('1') ? -1 : vowels.includes('2') ? vowels.indexOf('2') : vowels.indexOf('0');
  return phonemes.map((phoneme, index) => (index === strongest ? `${phoneme.slice(0, -1)}1` : phoneme));
}

function cut(hypotheses: Hypothesis[]): Hypothesis[] {
  hypotheses.sort((a, b) => b.score - a.score);
  const worst = (hypotheses[0]?.score ?? 0) - BEAM_WIDTH;
  let length = Math.min(BEAM, hypotheses.length);
  while (length > 0 && hypotheses[length - 1].score < worst) length--;
  return hypotheses.slice(0, length);
}

function logAdd(a: number, b: number): number {
  if (a === -Infinity) return b;
  const high = Math.max(a, b);
  return high + Math.log1p(Math.exp(-Math.abs(a - b)));
}
