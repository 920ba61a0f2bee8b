// What went wrong with a reply's words: left out, said twice, or broken off. The phonemes are laid over the tokens once more, this time with
// ways around and back between words, each at a price; where such a way is much likelier than the straight one, it was taken.
//
//   straight   w1 → w2 → w3 → end
//   skipped    w1 ──────→ w3            repeated   w1 → w2 → w1 → w2 → w3            cut   w1 → w2 ──→ end
import type { PhonemeModel } from './phoneme-model';

export type FaultKind = 'skipped' | 'repeated' | 'cut';

export interface SpeechFault {
  kind: FaultKind;
  /** The first of the words that were left out or said again, and how many. */
  word: number;
  words: number;
}

export interface FaultReport {
  faults: SpeechFault[];
  /** How much likelier the tokens are with these faults than without any, as a logarithm; 0 without. */
  evidence: number;
}

/** The phonemes of one word: indices into the text's, the last not included. */
export interface WordRange {
  from: number;
  to: number;
}

/** What a way must gain, in natural logarithms. */
export interface FaultPrices {
  /** Around words. */
  skip: number;
  /** Beside that, around so little that fluent speech swallows it: "a", "of". */
  swallow: number;
  /** Back to words that have been said. */
  repeat: number;
  /** From within the text to its end. */
  cut: number;
}

/** So that at least 95 % of what is put into replies' tokens is found and little else is suspected (`npm run evaluate:words`, docs/decisions/0026-words-and-faults.md). */
const FAULT_PRICES: FaultPrices = { skip: 6, swallow: 7, repeat: 24, cut: 6 };
const NO_FAULTS: FaultPrices = { skip: Infinity, swallow: 0, repeat: Infinity, cut: Infinity };
/** Fewer phonemes than these may be swallowed. */
const LEAST_PHONEMES = 3;
/** At most this many words are said again. */
const LONGEST_REPEAT = 4;

/**
 * @param model of the text's phonemes; its phoneme 0 is the silence before them
 * @param words in order, none of them empty
 */
export function findFaults(
  tokens: readonly number[],
  model: PhonemeModel,
  words: readonly WordRange[],
  prices = FAULT_PRICES,
): FaultReport {
  const none: FaultReport = { faults: [], evidence: 0 };
  if (words.length === 0 || tokens.length === 0) return none;
  const network = new Network(tokens, model, words, prices);
  const straight = new Network(tokens, model, words, NO_FAULTS);
  const evidence = network.score - straight.score;
  if (!(evidence > 0)) return none;
  return { faults: network.faults(), evidence };
}

class Network {
  /** `best[n][t]`: the first n phonemes, or others on a way to the n-th, over the first t tokens. */
  private readonly best: Float64Array[];
  private readonly taken: Int16Array[];
  /** Whether the phoneme that ends here was entered by a way back. */
  private readonly cameBack: Uint8Array[];
  /** By place and time: from which place a way led here, or −1. Ways around are in the same place of `best`; ways back beside it. */
  private readonly around = new Map<number, Int16Array>();
  private readonly back = new Map<number, { from: Int16Array; score: Float64Array }>();
  /** Where words begin among the model's phonemes, in order, and, last, where the last word has ended. */
  private readonly starts: number[];
  private readonly count: number;
  private readonly times: number;

  constructor(
    private readonly tokens: readonly number[],
    private readonly model: PhonemeModel,
    private readonly words: readonly WordRange[],
    private readonly prices: FaultPrices,
  ) {
    this.count = model.phonemes;
    this.times = tokens.length;
    const last = words[words.length - 1];
    this.starts = [...words.map(({ from }) => from + 1), last.to + 1];
    const column = () => new Float64Array(this.times + 1).fill(-Infinity);
    this.best = Array.from({ length: this.count + 1 }, column);
    this.taken = Array.from({ length: this.count }, () => new Int16Array(this.times + 1));
    this.cameBack = Array.from({ length: this.count }, () => new Uint8Array(this.times + 1));
    for (const start of this.starts) {
      this.around.set(start, new Int16Array(this.times + 1).fill(-1));
      this.back.set(start, { from: new Int16Array(this.times + 1).fill(-1), score: column() });
    }
    this.around.set(this.count, new Int16Array(this.times + 1).fill(-1));
    this.search();
  }

