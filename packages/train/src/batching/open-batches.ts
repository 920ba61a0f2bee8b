// The batches of either model, in whichever thread.
import type { PreparedCorpus } from '@gpt-talker/dataset';
import { ConGptBatches } from '../congpt/batches';
import { ConVitsBatches } from '../convits/batches';
import { DropoutNoise, type NoiseCount } from '../engine/noise';
import type { StageBatches } from '../run/stage';
import type { BatchPlan } from './messages';

/** @throws DatasetError `empty` where a split has no dialogue, TrainingDataError where nothing of it will do */
export function openBatches(
  corpus: PreparedCorpus,
  { recipe, layout }: Omit<BatchPlan, 'prepared'>,
  count: NoiseCount,
): Promise<StageBatches> {
  const dropout = new DropoutNoise(recipe.seed, count);
  return recipe.stage === 'gpt'
    ? ConGptBatches.open(corpus, recipe, layout ?? recipe.layout, dropout)
    : ConVitsBatches.open(corpus, recipe, dropout);
}
