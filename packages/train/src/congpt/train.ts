// Stage 1, whole: ConGPT on a prepared corpus, from scratch or from a checkpoint, all of its weights or low-rank adapters. From here every
// part of a run is one step away: the model (model.ts), what it learns from (examples.ts, batches.ts), what it minimises (loss.ts), and
// the loop around it (../run/stage.ts).
import type { SequenceLayout } from '@gpt-talker/context';
import type { ConGptInputs } from '@gpt-talker/gpt/model';
import { withBatches } from '../batching/batches-ahead';
import { isLoraParameter } from '../engine/lora';
import { noiseCount } from '../engine/noise';
import { beginWith } from '../run/initialize';
import type { RunResult } from '../run/run';
import { sharded } from '../parallel/shard';
import { withRun } from '../run/run-folder';
import { trainStage } from '../run/stage';
import type { TrainingOptions } from '../run/training-options';
import { estimateAlignment, writeAlignment } from './alignment';
import { conGptObjective } from './objective';
import { adapted, createConGpt } from './model';
import type { ConGptRecipe } from './recipe';

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export function trainConGpt(given: ConGptRecipe, options: TrainingOptions): Promise<RunResult> {
  return withRun(given, options, async (corpus) => {
    const recipe = sharded(given, options.ranks);
    const isFirst = options.ranks?.isFirst ?? true;
    const network = createConGpt(recipe);
    const { store, model } = network;
    if (isFirst && options.init !== undefined && !options.resume)
      await beginWith(options.init, store, options.onMessage, { among: (name) => !isLoraParameter(name) });
    const alignment = await estimateAlignment(recipe, corpus);
    const layout: SequenceLayout = { ...recipe.layout, alignment };
    const count = noiseCount(store, (batch, noise) =>
      adapted(network, () => model.forward(batch as unknown as ConGptInputs, noise)),
    );
    return withBatches({ prepared: options.prepared, recipe, layout }, count, options.prefetch, async (batches) => {
      if (isFirst && alignment) await writeAlignment(options.directory, alignment);
      const objective = conGptObjective(network, recipe, await batches.validation());
      return trainStage(recipe, objective, batches, options);
    });
  });
}