  get score(): number {
    return this.best[this.count][this.times];
  }

  /** The ways that the best path took, in order. */
  faults(): SpeechFault[] {
    const found: SpeechFault[] = [];
    let [place, time] = [this.count, this.times];
    while (place > 0) {
      const from = this.around.get(place)?.[time] ?? -1;
      if (from >= 0) {
        found.push(this.leftOut(from, place));
        place = from;
        continue;
      }
      const phoneme = place - 1;
      const begin = time - this.taken[phoneme][time];
      const cameBack = this.cameBack[phoneme][time] === 1;
      [place, time] = [phoneme, begin];
      if (!cameBack) continue;
      const before = this.back.get(place)!.from[time];
      const word = this.starts.indexOf(place);
      found.push({ kind: 'repeated', word, words: this.starts.indexOf(before) - word });
      place = before;
    }
    return found.reverse();
  }

  private leftOut(from: number, to: number): SpeechFault {
    const { words, starts } = this;
    let word = starts.indexOf(from);
    // Within the last word.
    if (word < 0 || word === words.length) word = words.length - 1;
    const end = to === this.count ? words.length : starts.indexOf(to);
    return { kind: end === words.length ? 'cut' : 'skipped', word, words: Math.max(1, end - word) };
  }

  private search(): void {
    const { tokens, model, best, taken, cameBack, count, prices } = this;
    const durations = Array.from({ length: count }, (_, phoneme) => model.durations(phoneme));
    const sums = Array.from({ length: count }, (_, phoneme) => {
      const row = new Float64Array(tokens.length + 1);
      for (let t = 0; t < tokens.length; t++) row[t + 1] = row[t] + model.evidence(phoneme, tokens[t]);
      return row;
    });
    best[0][0] = 0;
    for (let t = 0; t <= tokens.length; t++) {
      for (let phoneme = 0; phoneme < count; phoneme++) {
        const before = best[phoneme];
        const entries = this.back.get(phoneme)?.score;
        const sum = sums[phoneme];
        const likely = durations[phoneme];
        const longest = Math.min(t, likely.length - 1);
        let [score, chosen, returned] = [-Infinity, 0, 0];
        for (let duration = 0; duration <= longest; duration++) {
          const rest = likely[duration] + sum[t] - sum[t - duration];
          if (before[t - duration] + rest > score)
            [score, chosen, returned] = [before[t - duration] + rest, duration, 0];
          if (entries && duration > 0 && entries[t - duration] + rest > score)
            [score, chosen, returned] = [entries[t - duration] + rest, duration, 1];
        }
        best[phoneme + 1][t] = score;
        taken[phoneme][t] = chosen;
        cameBack[phoneme][t] = returned;
        if (prices.skip < Infinity) this.goAround(phoneme + 1, t);
      }
      if (prices.repeat < Infinity) this.goBack(t);
    }
  }

  /** Enters a place from the beginning of an earlier word, which is then left out, and those between too. */
  private goAround(place: number, t: number): void {
    const ways = this.around.get(place);
    if (!ways) return;
    const { best, starts, prices, count } = this;
    const consider = (from: number, cost: number) => {
      const score = best[from][t] - cost;
      if (score > best[place][t]) [best[place][t], ways[t]] = [score, from];
    };
    const last = starts[starts.length - 2];
    const end = starts[starts.length - 1];
    const isEnd = place === end || place === count;
    for (const start of starts) {
      if (start >= place) break;
      const swallowed = Math.min(place, end) - start < LEAST_PHONEMES;
      consider(start, (isEnd ? prices.cut : prices.skip) + (swallowed ? prices.swallow : 0));
    }
    if (isEnd) for (let from = last + 1; from < end; from++) consider(from, prices.cut);
  }

  /** Leads from the ends of words back to the beginnings of those before. */
  private goBack(t: number): void {
    const { best, starts, prices } = this;
    for (let word = 0; word < starts.length - 1; word++) {
      const { from, score } = this.back.get(starts[word])!;
      for (let end = word + 1; end <= Math.min(starts.length - 1, word + LONGEST_REPEAT); end++) {
        const candidate = best[starts[end]][t] - prices.repeat;
        if (candidate > score[t]) [score[t], from[t]] = [candidate, starts[end]];
      }
    }
  }
}
