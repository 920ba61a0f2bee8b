// The batches of stage 1: examples as they are planned, read and packed into rows.
import type { Segment, SequenceLayout } from '@gpt-talker/context';
import type { PreparedCorpus, RowPlan } from '@gpt-talker/dataset';
import { packRows, type ConGptConfig } from '@gpt-talker/gpt/model';
import { float32 } from '@gpt-talker/runtime';
import type { Batch } from '../engine/engine';
import type { DropoutNoise } from '../engine/noise';
import { BATCH_WEIGHT } from '../engine/step';
import { rowRange, WHOLE } from '../parallel/shard';
import { stepsIn } from '../run/recipe';
import type { StageBatches, StepBatches } from '../run/stage';
import { planExamples, type ExamplePlan } from './examples';
import type { ConGptRecipe } from './recipe';
import { exampleName, readSegments } from './segments';

export interface RowShape {
  rows: number;
  positions: number;
}

export class ConGptBatches implements StageBatches {
  private constructor(
    private readonly corpus: PreparedCorpus,
    private readonly recipe: ConGptRecipe,
    private readonly layout: SequenceLayout,
    private readonly plan: ExamplePlan,
    private readonly dropout: DropoutNoise,
  ) {}

  /** @throws DatasetError `empty` where a split has no dialogue, TrainingDataError where no turn fits into a row */
  static async open(
    corpus: PreparedCorpus,
    recipe: ConGptRecipe,
    layout: SequenceLayout,
    dropout: DropoutNoise,
  ): Promise<ConGptBatches> {
    return new ConGptBatches(corpus, recipe, layout, await planExamples(corpus, recipe), dropout);
  }

  get stepsPerEpoch(): number {
    return this.plan.stepsOf(1);
  }

  get totalSteps(): number {
    return stepsIn(this.recipe, (epochs) => this.plan.stepsOf(epochs));
  }

  async at(step: number): Promise<StepBatches> {
    const own = rowRange(this.recipe.shard ?? WHOLE, this.recipe.examples.rows);
    const planned = this.plan
      .at(step)
      .map(({ rows, noise }) => ({ rows: rows.slice(own.first, own.first + own.count), noise }));
    const batches = planned.map(async ({ rows, noise }) => {
      // With fewer rows than ranks, some get one that is all padding.
      const packed = await this.dropout.addTo(await this.read(rows), noise, own);
      return this.recipe.accumulate > 1
        ? { ...packed, [BATCH_WEIGHT]: float32(Float32Array.of(targetsOf(packed)), []) }
        : packed;
    });
    const examples = planned.flatMap(({ rows }) => rows.flat());
    return { batches: await Promise.all(batches), names: examples.map((example) => exampleName(this.corpus, example)) };
  }

  validation(): Promise<Batch[]> {
    return Promise.all(this.plan.validation().map((rows) => this.read(rows)));
  }

  private async read(plan: RowPlan): Promise<Batch> {
    const { model, examples } = this.recipe;
    const rows = await Promise.all(
      plan.map((row) => Promise.all(row.map((example) => readSegments(this.corpus, example, model)))),
    );
    return packBatch(rows, examples, this.layout, model);
  }
}

/**
 * The inputs of a step: ids, kind, positions, roles, targets and weights [B, T], features [B, T, featureWidth] where the model has
 * them, mask [B, 1, T, T].
 * @param batch rows of examples of segments
 */
export function packBatch(
  batch: readonly (readonly (readonly Segment[])[])[],
  { rows, positions }: RowShape,
  layout: SequenceLayout & { pace?: number },
  {
    semanticVocabulary,
    featureWidth,
    roles: hasRoles,
  }: Pick<ConGptConfig, 'semanticVocabulary' | 'featureWidth' | 'roles'>,
): Batch {
  const { roles, ...packed } = packRows(batch, {
    ...layout,
    ...{ rows, positions, featureWidth, endOfSpeech: semanticVocabulary - 1, targets: 'last-turn' },
  });
  return { ...packed, ...(hasRoles && { roles }) };
}

export const targetsOf = ({ weights }: Batch): number =>
  (weights.data as Float32Array).reduce((total, weight) => total + weight, 0);
