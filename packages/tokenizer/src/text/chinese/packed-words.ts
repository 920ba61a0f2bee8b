// The dictionary that Chinese text is segmented by: words with frequencies and parts of speech in a trie over UTF-16 units, and the
// likeliest way through it, word by word (a unigram model, as jieba's without its guesses at unlisted words). The file has the trie's
// columns in breadth-first order, so that opening it decodes bytes and builds no strings:
//
//   u32 length of JSON │ JSON {units, tags, nodes, words} │ children[nodes] │ rank steps low[nodes − 1] high[nodes − 1] │
//   tag + 1[nodes] │ frequency low[words] middle[words] high[words]
//
// Numbers are bytes; 255 children say that 255 more must be added to the next. A unit is stored as its rank by how often the trie has
// it (`units` lists them), which keeps the steps between siblings small. The root has neither unit nor tag.

/** A word with its frequency and part of speech. */
export interface WordEntry {
  word: string;
  frequency: number;
  tag: string;
}

/** A word of a text. */
export interface TaggedWord {
  word: string;
  tag: string;
}

interface Node {
  unit: number;
  children: Map<number, Node>;
  entry?: WordEntry;
}

/** Packs `entries` (of two with one word the later counts) into the bytes that `PackedWords` reads. */
export function packWords(entries: Iterable<WordEntry>): Uint8Array {
  const root: Node = { unit: 0, children: new Map() };
  for (const entry of entries) {
    let node = root;
    for (let at = 0; at < entry.word.length; at++) {
      const unit = entry.word.charCodeAt(at);
      let next = node.children.get(unit);
      if (next === undefined) node.children.set(unit, (next = { unit, children: new Map() }));
      node = next;
    }
    node.entry = entry;
  }
  const ranks = ranksOf(root);
  const tags: string[] = [];
  const [children, low, high, tag, ...frequency] = Array.from({ length: 7 }, (): number[] => []);
  const queue = [root];
  for (let at = 0; at < queue.length; at++) {
    const node = queue[at];
    let count = node.children.size;
    for (; count >= 255; count -= 255) children.push(255);
    children.push(count);
    if (node.entry === undefined) tag.push(0);
    else {
      const { entry } = node;
      if (!tags.includes(entry.tag)) tags.push(entry.tag);
      tag.push(tags.indexOf(entry.tag) + 1);
      frequency.forEach((column, byte) => column.push((entry.frequency >> (8 * byte)) & 255));
    }
    let previous = 0;
    for (const child of [...node.children.values()].sort((a, b) => rank(a) - rank(b))) {
      queue.push(child);
      low.push((rank(child) - previous) & 255);
      high.push((rank(child) - previous) >> 8);
      previous = rank(child);
    }
  }
  const units = String.fromCharCode(...ranks.keys());
  const header = Buffer.from(JSON.stringify({ units, tags, nodes: queue.length, words: frequency[0].length }));
  const length = Buffer.alloc(4);
  length.writeUInt32LE(header.length);
  return Buffer.concat([
    length,
    header,
    ...[children, low, high, tag, ...frequency].map((column) => Buffer.from(column)),
  ]);

  function rank(node: Node): number {
    return ranks.get(node.unit) as number;
  }
}

/** Every unit of the trie with its rank, 1 for the commonest. */
function ranksOf(root: Node): Map<number, number> {
  const counts = new Map<number, number>();
  const count = (node: Node) => {
    for (const child of node.children.values()) {
      counts.set(child.unit, (counts.get(child.unit) ?? 0) + 1);
      count(child);
    }
  };
  count(root);
  return new Map([...counts].sort(([a, x], [b, y]) => y - x || a - b).map(([unit], index) => [unit, index + 1]));
}

const UNLISTED = 'x';

/** Segments text by packed bytes. */
export class PackedWords {
  private readonly tags: readonly string[];
  /** Rank of each unit, 0 for none. */
  private readonly rank = new Uint16Array(65_536);
  /** Children of node n are [firstChild[n], firstChild[n + 1]), sorted by rank; those of the root stand in the order of all ranks. */
  private readonly firstChild: Uint32Array;
  private readonly ranks: Uint16Array;
  private readonly tag: Uint8Array;
  /** ln frequency; of nodes that are words. */
  private readonly logFrequency: Float64Array;
  private readonly logTotal: number;
  /** Node of a text's first unit by its rank, 0 for none. */
  private readonly first: Uint32Array;

