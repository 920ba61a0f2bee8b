// What can be learnt from a corpus: every turn, after 0 to N turns of history. Only sizes are held in memory, 20 bytes a turn;
// an example's turns are read when a batch needs them.
import {
  isExcluded,
  type PreparedCorpus,
  type PreparedTurn,
  type Split,
  type Stage,
  type TurnOutline,
} from '../store/types';

export interface ExampleTableOptions {
  split: Split;
  /** Turns that this stage's filter left out are history only; default: none is left out. */
  stage?: Stage;
  /** Whose turns are learnt from; default both. */
  roles?: readonly PreparedTurn['role'][];
  /** Which of them are learnt from, the others being history only; default all. */
  accepts?: (turn: TurnOutline) => boolean;
}

/** An example: the `turn`-th turn of a dialogue and the `history` turns before it. */
export interface ExampleReference {
  /** Index into the corpus. */
  dialogue: number;
  turn: number;
  history: number;
  /** Positions: phonemes and tokens of all its turns. */
  positions: number;
}

export class ExampleTable {
  private constructor(
    /** Of each example: its dialogue, its turn, and which of `ends` is its turn's. */
    private readonly dialogues: Int32Array,
    private readonly turns: Int32Array,
    private readonly places: Int32Array,
    /** Positions of all turns, summed up: turn p of the corpus has ends[p + 1] − ends[p]. */
    private readonly ends: Float64Array,
  ) {}

  static async build(
    corpus: PreparedCorpus,
    { split, stage, roles, accepts = () => true }: ExampleTableOptions,
  ): Promise<ExampleTable> {
    const [dialogues, turns, places]: number[][] = [[], [], []];
    const ends = [0];
    for (let dialogue = 0; dialogue < corpus.size; dialogue++) {
      if (corpus.entry(dialogue).split !== split) continue;
      for (const [turn, outline] of (await corpus.outline(dialogue)).entries()) {
        const place = ends.length - 1;
        ends.push(ends[place] + outline.phonemes + outline.tokens);
        if (isExcluded(outline, stage) || (roles && !roles.includes(outline.role)) || !accepts(outline)) continue;
        dialogues.push(dialogue);
        turns.push(turn);
        places.push(place);
      }
    }
    return new ExampleTable(
      Int32Array.from(dialogues),
      Int32Array.from(turns),
      Int32Array.from(places),
      Float64Array.from(ends),
    );
  }

  /** Number of turns to learn from. */
  get size(): number {
    return this.dialogues.length;
  }

  /** Example `index` with as much of `history` as there is and as fits into `maximumPositions`; undefined if the turn alone does not. */
  at(index: number, history: number, maximumPositions = Infinity): ExampleReference | undefined {
    const place = this.places[index];
    const turn = this.turns[index];
    for (let taken = Math.min(history, turn); taken >= 0; taken--) {
      const positions = this.ends[place + 1] - this.ends[place - taken];
      if (positions <= maximumPositions) return { dialogue: this.dialogues[index], turn, history: taken, positions };
    }
    return undefined;
  }
}

/** The turns of an example, its target last. */
export async function readExample(
  corpus: PreparedCorpus,
  { dialogue, turn, history }: ExampleReference,
): Promise<PreparedTurn[]> {
  return corpus.turns(dialogue, turn - history, turn + 1);
}

/** The turns with roles as the last one's speaker has them: who speaks it is the agent, all others are users. */
export function rolesByTarget(turns: readonly PreparedTurn[]): PreparedTurn[] {
  const { speaker } = turns[turns.length - 1];
  return turns.map((turn) => ({ ...turn, role: turn.speaker === speaker ? 'agent' : 'user' }));
}
