// Stage 2: what a step minimises. Reconstruction is learnt in any case; where the recipe has discriminators, they learn to
// distinguish real sound and the generator learns to pass (HiFi-GAN; upstream `s2_train.py`). B batch, S samples.
import * as tf from '@tensorflow/tfjs-core';
import { melDecibels } from '@gpt-talker/audio';
import { Noise } from '@gpt-talker/nn';
import type { HostTensor } from '@gpt-talker/runtime';
import {
  discriminatorLoss,
  featureMatchingLoss,
  generatorLoss,
  parameterGroup,
  type Discriminators,
} from '@gpt-talker/vits/model';
import type { Batch } from '../engine/engine';
import { DROPOUT } from '../engine/noise';
import { AdamW } from '../engine/optimizers/adamw';
import { stopGradient, type AcrossRanks, type StepContext, type StepDefinition, type StepLoss } from '../engine/step';
import type { Objective } from '../run/stage';
import { heatmap } from '../run/watch/picture';
import type { Illustration } from '../run/watch/run-watch';
import { decodedFrames } from './batches';
import { isDiscriminator, type ConVitsNetwork } from './model';
import type { AudioRecipe, ConVitsRecipe, LossWeights } from './recipe';
import { reconstructionOf } from './choose-reconstruction';
import type { Generated, Reconstruction } from './reconstruction';

/** How many held-out batches are shown and played. */
const ILLUSTRATED = 2;

/** @param validation batches that checkpoints are compared by */
export function conVitsObjective(
  network: ConVitsNetwork,
  recipe: ConVitsRecipe,
  validation: readonly Batch[],
): Omit<Objective, 'begin'> {
  const { sampleRate, hopSamples } = recipe.audio;
  const reconstruction = reconstructionOf(network, recipe);
  const spoken = validation.map((batch): Batch =>
    Object.fromEntries(Object.entries(batch).filter(([name]) => reconstruction.spoken.includes(name))),
  );
  return {
    store: network.store,
    step: conVitsStep(network, recipe, reconstruction),
    evaluation: { batch: [], metrics: (batch) => reconstruction.speak(batch) },
    validate: async (evaluator) => {
      let loss = 0;
      const illustrations: Illustration[] = [];
      for (const [index, batch] of spoken.entries()) {
        const made = await evaluator.outputs(batch);
        loss += Number(made.loss.data[0]) / spoken.length;
        if (index < ILLUSTRATED)
          illustrations.push(...illustrationsOf(index, validation[index].waveform, made.audio, recipe.audio));
      }
      return { metrics: { loss, mel: loss }, illustrations };
    },
    work: {
      unit: 'seconds of audio',
      of: (batches) =>
        batches.reduce((sum, batch) => sum + decodedFrames(batch, hopSamples), 0) * (hopSamples / sampleRate),
    },
  };
}

export function conVitsStep(
  network: ConVitsNetwork,
  recipe: ConVitsRecipe,
  reconstruction: Reconstruction = reconstructionOf(network, recipe),
): StepDefinition {
  const { store, discriminators } = network;
  const { optimizer, freezeQuantizer, lossWeights, accumulate } = recipe;
  const [beta1, beta2] = optimizer.betas;
  return {
    store,
    optimizer: new AdamW({ beta1, beta2, epsilon: optimizer.epsilon, weightDecay: optimizer.weightDecay }),
    clipNorm: optimizer.clipNorm,
    // Frozen means all three: no gradient, no averages, no replacement.
    parameters: store
      .names({ trainable: true })
      .filter((name) => !isDiscriminator(name) && !(freezeQuantizer && parameterGroup(name) === 'quantizer')),
    adversary: store.names({ trainable: true }).filter(isDiscriminator),
    buffers: reconstruction.buffers,
    exchanged: reconstruction.exchanged,
    weights: (batch) => ({ default: 1, ...reconstruction.weights(batch) }),
    rateScale: (name) => (parameterGroup(name) === 'text' ? optimizer.textRate : 1),
    accumulates: accumulate > 1,
    batch: [],
    loss: (batch, context) => {
      const noise = batch[DROPOUT] && new Noise(batch[DROPOUT] as tf.Tensor2D);
      const made = reconstruction.generate(batch, noise, context.across);
      return discriminators
        ? adversarialLoss(discriminators, made, lossWeights, context)
        : weighted(made.losses, lossWeights, made, context.across);
    },
  };
}

/** Both players' losses: the discriminators move first, and judge the generator as they then are. */
function adversarialLoss(
  discriminators: Discriminators,
  made: Generated,
  weights: LossWeights,
  { trainDiscriminator, across }: StepContext,
): StepLoss {
  return trainDiscriminator(
    () => {
      // Real and made in one batch: weights are normalised, and their gradients computed, once.
      const judged = discriminators.forward(tf.concat([made.recorded, stopGradient(made.audio)], 0));
      const halves = judged.map(({ score }) => tf.split(score, 2, 0));
      const [real, fake] = [0, 1].map((half) => halves.map((scores) => ({ score: scores[half] })));
      return discriminatorLoss(real, fake) as tf.Scalar;
    },
    () => {
      const [real, fake] = [discriminators.forward(made.recorded), discriminators.forward(made.audio)];
      const judged = {
        adversarial: generatorLoss(fake) as tf.Scalar,
        feature: featureMatchingLoss(real, fake) as tf.Scalar,
      };
      return weighted({ ...judged, ...made.losses }, weights, made, across);
    },
  );
}

function weighted(
  metrics: Readonly<Record<string, tf.Scalar>>,
  weights: LossWeights,
  { buffers }: Generated,
  across?: AcrossRanks,
): StepLoss {
  const terms = Object.entries(metrics).map(([name, value]) =>
    tf.mul(across ? across.part(name, value) : value, weights[name as keyof LossWeights] ?? 1),
  );
  return { loss: terms.reduce((sum, term) => tf.add(sum, term)) as tf.Scalar, metrics, buffers };
}

const PICTURE = { mels: 80, fftSize: 1024 };

/** The first item of a batch: as recorded and as made. */
function illustrationsOf(
  index: number,
  recorded: HostTensor,
  made: HostTensor,
  { sampleRate }: AudioRecipe,
): Illustration[] {
  const samplesOf = ({ data, dims }: HostTensor) => (data as Float32Array).slice(0, dims[dims.length - 1]);
  return [
    { tag: `held-out/${index}/recorded`, samples: samplesOf(recorded) },
    { tag: `held-out/${index}/made`, samples: samplesOf(made) },
  ].map(({ tag, samples }) => ({ tag, picture: melPicture(samples, sampleRate), audio: { sampleRate, samples } }));
}

function melPicture(samples: Float32Array, sampleRate: number): Illustration['picture'] {
  const { mels, fftSize } = PICTURE;
  const { data, frames } = melDecibels(samples, {
    ...PICTURE,
    sampleRate,
    hopSamples: fftSize / 4,
    windowSamples: fftSize,
  });
  const turned = Float32Array.from(
    { length: frames * mels },
    (_, i) => data[(i % frames) * mels + Math.floor(i / frames)],
  );
  return heatmap(turned, mels, frames);
}
