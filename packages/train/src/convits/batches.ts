// The batches of stage 2: examples of either kind, with the random numbers of their dropout.
import type { PreparedCorpus, Split } from '@gpt-talker/dataset';
import type { Batch } from '../engine/engine';
import type { DropoutNoise } from '../engine/noise';
import { rowRange, WHOLE } from '../parallel/shard';
import { stepsIn } from '../run/recipe';
import type { StageBatches, StepBatches } from '../run/stage';
import { CropSampler } from './crops';
import { learnAlignment, type AlignTurn } from './phoneme-alignment';
import type { ConVitsRecipe } from './recipe';
import type { ConVitsSampler } from './sampler';
import { UtteranceSampler } from './utterances';

/** Enough to compare checkpoints, cheap enough to score often. */
const VALIDATION = { crops: 3, utterances: 4 };

export class ConVitsBatches implements StageBatches {
  private constructor(
    private readonly train: ConVitsSampler,
    private readonly validationSampler: ConVitsSampler,
    private readonly recipe: ConVitsRecipe,
    private readonly dropout: DropoutNoise,
  ) {}

  /** @throws DatasetError `empty` where a split has no dialogue, TrainingDataError where none of its utterances will do */
  static async open(corpus: PreparedCorpus, recipe: ConVitsRecipe, dropout: DropoutNoise): Promise<ConVitsBatches> {
    const align = recipe.lossWeights.alignment ? await learnAlignment(corpus, recipe) : undefined;
    const train = await samplerOf(corpus, 'train', recipe, align);
    return new ConVitsBatches(train, await samplerOf(corpus, 'validation', recipe), recipe, dropout);
  }

  get stepsPerEpoch(): number {
    return this.train.stepsPerEpoch;
  }

  get totalSteps(): number {
    return stepsIn(this.recipe, (epochs) => this.train.stepsOf(epochs));
  }

  async at(step: number): Promise<StepBatches> {
    const { shard = WHOLE, examples } = this.recipe;
    const rows = rowRange(shard, examples.kind === 'crops' ? examples.utterances : examples.batchSize);
    const read = await this.train.at(step);
    return {
      batches: await Promise.all(read.map(({ batch, number }) => this.dropout.addTo(batch, `dropout/${number}`, rows))),
      names: read.flatMap(({ names }) => names),
    };
  }

  async validation(): Promise<Batch[]> {
    const { examples } = this.recipe;
    const count =
      examples.kind === 'crops'
        ? VALIDATION.crops
        : Math.min(VALIDATION.utterances, this.validationSampler.stepsPerEpoch);
    const steps = await Promise.all(Array.from({ length: count }, (_, step) => this.validationSampler.at(step)));
    return steps.map(([{ batch }]) => batch);
  }
}

/** @throws DatasetError `empty`, TrainingDataError */
function samplerOf(
  corpus: PreparedCorpus,
  split: Split,
  recipe: ConVitsRecipe,
  align?: AlignTurn,
): Promise<ConVitsSampler> {
  const { examples } = recipe;
  // What is held out is compared one batch at a time, however many make a step.
  const options = split === 'train' ? recipe : { ...recipe, accumulate: 1, shard: WHOLE };
  if (examples.kind === 'utterances') return UtteranceSampler.open(corpus, split, { ...options, examples });
  const seed = split === 'train' ? recipe.seed : recipe.seed + 1;
  return CropSampler.open(corpus, split, { ...options, seed, examples, align });
}

/** Frames that are spoken in a batch, without their padding where all of it is decoded. */
export function decodedFrames({ frame_mask: mask, waveform, starts }: Batch, hopSamples: number): number {
  return starts
    ? (waveform.dims[0] * waveform.dims[2]) / hopSamples
    : (mask.data as Float32Array).reduce((sum, value) => sum + value, 0);
}
