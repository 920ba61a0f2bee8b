// What ConGPT learns from: a turn to be spoken, after none, one or several turns of history. Several examples share a row of
// the batch, so that little of it is padding; they do not see each other.
import type { Segment } from '@gpt-talker/context';
import type { PreparedDialogue, PreparedTurn } from '@gpt-talker/dataset';
import type { Random } from '@gpt-talker/nn';

/** The turns of an example; the last one's speech is the target. */
export type Example = readonly PreparedTurn[];

export interface ExampleOptions {
  /** Rows of a batch. */
  rows: number;
  /** Positions of a row; longer examples are not drawn. */
  positions: number;
  /** How often an example has 0, 1, 2 … turns of history; the numbers add up to 1. */
  historyShares: readonly number[];
  /** Whose turns are targets. */
  roles: readonly PreparedTurn['role'][];
}

export const turnPositions = (turn: PreparedTurn): number => turn.phonemes.length + turn.tokens.length;

/** T1 A1 … Tn An. */
export function exampleSegments(example: Example): Segment[] {
  return example.flatMap((turn): Segment[] => [
    { kind: 'text', role: turn.role, phonemes: Int32Array.from(turn.phonemes) },
    { kind: 'speech', role: turn.role, tokens: Int32Array.from(turn.tokens) },
  ]);
}

/** Draws examples from dialogues; what it draws depends on the generator alone. */
export class ExampleSampler {
  private readonly targets: { turns: readonly PreparedTurn[]; index: number }[];

  /** @throws Error where no turn fits into a row */
  constructor(
    dialogues: readonly PreparedDialogue[],
    private readonly options: ExampleOptions,
  ) {
    this.targets = dialogues.flatMap(({ turns }) =>
      turns.flatMap((turn, index) =>
        options.roles.includes(turn.role) &&
        !turn.excludedFrom?.includes('gpt') &&
        turnPositions(turn) <= options.positions
          ? [{ turns, index }]
          : [],
      ),
    );
    if (this.targets.length === 0)
      throw new Error(`No turn has at most ${options.positions} positions; raise train.positions.`);
  }

  /** Rows of examples, each row as full as the next example allows. */
  rows(random: Random): Example[][] {
    const { rows, positions } = this.options;
    const batch: Example[][] = [[]];
    let used = 0;
    for (;;) {
      const example = this.draw(random);
      const length = example.reduce((sum, turn) => sum + turnPositions(turn), 0);
      if (used + length > positions) {
        if (batch.length === rows) return batch;
        batch.push([]);
        used = 0;
      }
      batch[batch.length - 1].push(example);
      used += length;
    }
  }

  private draw(random: Random): Example {
    const { turns, index } = this.targets[random.integer(this.targets.length)];
    let history = Math.min(index, historyLength(random.uniform(), this.options.historyShares));
    // The target alone always fits; its history is shortened until it does too.
    for (; history > 0; history--) {
      const example = turns.slice(index - history, index + 1);
      if (example.reduce((sum, turn) => sum + turnPositions(turn), 0) <= this.options.positions) return example;
    }
    return [turns[index]];
  }
}

/** How many turns of history a uniform draw stands for, by the share of each number. */
export function historyLength(uniform: number, shares: readonly number[]): number {
  let sum = 0;
  for (const [length, share] of shares.entries()) {
    sum += share;
    if (uniform < sum) return length;
  }
  return shares.length - 1;
}
