// What ConGPT learns from: a turn to be spoken, after none, one or several turns of history. Several examples share a row of
// the batch, so that little of it is padding; they do not see each other.
import type { Segment } from '@gpt-talker/context';
import {
  ExampleTable,
  readExample,
  requireSplit,
  type ExampleReference,
  type PreparedCorpus,
  type PreparedTurn,
  type Split,
  type TurnOutline,
} from '@gpt-talker/dataset';
import type { Random } from '@gpt-talker/nn';
import { TrainingDataError } from '../run/data-error';

/** The turns of an example; the last one's speech is the target. */
export type Example = readonly PreparedTurn[];

export interface ExampleOptions {
  /** Rows of a batch. */
  rows: number;
  /** Positions of a row; longer examples are not drawn. */
  positions: number;
  /** How often an example has 0, 1, 2 … turns of history; the numbers add up to 1. */
  historyShares: readonly number[];
  /**
   * The styles of what is learnt without a history; default any. Who has heard nothing has no reason for a mood, and a model that learnt
   * any would take one at random.
   */
  aloneStyles?: readonly string[];
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

/** Draws examples from a split; what it draws depends on the generator alone. */
export class ExampleSampler {
  private constructor(
    private readonly corpus: PreparedCorpus,
    private readonly targets: ExampleTable,
    /** What is learnt without a history. */
    private readonly alone: ExampleTable,
    private readonly options: ExampleOptions,
  ) {}

  /** @throws DatasetError `empty` where the split has no dialogue, TrainingDataError where no turn fits into a row */
  static async open(corpus: PreparedCorpus, split: Split, options: ExampleOptions): Promise<ExampleSampler> {
    requireSplit(corpus, split);
    const { roles, positions, aloneStyles } = options;
    const fitting = (accepts: (turn: TurnOutline) => boolean): Promise<ExampleTable> =>
      ExampleTable.build(corpus, {
        ...{ split, stage: 'gpt', roles },
        accepts: (turn) => turn.phonemes + turn.tokens <= positions && accepts(turn),
      });
    const targets = await fitting(() => true);
    if (targets.size === 0)
      throw new TrainingDataError(`No turn has at most ${positions} positions; raise train.positions.`);
    const alone = aloneStyles ? await fitting(({ style }) => aloneStyles.includes(style ?? '')) : targets;
    if (alone.size === 0)
      throw new TrainingDataError(`No turn has the style ${aloneStyles!.join(' or ')}; change train.aloneStyles.`);
    return new ExampleSampler(corpus, targets, alone, options);
  }

  /** Rows of examples, each row as full as the next example allows. */
  rows(random: Random): Promise<Example[][]> {
    return Promise.all(
      this.draw(random).map((row) => Promise.all(row.map((example) => readExample(this.corpus, example)))),
    );
  }

  private draw(random: Random): ExampleReference[][] {
    const { rows, positions } = this.options;
    const batch: ExampleReference[][] = [[]];
    let used = 0;
    for (;;) {
      const example = this.drawOne(random);
      if (used + example.positions > positions) {
        if (batch.length === rows) return batch;
        batch.push([]);
        used = 0;
      }
      batch[batch.length - 1].push(example);
      used += example.positions;
    }
  }

  private drawOne(random: Random): ExampleReference {
    const { historyShares, positions } = this.options;
    const index = random.integer(this.targets.size);
    const history = historyLength(random.uniform(), historyShares);
    if (history === 0 && this.alone !== this.targets)
      return this.alone.at(random.integer(this.alone.size), 0, positions)!;
    // The target alone always fits; its history is shortened until it does too.
    return this.targets.at(index, history, positions)!;
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
