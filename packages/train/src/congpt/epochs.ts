// The batches of stage 1: epoch by epoch, every example once, in an order and with histories that seed and epoch fix; examples share
// rows, so that little of a batch is padding. A step takes `accumulate` batches; an epoch's last step takes what is left.
import type { Segment } from '@gpt-talker/context';
import {
  readExample,
  readTurnFeatures,
  rolesByTarget,
  type ExampleReference,
  type ExampleTable,
  type PreparedCorpus,
  type PreparedTurn,
} from '@gpt-talker/dataset';
import { randomForName } from '@gpt-talker/nn';
import { TrainingDataError } from '../run/data-error';
import { historyLength } from './examples';
import { shuffle } from '../run/shuffle';

export interface GptEpochOptions {
  seed: number;
  /** Rows of a batch. */
  rows: number;
  /** Positions of a row. */
  positions: number;
  historyShares: readonly number[];
  /** Batches of a step. */
  accumulate: number;
}

/** Rows of examples. */
export type BatchPlan = readonly (readonly ExampleReference[])[];

export class GptEpochs {
  /** Of the epoch that was asked for last. */
  private current: { epoch: number; steps: BatchPlan[][] } | undefined;
  /** The first step of each epoch that has been planned, and the one after. */
  private readonly begins = [0];

  constructor(
    private readonly examples: ExampleTable,
    private readonly options: GptEpochOptions,
  ) {}

  /** Number of steps of the first epochs. */
  stepsOf(epochs: number): number {
    while (this.begins.length <= epochs) this.plan(this.begins.length - 1);
    return this.begins[epochs];
  }

  /** The batches of a step, counted from 0 over all epochs. */
  at(step: number): { epoch: number; batches: BatchPlan[] } {
    let epoch = 0;
    while (this.stepsOf(epoch + 1) <= step) epoch++;
    if (this.current?.epoch !== epoch) this.plan(epoch);
    return { epoch, batches: this.current!.steps[step - this.begins[epoch]] };
  }

  /** Batches of held-out examples with as much history as is learnt from, spread over the split. */
  heldOut(count: number): BatchPlan[] {
    const { rows, positions, historyShares } = this.options;
    const most = historyShares.length - 1;
    const every = Math.max(1, Math.floor(this.examples.size / Math.max(1, count * rows * 4)));
    const chosen: ExampleReference[] = [];
    for (let index = 0; index < this.examples.size; index += every) {
      const example = this.examples.at(index, most, positions);
      if (example) chosen.push(example);
    }
    return intoBatches(chosen, rows, positions).slice(0, count);
  }

  private plan(epoch: number): void {
    const { seed, rows, positions, historyShares, accumulate } = this.options;
    const random = randomForName(seed, `epoch/${epoch}`);
    const order = Array.from({ length: this.examples.size }, (_, index) => index);
    const drawn = shuffle(order, random).flatMap((index) => {
      const example = this.examples.at(index, historyLength(random.uniform(), historyShares), positions);
      return example ? [example] : [];
    });
    if (drawn.length === 0)
      throw new TrainingDataError(`No turn has at most ${positions} positions; raise data.max_positions.`);
    const batches = intoBatches(drawn, rows, positions);
    const steps = Array.from({ length: Math.ceil(batches.length / accumulate) }, (_, step) =>
      batches.slice(step * accumulate, (step + 1) * accumulate),
    );
    this.current = { epoch, steps };
    if (this.begins.length === epoch + 1) this.begins.push(this.begins[epoch] + steps.length);
  }
}

function intoBatches(examples: readonly ExampleReference[], rows: number, positions: number): BatchPlan[] {
  const filled: ExampleReference[][] = [];
  let used = Infinity;
  for (const example of examples) {
    if (used + example.positions > positions) {
      filled.push([]);
      used = 0;
    }
    filled[filled.length - 1].push(example);
    used += example.positions;
  }
  return Array.from({ length: Math.ceil(filled.length / rows) }, (_, batch) =>
    filled.slice(batch * rows, (batch + 1) * rows),
  );
}

/** The segments of an example, with text features where the corpus and the model have them; who speaks the target is the agent. */
export async function readSegments(
  corpus: PreparedCorpus,
  example: ExampleReference,
  featureWidth: number,
): Promise<Segment[]> {
  return turnSegments(rolesByTarget(await readExample(corpus, example)), featureWidth);
}

/** T1 A1 … Tn An. @throws TrainingDataError where a turn's features have another width than the model's */
export async function turnSegments(turns: readonly PreparedTurn[], featureWidth: number): Promise<Segment[]> {
  const segments: Segment[] = [];
  for (const turn of turns) {
    const features = featureWidth > 0 ? await readTurnFeatures(turn) : undefined;
    if (features && features.width !== featureWidth)
      throw new TrainingDataError(
        `${turn.name ?? turn.text}: its text features have width ${features.width}, model.feature_width is ${featureWidth}.`,
      );
    segments.push(
      { kind: 'text', role: turn.role, phonemes: Int32Array.from(turn.phonemes), features: features?.data },
      { kind: 'speech', role: turn.role, tokens: Int32Array.from(turn.tokens) },
    );
  }
  return segments;
}

/** A name for an example, to find it again. */
export async function exampleName(
  corpus: PreparedCorpus,
  { dialogue, turn, history }: ExampleReference,
): Promise<string> {
  const { id } = corpus.entry(dialogue);
  return `${id} turn ${turn}${history > 0 ? ` after ${history}` : ''}`;
}
