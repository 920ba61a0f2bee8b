// Batches for ConGPT: dialogues in the interleaved layout T1 A1 … Tn An. A sequence begins at any turn, so that every turn is
// seen with no history, with some and with all of it, and every turn of the sequence is a target.
import type { Segment } from '@gpt-talker/context';
import type { PreparedDialogue, PreparedTurn } from '@gpt-talker/dataset';
import { randomForName } from '@gpt-talker/nn';

export interface SequenceOptions {
  seed: number;
  /** Sequences a batch. */
  sequences: number;
  /** Positions that a sequence may have. */
  positions: number;
}

export const turnPositions = (turn: PreparedTurn): number => turn.phonemes.length + turn.tokens.length;

export function turnSegments(turn: PreparedTurn): Segment[] {
  return [
    { kind: 'text', role: turn.role, phonemes: Int32Array.from(turn.phonemes) },
    { kind: 'speech', role: turn.role, tokens: Int32Array.from(turn.tokens) },
  ];
}

/** As many turns from `first` on as fit; none where the first alone does not. */
export function fittingTurns(turns: readonly PreparedTurn[], first: number, positions: number): PreparedTurn[] {
  const chosen: PreparedTurn[] = [];
  let used = 0;
  for (const turn of turns.slice(first)) {
    used += turnPositions(turn);
    if (used > positions) break;
    chosen.push(turn);
  }
  return chosen;
}

/** The sequences of a step: a function of seed and step alone. */
export class SequenceSampler {
  constructor(
    private readonly dialogues: readonly PreparedDialogue[],
    private readonly options: SequenceOptions,
  ) {}

  get stepsPerEpoch(): number {
    return Math.max(1, Math.floor(this.dialogues.length / this.options.sequences));
  }

  sequences(step: number): Segment[][] {
    const { seed, sequences, positions } = this.options;
    const epoch = Math.floor(step / this.stepsPerEpoch);
    const order = this.order(epoch);
    const random = randomForName(seed, `sequences/${step}`);
    const begin = (step % this.stepsPerEpoch) * sequences;
    const batch: Segment[][] = [];
    for (let i = 0; batch.length < sequences; i++) {
      const dialogue = this.dialogues[order[(begin + i) % order.length]];
      // Half of the sequences begin where the dialogue does, the others at a random turn.
      const first = random.uniform() < 0.5 ? 0 : random.integer(dialogue.turns.length);
      const turns = fittingTurns(dialogue.turns, first, positions);
      if (turns.length > 0) batch.push(turns.flatMap(turnSegments));
      if (i > order.length) throw new Error(`No dialogue has a turn of at most ${positions} positions; raise train.positions.`);
    }
    return batch;
  }

  private cached?: { epoch: number; order: number[] };

  private order(epoch: number): number[] {
    if (this.cached?.epoch !== epoch) {
      const random = randomForName(this.options.seed, `order/${epoch}`);
      const order = this.dialogues.map((_, index) => index);
      for (let i = order.length - 1; i > 0; i--) {
        const j = random.integer(i + 1);
        [order[i], order[j]] = [order[j], order[i]];
      }
      this.cached = { epoch, order };
    }
    return this.cached.order;
  }
}
