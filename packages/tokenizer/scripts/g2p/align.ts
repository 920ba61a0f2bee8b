// Letters to phonemes, aligned by expectation maximisation (Jiampojamarn et al. 2007, "Applying many-to-many alignments"): a
// unit joins one letter with no, one or two phonemes, or two letters with one phoneme. The best alignment of each word
// becomes the sequence of units ("graphones") that the n-gram model counts.

/** A word with one pronunciation; phonemes are small integers. */
export interface Sample {
  letters: string;
  phonemes: readonly string[];
}

/** One unit: 'x' ↔ 'K S' is written 'x}K S'. */
export type Unit = string;

/** Letters and phonemes that a unit may join. */
const SHAPES: readonly (readonly [number, number])[] = [
  [1, 0],
  [1, 1],
  [1, 2],
  [2, 1],
];

interface Edge {
  unit: number;
  from: number;
  to: number;
}

/** Units over all samples, with the probabilities that EM gives them. */
export class Aligner {
  readonly units: Unit[] = [];
  private readonly ids = new Map<Unit, number>();
  private probabilities = new Float64Array(0);

  /** Runs `iterations` of EM over `samples`. */
  fit(samples: readonly Sample[], iterations: number, log: (message: string) => void = () => {}): void {
    const lattices = samples.map((sample) => this.lattice(sample));
    this.probabilities = new Float64Array(this.units.length).fill(1 / this.units.length);
    for (let iteration = 0; iteration < iterations; iteration++) {
      const counts = new Float64Array(this.units.length);
      let likelihood = 0;
      lattices.forEach((edges, index) => {
        if (edges.length > 0) likelihood += this.expect(edges, states(samples[index]), counts);
      });
      const total = counts.reduce((sum, count) => sum + count, 0);
      this.probabilities = counts.map((count) => count / total);
      log(
        `alignment ${iteration + 1}/${iterations}: log-likelihood ${(likelihood / samples.length).toFixed(3)} a word`,
      );
    }
  }

  /** The likeliest units of a sample; undefined if its letters cannot carry its phonemes. */
  align(sample: Sample): Unit[] | undefined {
    const edges = this.lattice(sample);
    const size = states(sample);
    const best = new Float64Array(size).fill(-Infinity);
    const back = new Array<Edge | undefined>(size);
    best[0] = 0;
    for (const edge of edges) {
      const score = best[edge.from] + Math.log(this.probabilities[edge.unit] || 1e-12);
      if (score > best[edge.to]) {
        best[edge.to] = score;
        back[edge.to] = edge;
      }
    }
    if (edges.length === 0 || best[size - 1] === -Infinity) return undefined;
    const path: Unit[] = [];
    for (let state = size - 1; state > 0;) {
      const edge = back[state] as Edge;
      path.unshift(this.units[edge.unit]);
      state = edge.from;
    }
    return path;
  }

  /** Edges in topological order; state = letters used × (phonemes + 1) + phonemes used. Only edges on complete paths. */
  private lattice({ letters, phonemes }: Sample): Edge[] {
    const width = phonemes.length + 1;
    const edges: Edge[] = [];
    const forward = new Uint8Array(states({ letters, phonemes }));
    const backward = new Uint8Array(forward.length);
    forward[0] = 1;
    backward[forward.length - 1] = 1;
    const visit = (l: number, p: number, action: (from: number, to: number, dl: number, dp: number) => void) => {
      for (const [dl, dp] of SHAPES)
        if (l + dl <= letters.length && p + dp <= phonemes.length)
          action(l * width + p, (l + dl) * width + p + dp, dl, dp);
    };
    for (let l = 0; l <= letters.length; l++)
      for (let p = 0; p < width; p++) visit(l, p, (from, to) => forward[from] && (forward[to] = 1));
    for (let l = letters.length; l >= 0; l--)
      for (let p = width - 1; p >= 0; p--) visit(l, p, (from, to) => backward[to] && (backward[from] = 1));
    for (let l = 0; l <= letters.length; l++) {
      for (let p = 0; p < width; p++) {
        visit(l, p, (from, to, dl, dp) => {
          if (!forward[from] || !backward[to]) return;
          const unit = `${letters.slice(l, l + dl)}}${phonemes.slice(p, p + dp).join(' ')}`;
          let id = this.ids.get(unit);
          if (id === undefined) {
            id = this.units.length;
            this.ids.set(unit, id);
            this.units.push(unit);
          }
          edges.push({ unit: id, from, to });
        });
      }
    }
    return edges;
  }

  /** Adds the expected unit counts of one lattice; returns its log-likelihood. */
  private expect(edges: readonly Edge[], size: number, counts: Float64Array): number {
    const alpha = new Float64Array(size);
    const beta = new Float64Array(size);
    alpha[0] = 1;
    beta[size - 1] = 1;
    for (const { unit, from, to } of edges) alpha[to] += alpha[from] * this.probabilities[unit];
    for (let index = edges.length - 1; index >= 0; index--) {
      const { unit, from, to } = edges[index];
      beta[from] += beta[to] * this.probabilities[unit];
    }
    const total = alpha[size - 1];
    if (total === 0) return 0;
    for (const { unit, from, to } of edges) counts[unit] += (alpha[from] * this.probabilities[unit] * beta[to]) / total;
    return Math.log(total);
  }
}

const states = ({ letters, phonemes }: Sample) => (letters.length + 1) * (phonemes.length + 1);
