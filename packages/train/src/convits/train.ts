// Stage 2, whole: ConVITS on a prepared corpus, from scratch or from checkpoints, with or without discriminators. From here every part of a
// run is one step away: the players (model.ts), what they learn from (crops.ts or utterances.ts), what they minimise (objective.ts), and
// the loop around them (../run/stage.ts).
import { readFile } from 'node:fs/promises';
import { withoutPlaneAxis } from '@gpt-talker/vits/model';
import { withBatches } from '../batching/batches-ahead';
import { noiseCount } from '../engine/noise';
import { beginWith } from '../run/initialize';
import type { RunResult } from '../run/run';
import { checkSameTokens, spectralOrigin, tokenOriginOf, type TokenOrigin } from '../run/run-file';
import { sharded } from '../parallel/shard';
import { withRun } from '../run/run-folder';
import { trainStage, type Objective } from '../run/stage';
import type { TrainingOptions } from '../run/training-options';
import { startFromCodebook } from './code-embedding';
import { createConVits, isDiscriminator, type ConVitsNetwork } from './model';
import { conVitsObjective } from './objective';
import { reconstructionOf } from './choose-reconstruction';
import type { ConVitsRecipe } from './recipe';
import { startCodebookOf } from './start-codebook';

export interface ConVitsTrainingOptions extends TrainingOptions {
  /** Weights of the discriminators to begin with (upstream's `s2D…pth`). */
  initDiscriminators?: string;
  /** Spectral voices: the speech codes (safetensors) of the prepared corpus; what each sounds like is where its embedding starts. */
  codebook?: string;
}

/** @returns where the run got to; its weights are in `best.safetensors` under the directory */
export function trainConVits(given: ConVitsRecipe, options: ConVitsTrainingOptions): Promise<RunResult> {
  return withRun(given, options, async (corpus) => {
    const recipe = sharded(given, options.ranks);
    const network = createConVits(recipe);
    const isFirst = options.ranks?.isFirst ?? true;
    if (isFirst && !options.resume) await initialize(network, recipe, options, tokenOriginOf(corpus));
    const reconstruction = reconstructionOf(network, recipe);
    const count = noiseCount(network.store, (batch, noise) => reconstruction.generate(batch, noise).audio);
    return withBatches({ prepared: options.prepared, recipe }, count, options.prefetch, async (batches) => {
      const objective: Objective = {
        ...conVitsObjective(network, recipe, await batches.validation()),
        begin: async (state, compiling) => {
          if (recipe.model.quantizer.kind === 'ssl' && !recipe.freezeQuantizer)
            await startCodebookOf(network, state, batches, recipe.seed, compiling);
        },
      };
      return trainStage(recipe, objective, batches, options);
    });
  });
}

async function initialize(
  { store }: ConVitsNetwork,
  { model }: ConVitsRecipe,
  { prepared, init, initDiscriminators, codebook, onMessage }: ConVitsTrainingOptions,
  tokens: TokenOrigin | undefined,
): Promise<void> {
  if (codebook !== undefined && model.quantizer.kind === 'spectral') {
    const bytes = await readFile(codebook);
    checkSameTokens([codebook, spectralOrigin(bytes)], [prepared, tokens]);
    startFromCodebook(store, bytes);
  }
  if (init !== undefined) await beginWith(init, store, onMessage, { among: (name) => !isDiscriminator(name) });
  if (initDiscriminators !== undefined)
    await beginWith(initDiscriminators, store, onMessage, { among: isDiscriminator, adapt: withoutPlaneAxis });
}
