// Learns which speech tokens a phoneme sounds like, from turns whose alignment nobody knows: phonemes are laid over the tokens by their
// mean durations, counted, laid again by what was counted, and so on (Viterbi training; Rabiner 1989, section VI).
import { expectedTokens, type AlignmentPrior } from '@gpt-talker/context';
import { TokenAligner, phonemeModel, type AlignedPhoneme, type TokenEmissions } from '@gpt-talker/gpt';

interface AlignedTurn {
  phonemes: ArrayLike<number>;
  tokens: ArrayLike<number>;
}

const ROUNDS = 8;
/** How much of the average stands beside what was counted of a phoneme, in tokens. */
const AVERAGE_COUNT = 12;
/** Every token may sound during every phoneme, once in this many. */
const RARE = 4000;
/** The usual deviation of a duration's logarithm stands beside what was measured, with this weight. */
const USUAL_DEVIATION = 0.5;
const DURATION_COUNT = 10;

/**
 * @param turns are gone through several times
 * @param tokens how many speech tokens there are, without the end of speech
 */
export function estimateEmissions(
  turns: readonly AlignedTurn[],
  { phonemeVocabulary, tokens, prior }: { phonemeVocabulary: number; tokens: number; prior: AlignmentPrior },
  onRound?: (round: number, score: number) => void,
): TokenEmissions {
  const heard = new Set<number>();
  for (const { phonemes } of turns) for (const id of Array.from(phonemes)) heard.add(id);
  const rowOf = new Int32Array(phonemeVocabulary).fill(-1);
  [...heard].sort((a, b) => a - b).forEach((id, row) => (rowOf[id] = row));
  const counter = () => new Counter(rowOf, heard.size + 1, tokens);

  let counts = counter();
  for (const turn of turns) counts.add(turn, byDurations(turn, prior));
  let emissions = counts.emissions();
  for (let round = 1; round <= ROUNDS; round++) {
    counts = counter();
    let score = 0;
    for (const turn of turns) {
      const aligner = new TokenAligner(phonemeModel(turn.phonemes, emissions));
      for (const token of Array.from(turn.tokens)) aligner.push(token);
      if (aligner.score === -Infinity) continue; // more phonemes than can be said in its time
      score += aligner.score;
      counts.add(turn, aligner.align(true));
    }
    emissions = counts.emissions();
    onRound?.(round, score / turns.length);
  }
  return emissions;
}

/** The silence before the phonemes, and they, each as long as on average when the whole is as long as it is. */
function byDurations({ phonemes, tokens }: AlignedTurn, prior: AlignmentPrior): AlignedPhoneme[] {
  const scale = tokens.length / Math.max(1, expectedTokens(phonemes, prior));
  const last = phonemes.length - 1;
  const lengths = [
    prior.edgeTokens,
    ...Array.from(phonemes, (id, index) => (index === last ? prior.edgeTokens : (prior.durations[id] ?? 0))),
  ];
  let at = 0;
  return lengths.map((length) => {
    const begin = Math.round(at);
    at += length * scale;
    return { begin, end: Math.min(tokens.length, Math.round(at)), evidence: 0 };
  });
}

class Counter {
  private readonly counts: Float64Array;
  private readonly logDurations: { count: number; sum: number; squares: number }[];

  constructor(
    private readonly rowOf: Int32Array,
    private readonly rows: number,
    private readonly tokens: number,
  ) {
    this.counts = new Float64Array(rows * tokens);
    this.logDurations = Array.from({ length: rows }, () => ({ count: 0, sum: 0, squares: 0 }));
  }

  add({ phonemes, tokens }: AlignedTurn, aligned: readonly AlignedPhoneme[]): void {
    aligned.forEach(({ begin, end }, index) => {
      const row = index === 0 ? this.rows - 1 : this.rowOf[phonemes[index - 1]];
      for (let at = begin; at < end; at++) this.counts[row * this.tokens + tokens[at]]++;
      const logDuration = Math.log(Math.max(0.35, end - begin));
      const durations = this.logDurations[row];
      durations.count++;
      durations.sum += logDuration;
      durations.squares += logDuration ** 2;
    });
  }

  emissions(): TokenEmissions {
    const { counts, rows, tokens } = this;
    const totals = Float64Array.from({ length: rows }, (_, row) =>
      sumOf(counts.subarray(row * tokens, (row + 1) * tokens)),
    );
    const all = sumOf(totals);
    const average = Float64Array.from({ length: tokens }, (_, token) => {
      let count = 0;
      for (let row = 0; row < rows; row++) count += counts[row * tokens + token];
      return (count + 1) / (all + tokens);
    });
    const logProbabilities = new Float32Array(rows * tokens);
    for (let row = 0; row < rows; row++)
      for (let token = 0; token < tokens; token++) {
        const counted = counts[row * tokens + token] + AVERAGE_COUNT * average[token];
        const share = counted / (totals[row] + AVERAGE_COUNT);
        logProbabilities[row * tokens + token] = Math.log((1 - 1 / RARE) * share + average[token] / RARE);
      }
    const durations = this.logDurations.map(({ count, sum, squares }) => {
      const mean = count > 0 ? sum / count : Math.log(2);
      const variance = count > 0 ? Math.max(0, squares / count - mean ** 2) : USUAL_DEVIATION ** 2;
      const deviation = Math.sqrt(
        (count * variance + DURATION_COUNT * USUAL_DEVIATION ** 2) / (count + DURATION_COUNT),
      );
      return { mean, deviation: Math.max(0.25, deviation) };
    });
    return { tokens, rowOf: this.rowOf, rows, logProbabilities, durations };
  }
}

function sumOf(values: Float64Array): number {
  return values.reduce((sum, value) => sum + value, 0);
}
