// Which phoneme of the text is due next, and so which tokens it would sound like: what keeps a reply at its text where ConGPT alone would
// slur it. The same hidden semi-Markov model as TokenAligner's, summed over all ways instead of searching the best one (Rabiner 1989);
// its evidence is added to ConGPT's logits, as language models are to those of a recogniser ("shallow fusion").
import type { PhonemeModel } from './phoneme-model';

/** Phonemes that are less likely to be due than this are not asked. */
const LEAST_SHARE = 1e-4;
/** However surely words are still to come, the end is not less likely than this. */
const LEAST_END = 1e-5;
/** The last phonemes and marks, which nobody helps to say. */
const CLOSING = 4;

export class PhonemeGuide {
  private readonly last: number;
  /** `sounding[n][d]`: how likely it is that the next token is the d-th of phoneme n, from 1. Sums to 1. */
  private sounding: Float64Array[];
  private readonly shares: readonly Float64Array[];
  /** `leaving[n][d]`: how likely phoneme n is over after d tokens. */
  private readonly leaving: readonly Float64Array[];
  private readonly ratios = new Map<number, Float64Array>();

  /** @param tokens how many speech tokens there are, without the end of speech */
  constructor(
    private readonly model: PhonemeModel,
    private readonly tokens: number,
  ) {
    this.last = model.phonemes - 1;
    this.shares = Array.from({ length: model.phonemes }, (_, phoneme) => model.durations(phoneme).map(Math.exp));
    this.leaving = this.shares.map(hazards);
    this.sounding = this.nowhere();
    this.enter(this.sounding, 0, 1);
  }

  /** The token that was said. */
  push(token: number): void {
    const heard = this.sounding;
    let sum = 0;
    for (let phoneme = 0; phoneme <= this.last; phoneme++) {
      const ratio = Math.exp(this.model.evidence(phoneme, token));
      for (let place = 1; place < heard[phoneme].length; place++) sum += heard[phoneme][place] *= ratio;
    }
    const next = this.nowhere();
    for (let phoneme = 0; phoneme <= this.last; phoneme++) {
      const leaving = this.leaving[phoneme];
      let over = 0;
      for (let place = 1; place < heard[phoneme].length; place++) {
        const share = heard[phoneme][place] / sum;
        if (share < 1e-12) continue;
        // The last one is the silence behind the words: it lasts until the reply ends.
        const leaves = phoneme === this.last ? 0 : leaving[place];
        next[phoneme][Math.min(place + 1, next[phoneme].length - 1)] += share * (1 - leaves);
        over += share * leaves;
      }
      if (over > 0) this.enter(next, phoneme + 1, over);
    }
    this.sounding = next;
  }

  /**
   * Makes the tokens that sound like what is due likelier, and the end less likely while words are to come.
   * @param logits by token and, at `end`, of the end of speech; left as they are
   * @param weight of what is due, beside ConGPT's own opinion of 1
   */
  apply(logits: Float32Array, weight: number, end: number): Float32Array {
    const shares = this.sounding.map(sumOf);
    const due = new Float64Array(this.tokens);
    shares.forEach((share, phoneme) => {
      if (share < LEAST_SHARE) return;
      const ratio = this.ratioOf(phoneme);
      for (let token = 0; token < this.tokens; token++) due[token] += share * ratio[token];
    });
    const guided = logits.slice();
    // How a reply dies away is left to ConGPT, which has seen whole words end.
    const closing = Math.min(1, sumOf(shares.slice(-CLOSING)));
    const say = weight * (1 - closing);
    for (let token = 0; token < this.tokens; token++) guided[token] += say * Math.log(due[token] + 1e-9);
    // Whether a reply ends is not for the tokens to say: together they are as likely as they were.
    const shift = logSum(logits, this.tokens) - logSum(guided, this.tokens);
    for (let token = 0; token < this.tokens; token++) guided[token] += shift;
    guided[end] += weight * Math.log(Math.max(LEAST_END, shares[this.last]));
    return guided;
  }

  private nowhere(): Float64Array[] {
    return this.shares.map(({ length }) => new Float64Array(Math.max(2, length)));
  }

  /** A phoneme begins with this likelihood, or is not heard at all and the next one begins. */
  private enter(into: Float64Array[], phoneme: number, likelihood: number): void {
    for (let at = phoneme, left = likelihood; at <= this.last && left > 1e-9; at++) {
      const unheard = at === this.last ? 0 : this.shares[at][0];
      into[at][1] += left * (1 - unheard);
      left *= unheard;
    }
  }

  private ratioOf(phoneme: number): Float64Array {
    let ratio = this.ratios.get(phoneme);
    if (!ratio) {
      ratio = Float64Array.from({ length: this.tokens }, (_, token) => Math.exp(this.model.evidence(phoneme, token)));
      this.ratios.set(phoneme, ratio);
    }
    return ratio;
  }
}

/** By number of tokens: how likely a phoneme that has lasted so long is to end there. */
function hazards(shares: Float64Array): Float64Array {
  const result = new Float64Array(Math.max(2, shares.length));
  let rest = 0;
  for (let duration = shares.length - 1; duration >= 0; duration--) {
    rest += shares[duration];
    result[duration] = shares[duration] / rest;
  }
  return result;
}

function sumOf(values: ArrayLike<number>): number {
  let sum = 0;
  for (let at = 0; at < values.length; at++) sum += values[at];
  return sum;
}

function logSum(values: Float32Array, count: number): number {
  let most = -Infinity;
  for (let at = 0; at < count; at++) most = Math.max(most, values[at]);
  let sum = 0;
  for (let at = 0; at < count; at++) sum += Math.exp(values[at] - most);
  return most + Math.log(sum);
}
