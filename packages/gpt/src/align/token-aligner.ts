// Which token belongs to which phoneme: the likeliest way to lay the phonemes, in order, over the tokens, each for a while (a
// hidden semi-Markov model; Viterbi's search). Tokens may come one by one: what lies far enough back does not change any more.
// N phonemes, T tokens.
import type { PhonemeModel } from './phoneme-model';

/** Where a phoneme sounds: tokens from `begin` up to `end`. Empty where it is not heard. */
export interface AlignedPhoneme {
  begin: number;
  end: number;
  /** How much likelier its tokens are under this phoneme than on average, in natural logarithms a token. */
  evidence: number;
}

export class TokenAligner {
  private readonly count: number;
  /** `best[n][t]`: the score of the first n phonemes over exactly the first t tokens, the edge before them included. */
  private readonly best: number[][];
  /** How many tokens phoneme n took in the best way to `best[n + 1][t]`. */
  private readonly taken: number[][];
  /** `sums[n][t]`: of the first t tokens' logarithms under phoneme n. */
  private readonly sums: number[][];
  private length = 0;

  constructor(private readonly model: PhonemeModel) {
    this.count = model.phonemes;
    this.best = Array.from({ length: this.count + 1 }, () => [-Infinity]);
    this.best[0][0] = 0;
    this.taken = Array.from({ length: this.count }, () => [0]);
    this.sums = Array.from({ length: this.count }, () => [0]);
    this.settle(0);
  }

  /** How many tokens have come. */
  get tokens(): number {
    return this.length;
  }

  push(token: number): void {
    this.length++;
    const { model, sums, length } = this;
    for (let phoneme = 0; phoneme < this.count; phoneme++)
      sums[phoneme].push(sums[phoneme][length - 1] + model.evidence(phoneme, token));
    this.best[0].push(-Infinity);
    this.settle(length);
  }

  /** The phonemes that have ended for certain within the tokens so far, or, when there are no more tokens, all of them. */
  align(complete: boolean): AlignedPhoneme[] {
    const { length: at } = this;
    let phoneme = this.count;
    if (!complete) {
      // Where the reply probably is now.
      for (let candidate = 0; candidate < this.count; candidate++)
        if (this.best[candidate][at] > this.best[phoneme][at]) phoneme = candidate;
    }
    const aligned: AlignedPhoneme[] = [];
    let end = at;
    while (phoneme > 0) {
      phoneme--;
      const begin = end - this.taken[phoneme][end];
      const sum = this.sums[phoneme][end] - this.sums[phoneme][begin];
      aligned.push({ begin, end, evidence: end > begin ? sum / (end - begin) : 0 });
      end = begin;
    }
    return aligned.reverse();
  }

  /** The score of all phonemes over all tokens. */
  get score(): number {
    return this.best[this.count][this.length];
  }

  /** Fills in column t. */
  private settle(t: number): void {
    const { model, best, taken, sums } = this;
    for (let phoneme = 0; phoneme < this.count; phoneme++) {
      const before = best[phoneme];
      const sum = sums[phoneme];
      const durations = model.durations(phoneme);
      let score = -Infinity;
      let chosen = 0;
      const longest = Math.min(t, durations.length - 1);
      for (let duration = 0; duration <= longest; duration++) {
        const candidate = before[t - duration] + durations[duration] + sum[t] - sum[t - duration];
        if (candidate > score) [score, chosen] = [candidate, duration];
      }
      best[phoneme + 1][t] = score;
      taken[phoneme][t] = chosen;
    }
  }
}
