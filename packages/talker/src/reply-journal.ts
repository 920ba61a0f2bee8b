// What is known of a reply while it is made and read: its pieces with their tokens, and the chunks of sound that the reader has been
// given. A reply that ends early is put together from the same notes as one that is complete.
import type { Audio } from '@gpt-talker/audio';
import type { Reply, ReplyPiece } from './reply';
import { spokenPart } from './spoken-part';
import { ReplyClock } from './timings';

/** A piece of the text, and what has been made of it so far. */
export interface SpokenPiece {
  text: string;
  phonemes: Int32Array;
  tokens: number[];
  /** How many tokens it is likely to have, for as long as it is not `complete`. */
  expectedTokens: number;
  complete: boolean;
  stopReason?: 'end-of-speech' | 'length';
}

/** A chunk of sound and what it says. */
export interface ReplyChunk extends Audio {
  piece: SpokenPiece;
  /** How many of the piece's tokens, following those of the chunk before. */
  tokens: number;
}

export class ReplyJournal {
  readonly clock = new ReplyClock();
  readonly pieces: SpokenPiece[] = [];
  readonly warnings: string[] = [];
  readonly heard: ReplyChunk[] = [];
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
    for (const { samples, piece, tokens } of this.heard) {
      const count = Math.min(samples.length, Math.round(left));
      if (count === 0) break;
      sounds.push(samples.subarray(0, count));
      const known = heard.get(piece) ?? { text: '', tokens: 0, beginSeconds: at / this.sampleRate, endSeconds: 0 };
      at += count;
      left -= count;
      known.tokens += Math.round((tokens * count) / samples.length);
      known.endSeconds = at / this.sampleRate;
      heard.set(piece, known);
    }
    for (const [piece, known] of heard) {
      const total = piece.complete ? piece.tokens.length : Math.max(piece.expectedTokens, piece.tokens.length);
      known.text = spokenPart(piece.text, known.tokens / total, this.language);
    }
    const pieces = [...heard.values()];
    return {
      audio: { samples: concatenate(sounds), sampleRate: this.sampleRate },
      text: pieces
        .map(({ text }) => text)
        .join('')
        .trim(),
      tokens: Int32Array.from([...heard].flatMap(([piece, { tokens }]) => piece.tokens.slice(0, tokens))),
      phonemes: Int32Array.from([...heard.keys()].flatMap(({ phonemes }) => [...phonemes])),
      pieces,
      seed: this.seed,
      historyTurns: this.historyTurns,
      warnings: [...this.warnings],
      timings: this.clock.timings(at / this.sampleRate),
    };
  }
}

function concatenate(parts: readonly Float32Array[]): Float32Array {
  const whole = new Float32Array(parts.reduce((sum, { length }) => sum + length, 0));
  let filled = 0;
  for (const part of parts) {
    whole.set(part, filled);
    filled += part.length;
  }
  return whole;
}
