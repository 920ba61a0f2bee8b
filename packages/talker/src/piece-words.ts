// When each word of a piece is said: tokens, as they are made into sound, are laid over its phonemes, and words that have ended come out.
import type { TextWord } from '@gpt-talker/context';
import { TokenAligner, phonemeModel, type AlignedPhoneme, type TokenEmissions } from '@gpt-talker/gpt';

/** A phoneme and the tokens that are its: `[begin, end)`, of the piece. */
export interface SaidPhoneme {
  phoneme: number;
  begin: number;
  end: number;
}

/** A word and the tokens that are its. */
export interface SaidWord {
  word: TextWord;
  begin: number;
  end: number;
  phonemes: SaidPhoneme[];
  /** From 0 to 1: how well what is heard fits the word. */
  confidence: number;
}

/** Lays tokens over phonemes; the first of the aligned is the silence before them. */
export interface Aligner {
  push(token: number): void;
  align(complete: boolean): AlignedPhoneme[];
}

export class PieceWords {
  private given = 0;
  private lastEnd = 0;
  private readonly tokens: number[] = [];
  private aligner: Aligner | undefined;
  private laidOver: Int32Array | undefined;

  /**
   * @param text whose phonemes and words may grow
   * @param open an aligner for the phonemes as they are
   */
  constructor(
    private readonly text: { readonly phonemes: Int32Array; readonly words: readonly TextWord[] },
    private readonly open: () => Aligner,
  ) {}

  push(token: number): void {
    this.tokens.push(token);
    if (this.laidOver === this.text.phonemes) this.aligner?.push(token);
  }

  /**
   * Words that have ended before a token and have not been given out yet.
   * @param end `Infinity` for all that are left, when every token is there
   */
  endedBy(end: number): SaidWord[] {
    const { words } = this.text;
    const aligned = this.current().align(end === Infinity);
    const ended: SaidWord[] = [];
    for (; this.given < words.length; this.given++) {
      const word = words[this.given];
      const own = aligned.slice(word.phonemes.from + 1, word.phonemes.to + 1);
      const isThere = own.length > 0 && own.length === word.phonemes.to - word.phonemes.from;
      if (!isThere || own[own.length - 1].end > end) break;
      ended.push(this.said(word, own));
    }
    return ended;
  }

  private current(): Aligner {
    const { phonemes } = this.text;
    if (!this.aligner || this.laidOver !== phonemes) {
      this.aligner = this.open();
      this.laidOver = phonemes;
      for (const token of this.tokens) this.aligner.push(token);
    }
    return this.aligner;
  }

  private said(word: TextWord, own: readonly AlignedPhoneme[]): SaidWord {
    // What has been given out stands, even where later tokens would have moved it.
    const bound = (at: number) => Math.max(this.lastEnd, at);
    const said = {
      word,
      begin: bound(own[0].begin),
      end: bound(own[own.length - 1].end),
      phonemes: own.map(({ begin, end }, index) => ({
        phoneme: this.text.phonemes[word.phonemes.from + index],
        begin: bound(begin),
        end: bound(end),
      })),
      confidence: confidenceOf(own),
    };
    this.lastEnd = said.end;
    return said;
  }
}

/**
 * The aligner of a voice: by what its tokens sound like, or, where it does not know, by durations alone.
 * @param pace as `phonemeModel` has it
 */
export function alignerOf(
  phonemes: ArrayLike<number>,
  emissions: TokenEmissions | undefined,
  pace: number,
  expectedTokens: (phoneme: number) => number,
): Aligner {
  return emissions
    ? new TokenAligner(phonemeModel(phonemes, emissions, pace))
    : new DurationAligner(Float64Array.from({ length: phonemes.length }, (_, index) => expectedTokens(index)));
}

/** Every phoneme as long as it is expected to be, stretched to what there is when all of it is there. */
class DurationAligner implements Aligner {
  private tokens = 0;

  constructor(private readonly lengths: Float64Array) {}

  push(): void {
    this.tokens++;
  }

  align(complete: boolean): AlignedPhoneme[] {
    const total = this.lengths.reduce((sum, length) => sum + length, 0);
    const scale = complete ? this.tokens / Math.max(1e-6, total) : 1;
    let at = 0;
    const aligned: AlignedPhoneme[] = [{ begin: 0, end: 0, evidence: 0 }];
    for (const length of this.lengths) {
      const begin = Math.min(this.tokens, Math.round(at));
      at += length * scale;
      if (!complete && at > this.tokens) break;
      aligned.push({ begin, end: Math.min(this.tokens, Math.round(at)), evidence: 0 });
    }
    return aligned;
  }
}

/** Of words that were laid over tokens by durations alone. */
export const UNKNOWN_CONFIDENCE = 0.5;

/** ½ where the tokens say nothing for or against the word. */
function confidenceOf(phonemes: readonly AlignedPhoneme[]): number {
  let [sum, tokens] = [0, 0];
  for (const { begin, end, evidence } of phonemes) {
    sum += evidence * (end - begin);
    tokens += end - begin;
  }
  return tokens === 0 ? 0 : Math.round(1000 / (1 + Math.exp(-sum / tokens))) / 1000;
}