  constructor(packed: Uint8Array) {
    const view = new DataView(packed.buffer, packed.byteOffset, packed.byteLength);
    const headerBytes = view.getUint32(0, true);
    const { units, tags, nodes, words } = JSON.parse(
      Buffer.from(packed.subarray(4, 4 + headerBytes)).toString('utf8'),
    ) as { units: string; tags: string[]; nodes: number; words: number };
    this.tags = tags;
    for (let index = 0; index < units.length; index++) this.rank[units.charCodeAt(index)] = index + 1;
    let at = 4 + headerBytes;
    // Each column is decoded in a loop of its own over local arrays: this is where the loading time goes.
    const firstChild = new Uint32Array(nodes + 1);
    let next = 1;
    for (let node = 0; node < nodes; node++) {
      firstChild[node] = next;
      for (; packed[at] === 255; at++) next += 255;
      next += packed[at++];
    }
    firstChild[nodes] = next;
    const [low, high] = [packed.subarray(at - 1), packed.subarray(at + nodes - 2)];
    const ranks = new Uint16Array(nodes);
    for (let node = 0, child = 1; child < nodes; node++) {
      const end = firstChild[node + 1];
      for (let rank = 0; child < end; child++) ranks[child] = rank += low[child] | (high[child] << 8);
    }
    at += 2 * (nodes - 1);
    const tag = packed.subarray(at, at + nodes);
    const frequencies = [0, 1, 2].map((byte) =>
      packed.subarray(at + nodes + byte * words, at + nodes + (byte + 1) * words),
    );
    const [lowest, middle, highest] = frequencies;
    // Most frequencies are small: their logarithms are taken once.
    const logarithms = Float64Array.from({ length: 1024 }, (_, frequency) => Math.log(frequency));
    const logFrequency = new Float64Array(nodes);
    let total = 0;
    for (let node = 0, word = 0; node < nodes; node++) {
      if (tag[node] === 0) continue;
      const frequency = lowest[word] | (middle[word] << 8) | (highest[word] << 16);
      word++;
      total += frequency;
      logFrequency[node] = frequency < 1024 ? logarithms[frequency] : Math.log(frequency);
    }
    this.first = new Uint32Array(units.length + 1);
    for (let node = firstChild[0]; node < firstChild[1]; node++) this.first[ranks[node]] = node;
    this.firstChild = firstChild;
    this.ranks = ranks;
    this.tag = tag;
    this.logFrequency = logFrequency;
    this.logTotal = Math.log(total);
  }

  /** Whether `text` is a word. */
  has(text: string): boolean {
    return this.tag[this.find(text)] !== 0;
  }

  /** The likeliest words of `text`, in order. Of two ways as likely the one with the longer first word is taken. */
  segment(text: string): TaggedWord[] {
    const { length } = text;
    if (this.score.length <= length) this.grow(length);
    const { score, end, found } = this;
    score[length] = 0;
    for (let at = length - 1; at >= 0; at--) {
      const code = text.charCodeAt(at);
      let node = this.first[this.rank[code]];
      // A unit that no word is: it counts as one that was seen once.
      const unlisted = code >= 0xd800 && code < 0xdc00 && at + 1 < length ? at + 2 : at + 1;
      score[at] = (node !== 0 && this.tag[node] !== 0 ? this.logFrequency[node] : 0) - this.logTotal + score[unlisted];
      end[at] = unlisted;
      found[at] = node;
      for (let next = at + 1; node !== 0 && next < length; next++) {
        node = this.child(node, text.charCodeAt(next));
        if (node === 0 || this.tag[node] === 0) continue;
        const candidate = this.logFrequency[node] - this.logTotal + score[next + 1];
        if (candidate < score[at]) continue;
        score[at] = candidate;
        end[at] = next + 1;
        found[at] = node;
      }
    }
    const words: TaggedWord[] = [];
    for (let at = 0; at < length; at = end[at])
      words.push({ word: text.slice(at, end[at]), tag: this.tagOf(found[at]) });
    return words;
  }

  /** The words inside the words of `text`, of two and three units, and those words themselves. */
  inside(text: string): string[] {
    const words: string[] = [];
    for (const { word } of this.segment(text)) {
      for (const size of [2, 3])
        for (let at = 0; word.length > size && at + size <= word.length; at++)
          if (this.has(word.slice(at, at + size))) words.push(word.slice(at, at + size));
      words.push(word);
    }
    return words;
  }

  private score = new Float64Array(256);
  private end = new Uint32Array(256);
  private found = new Uint32Array(256);

  private grow(length: number): void {
    this.score = new Float64Array(length + 256);
    this.end = new Uint32Array(length + 256);
    this.found = new Uint32Array(length + 256);
  }

  private tagOf(node: number): string {
    const tag = this.tag[node];
    return tag === 0 ? UNLISTED : this.tags[tag - 1];
  }

  private find(text: string): number {
    let node = this.first[this.rank[text.charCodeAt(0)]] ?? 0;
    for (let at = 1; node !== 0 && at < text.length; at++) node = this.child(node, text.charCodeAt(at));
    return node;
  }

  private child(node: number, unit: number): number {
    const { ranks } = this;
    const rank = this.rank[unit];
    const end = this.firstChild[node + 1];
    let low = this.firstChild[node];
    let high = end;
    while (low < high) {
      const middle = (low + high) >> 1;
      if (ranks[middle] < rank) low = middle + 1;
      else high = middle;
    }
    return low < end && ranks[low] === rank ? low : 0;
  }
}
