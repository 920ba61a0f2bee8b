// Stage 1: what a step minimises (masked cross-entropy over every speech target of the batch), and how held-out dialogues are scored.
import type * as tf from '@tensorflow/tfjs-core';
import { maskedCrossEntropy, type ConGpt, type ConGptInputs } from '@gpt-talker/gpt/model';
import { Noise } from '@gpt-talker/nn';
import type { Batch } from '../engine/engine';
import { DROPOUT } from '../engine/noise';
import { AdamW } from '../engine/optimizers/adamw';
import type { Optimizer } from '../engine/optimizers/optimizer';
import { ScaledAdam } from '../engine/optimizers/scaled-adam';
import type { StepDefinition } from '../engine/step';
import type { Objective } from '../run/stage';
import { targetsOf } from './batches';
import { adapted, type ConGptNetwork } from './model';
import type { ConGptRecipe, OptimizerRecipe } from './recipe';

/** @param validation batches that checkpoints are compared by */
export function conGptObjective(network: ConGptNetwork, recipe: ConGptRecipe, validation: readonly Batch[]): Objective {
  return {
    store: network.store,
    step: conGptStep(network, recipe),
    evaluation: {
      batch: [],
      metrics: (batch) => ({ ...adapted(network, () => conGptLoss(network.model, batch, recipe)) }),
    },
    validate: async (evaluator) => ({ metrics: await evaluator.meanOverTargets(validation) }),
    work: { unit: 'tokens', of: (batches) => batches.reduce((sum, batch) => sum + targetsOf(batch), 0) },
  };
}

/** The loss with teacher-forced accuracies; ScaledAdam clips by itself, AdamW by the global norm. */
export function conGptStep(network: ConGptNetwork, recipe: ConGptRecipe): StepDefinition {
  const { optimizer, accumulate } = recipe;
  const { store, model, lora } = network;
  return {
    store,
    optimizer: optimizerOf(optimizer),
    clipNorm: optimizer.kind === 'adamw' ? optimizer.clipNorm : undefined,
    // With adapters the role embedding is trained as well: checkpoints of others do not have one.
    parameters: lora && [...lora.parameters, ...store.names().filter((name) => name.endsWith('role_embedding.weight'))],
    accumulates: accumulate > 1,
    batch: [],
    weights: (batch) => ({ default: targetsOf(batch) }),
    loss: (batch, { across }) =>
      adapted(network, () => {
        const { loss, top1, top3 } = conGptLoss(model, batch, recipe, dropoutOf(batch));
        return { loss: across ? across.part('loss', loss) : loss, metrics: { top1, top3 } };
      }),
  };
}

export function conGptLoss(
  model: ConGpt,
  batch: Record<string, tf.Tensor>,
  { layout }: Pick<ConGptRecipe, 'layout'>,
  noise?: Noise,
) {
  // Where text is read causally as well, no position sees a later one: half of attention is not computed.
  const inputs = { ...batch, causal: layout.textMask === 'causal' } as unknown as ConGptInputs;
  return maskedCrossEntropy(model.forward(inputs, noise), batch.targets as tf.Tensor2D, batch.weights as tf.Tensor2D);
}

const dropoutOf = (batch: Record<string, tf.Tensor>): Noise | undefined =>
  batch[DROPOUT] && new Noise(batch[DROPOUT] as tf.Tensor2D);

function optimizerOf(recipe: OptimizerRecipe): Optimizer {
  const [beta1, beta2] = recipe.betas;
  return recipe.kind === 'adamw'
    ? new AdamW({ beta1, beta2, weightDecay: recipe.weightDecay, decays: (_, { length }) => length > 1 })
    : new ScaledAdam({
        beta1,
        beta2,
        clippingScale: recipe.clippingScale,
        clippingUpdatePeriod: recipe.clippingUpdatePeriod,
      });
}
