// The single turns of a corpus, for what learns from utterances without their history. Only sizes are held in memory, 20 bytes a
// turn; a turn is read when a batch needs it.
import {
  isExcluded,
  type PreparedCorpus,
  type PreparedTurn,
  type Split,
  type Stage,
  type TurnOutline,
} from '../store/types';

export interface UtteranceTableOptions {
  split: Split;
  /** Turns that this stage's filter left out are not listed; default: none is left out. */
  stage?: Stage;
  /** Which of the others are listed; default all. */
  accepts?: (turn: TurnOutline) => boolean;
}

export interface UtteranceReference {
  /** Index into the corpus. */
  dialogue: number;
  turn: number;
  /** How many of each. */
  phonemes: number;
  tokens: number;
  /** Index into the table's speakers. */
  speaker: number;
}

/** Numbers of an utterance. */
const WIDTH = 5;

export class UtteranceTable {
  private constructor(
    /** [utterances, WIDTH]: dialogue, turn, phonemes, tokens, speaker. */
    private readonly rows: Int32Array,
    /** In the order in which they first speak. */
    readonly speakers: readonly string[],
  ) {}

  static async build(
    corpus: PreparedCorpus,
    { split, stage, accepts = () => true }: UtteranceTableOptions,
  ): Promise<UtteranceTable> {
    const rows: number[] = [];
    const speakers = new Map<string, number>();
    for (let dialogue = 0; dialogue < corpus.size; dialogue++) {
      if (corpus.entry(dialogue).split !== split) continue;
      for (const [turn, outline] of (await corpus.outline(dialogue)).entries()) {
        if (isExcluded(outline, stage) || !accepts(outline)) continue;
        const speaker = speakers.get(outline.speaker) ?? speakers.size;
        speakers.set(outline.speaker, speaker);
        rows.push(dialogue, turn, outline.phonemes, outline.tokens, speaker);
      }
    }
    return new UtteranceTable(Int32Array.from(rows), [...speakers.keys()]);
  }

  /** Number of utterances. */
  get size(): number {
    return this.rows.length / WIDTH;
  }

  at(index: number): UtteranceReference {
    const [dialogue, turn, phonemes, tokens, speaker] = this.rows.subarray(index * WIDTH, (index + 1) * WIDTH);
    return { dialogue, turn, phonemes, tokens, speaker };
  }
}

/** The turn that a reference names, without the rest of its dialogue where the format allows. */
export async function readTurn(
  corpus: PreparedCorpus,
  { dialogue, turn }: Pick<UtteranceReference, 'dialogue' | 'turn'>,
): Promise<PreparedTurn> {
  const [read] = await corpus.turns(dialogue, turn, turn + 1);
  return read;
}
