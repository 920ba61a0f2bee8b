// What is known of a reply while it is made and read: its pieces with their tokens, and the chunks of sound that the reader has been
// given. A reply that ends early is put together from the same notes as one that is complete.
import { concatenateFloats, type Audio } from '@gpt-talker/audio';
import type { TextWord } from '@gpt-talker/context';
import type { Reply, ReplyMark, ReplyPiece, ReplyWord } from './reply';
import { UNKNOWN_CONFIDENCE } from './piece-words';
import { spokenPart } from './spoken-part';
import type { Manner } from './text-piece';
import { ReplyClock } from './timings';

/** A piece of the text, and what has been made of it so far. */
export interface SpokenPiece {
  /** What is read. */
  text: string;
  /** As it was written. */
  source: string;
  /** Where a place of `text` is in the text that was given. */
  origin: (place: number, end?: boolean) => number;
  /** Its number within the reply, from 0. */
  index: number;
  manner: Manner;
  /** Silence that the text asks for before it. */
  pauseSeconds: number;
  marks: readonly string[];
  words: readonly TextWord[];
  /** Whether its text, phonemes and words grow while it is spoken. */
  growing?: boolean;
  phonemes: Int32Array;
  tokens: number[];
  /** How many tokens it is likely to have, for as long as it is not `complete`. */
  expectedTokens: number;
  complete: boolean;
  /** How often it has been said. */
  attempts: number;
  stopReason?: 'end-of-speech' | 'length';
}

/** A chunk of sound and what it says. */
export interface SpokenChunk extends Audio {
  piece: SpokenPiece;
  /** How many of the piece's tokens, following those of the chunk before. */
  tokens: number;
  words: SpokenWord[];
}

/** A word, and where it ends in its piece's text. */
export interface SpokenWord extends ReplyWord {
  textEnd: number;
}

export class ReplyJournal {
  readonly clock = new ReplyClock();
  readonly pieces: SpokenPiece[] = [];
  readonly warnings: string[] = [];
  readonly heard: SpokenChunk[] = [];
  readonly marks: ReplyMark[] = [];
  /** Names of marks behind the last words. */
  readonly endMarks: string[] = [];
  historyTurns = 0;

  constructor(
    readonly seed: number,
    readonly sampleRate: number,
    private readonly language?: string,
  ) {}

  /** How long what has been heard lasts. */
  get heardSeconds(): number {
    return this.heard.reduce((sum, { samples }) => sum + samples.length, 0) / this.sampleRate;
  }

  /** The reply as it was made, all of it heard. */
  complete(): Reply {
    const cut = this.pieces.some(({ stopReason }) => stopReason === 'length');
    const text = this.pieces.map((piece) => piece.text).join('');
    return { ...this.upTo(Infinity), text: text.trim(), stopReason: cut ? 'length' : 'end-of-speech' };
  }

  /** The reply as far as it was heard, or less far. */
  interrupted(seconds = Infinity): Reply {
    return { ...this.upTo(seconds), stopReason: 'interrupted' };
  }

  private upTo(seconds: number): Omit<Reply, 'stopReason'> {
    let left = Math.min(this.heardSeconds, Math.max(0, seconds)) * this.sampleRate;
    const sounds: Float32Array[] = [];
    const heard = new Map<SpokenPiece, ReplyPiece>();
    let at = 0;
    const words: ReplyWord[] = [];
    const reached = new Map<SpokenPiece, number>();
    for (const { samples, piece, tokens, words: ended } of this.heard) {
      const count = Math.min(samples.length, Math.round(left));
      if (count === 0) break;
      sounds.push(samples.subarray(0, count));
      const known = heard.get(piece) ?? {
        text: '',
        tokens: 0,
        attempts: piece.attempts,
        beginSeconds: at / this.sampleRate,
        endSeconds: 0,
      };
      at += count;
      left -= count;
      known.tokens += Math.round((tokens * count) / samples.length);
      known.endSeconds = at / this.sampleRate;
      heard.set(piece, known);
      // A word of which less than half was heard was not said.
      for (const { textEnd, ...word } of ended) {
        if ((word.start + word.end) / 2 > at / this.sampleRate) continue;
        words.push(word);
        if (word.confidence !== UNKNOWN_CONFIDENCE) reached.set(piece, textEnd);
      }
    }
    for (const [piece, known] of heard) {
      const total = piece.complete ? piece.tokens.length : Math.max(piece.expectedTokens, piece.tokens.length);
      known.text = this.partOf(piece, known.tokens / total, reached.get(piece));
    }
    const pieces = [...heard.values()];
    return {
      audio: { samples: concatenateFloats(sounds), sampleRate: this.sampleRate },
      text: pieces
        .map(({ text }) => text)
        .join('')
        .trim(),
      tokens: Int32Array.from([...heard].flatMap(([piece, { tokens }]) => piece.tokens.slice(0, tokens))),
      phonemes: Int32Array.from([...heard.keys()].flatMap(({ phonemes }) => [...phonemes])),
      pieces,
      words,
      // Seconds are sums of chunks' lengths, and not exact.
      marks: this.marks.filter(({ seconds }) => seconds <= at / this.sampleRate + 1e-6),
      attempts: Math.max(1, ...pieces.map(({ attempts }) => attempts)),
      seed: this.seed,
      historyTurns: this.historyTurns,
      warnings: [...this.warnings],
      timings: this.clock.timings(at / this.sampleRate),
    };
  }

  /** What has been said of a piece's text: up to the last word that was heard, or, where words have no times, by its share. */
  private partOf({ text }: SpokenPiece, share: number, textEnd?: number): string {
    return share >= 1 || textEnd === undefined ? spokenPart(text, share, this.language) : text.slice(0, textEnd);
  }
}
