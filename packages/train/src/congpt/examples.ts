// Which examples a step of ConGPT learns from: a turn to be spoken, after none, one or several turns of history. Several share a row of
// the batch, so that little of it is padding; they do not see each other.
import {
  EpochPlanner,
  ExampleTable,
  fillRows,
  groups,
  historyLength,
  planRows,
  requireSplit,
  type ExampleReference,
  type PreparedCorpus,
  type RowPlan,
  type Split,
  type TurnOutline,
} from '@gpt-talker/dataset';
import { randomForName, type Random } from '@gpt-talker/nn';
import { WHOLE } from '../parallel/shard';
import { TrainingDataError } from '../run/data-error';
import type { ConGptRecipe, ExampleRecipe } from './recipe';

/** A batch to be read: its rows (of which a rank takes its own), and the name of its dropout's random numbers. */
export interface PlannedBatch {
  readonly rows: RowPlan;
  readonly noise: string;
}

export interface ExamplePlan {
  /** The batches of a step, counted from 0. */
  at(step: number): PlannedBatch[];
  stepsOf(epochs: number): number;
  /** Batches to compare checkpoints by. */
  validation(): RowPlan[];
}

export type PlanRecipe = Pick<ConGptRecipe, 'seed' | 'accumulate' | 'shard'> & { examples: ExampleRecipe };

/** @throws DatasetError `empty` where a split has no dialogue, TrainingDataError where no turn fits into a row */
export async function planExamples(corpus: PreparedCorpus, recipe: PlanRecipe): Promise<ExamplePlan> {
  const { order } = recipe.examples;
  const kind = order === 'epochs' ? EpochPlan : DrawPlan;
  const { ranks } = recipe.shard ?? WHOLE;
  const all = { ...recipe, examples: { ...recipe.examples, rows: recipe.examples.rows * ranks } };
  const [train, validation] = [
    await Targets.open(corpus, 'train', recipe),
    await Targets.open(corpus, 'validation', recipe),
  ];
  return new kind(train, validation, all, recipe.examples.rows);
}

/** The turns of a split that can be targets. */
class Targets {
  private constructor(
    readonly all: ExampleTable,
    /** Those that are learnt without a history. */
    readonly alone: ExampleTable,
  ) {}

  static async open(corpus: PreparedCorpus, split: Split, { examples }: PlanRecipe): Promise<Targets> {
    requireSplit(corpus, split);
    const { order, roles, positions, positionsKey, aloneStyles } = examples;
    const fits = (turn: TurnOutline) => turn.phonemes + turn.tokens <= positions;
    const tableOf = (accepts: (turn: TurnOutline) => boolean): Promise<ExampleTable> =>
      ExampleTable.build(corpus, { split, stage: 'gpt', roles, accepts });
    let fitting = 0;
    // An epoch leaves out what does not fit when its turn has come; what is drawn must fit.
    const all = await tableOf((turn) => {
      if (fits(turn)) fitting++;
      return order === 'epochs' || fits(turn);
    });
    if (fitting === 0)
      throw new TrainingDataError(`No turn has at most ${positions} positions; raise ${positionsKey}.`);
    const alone = aloneStyles ? await tableOf((turn) => fits(turn) && aloneStyles.includes(turn.style ?? '')) : all;
    if (alone.size === 0)
      throw new TrainingDataError(`No turn has the style ${aloneStyles!.join(' or ')}; change train.aloneStyles.`);
    return new Targets(all, alone);
  }
}

/** Every example once an epoch. */
class EpochPlan implements ExamplePlan {
  private readonly epochs: EpochPlanner<RowPlan>;

  constructor(
    { all }: Targets,
    private readonly validationTargets: Targets,
    private readonly recipe: PlanRecipe,
    private readonly validationRows: number,
  ) {
    const { seed, accumulate, examples } = recipe;
    this.epochs = new EpochPlanner((epoch) => planRows(all, randomForName(seed, `epoch/${epoch}`), examples), {
      accumulate,
    });
  }

  at(step: number): PlannedBatch[] {
    return this.epochs.at(step).map((rows, index) => ({ rows, noise: `dropout/${index}/${step}` }));
  }

  stepsOf(epochs: number): number {
    return this.epochs.stepsOf(epochs);
  }

  /** With as much history as is learnt from, spread over the split. */
  validation(): RowPlan[] {
    const { positions, historyShares, validationBatches: count } = this.recipe.examples;
    const { all } = this.validationTargets;
    const rows = this.validationRows;
    const every = Math.max(1, Math.floor(all.size / (count * rows * 4)));
    const chosen: ExampleReference[] = [];
    for (let index = 0; index < all.size; index += every) {
      const example = all.at(index, historyShares.length - 1, positions);
      if (example) chosen.push(example);
    }
    return groups(fillRows(chosen, positions), rows).slice(0, count);
  }
}

/** Each example drawn by itself; what is drawn depends on the generator alone. */
class DrawPlan implements ExamplePlan {
  constructor(
    private readonly train: Targets,
    private readonly validationTargets: Targets,
    private readonly recipe: PlanRecipe,
    private readonly validationRows: number,
  ) {}

  at(step: number): PlannedBatch[] {
    const { accumulate, examples } = this.recipe;
    return Array.from({ length: accumulate }, (_, index) => {
      const number = step * accumulate + index;
      return { rows: this.draw(this.train, `rows/${number}`, examples.rows), noise: `dropout/${number}` };
    });
  }

  /** As long as it takes to draw as many examples as there are. */
  stepsOf(epochs: number): number {
    const { accumulate, examples } = this.recipe;
    return Math.max(1, Math.ceil((epochs * this.train.all.size) / (accumulate * examples.rows)));
  }

  validation(): RowPlan[] {
    const { validationBatches } = this.recipe.examples;
    return Array.from({ length: validationBatches }, (_, index) =>
      this.draw(this.validationTargets, `held-out/${index}`, this.validationRows),
    );
  }

  private draw(targets: Targets, name: string, rows: number): RowPlan {
    const { seed, examples } = this.recipe;
    return drawRows(targets, randomForName(seed, name), { ...examples, rows });
  }
}

/** Rows of examples, each row as full as the next example allows. */
function drawRows(targets: Targets, random: Random, recipe: ExampleRecipe): RowPlan {
  const { rows, positions } = recipe;
  const batch: ExampleReference[][] = [[]];
  let used = 0;
  for (;;) {
    const example = drawOne(targets, random, recipe);
    if (used + example.positions > positions) {
      if (batch.length === rows) return batch;
      batch.push([]);
      used = 0;
    }
    batch[batch.length - 1].push(example);
    used += example.positions;
  }
}

function drawOne({ all, alone }: Targets, random: Random, recipe: ExampleRecipe): ExampleReference {
  const { historyShares, positions } = recipe;
  const index = random.integer(all.size);
  const history = historyLength(random.uniform(), historyShares);
  if (history === 0 && alone !== all) return alone.at(random.integer(alone.size), 0, positions)!;
  // The target alone always fits; its history is shortened until it does too.
  return all.at(index, history, positions)!;
}
