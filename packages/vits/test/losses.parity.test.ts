// Losses against the reference, eagerly and traced.
import type * as tf from '@tensorflow/tfjs-core';
import { discriminatorLoss, featureMatchingLoss, generatorLoss, klLoss } from '../src/model/losses';
import { expectClose, parityArrays, tensorOf, testWith } from './parity';
import { runTraced } from './traced';

const FILE = 'losses.safetensors';

function losses(tensors: Record<string, tf.Tensor>): Record<string, tf.Tensor> {
  const judgements = (kind: string) =>
    [['0.0', '0.1'], ['1.0']].map((maps, index) => ({
      score: tensors[`${kind}.${index}`],
      features: maps.map((map) => tensors[`fmap_${kind}.${map}`]),
    }));
  const [real, fake] = [judgements('real'), judgements('fake')];
  return {
    kl: klLoss(tensors.zp, tensors.logs_q, tensors.m_p, tensors.logs_p, tensors.mask),
    discriminator: discriminatorLoss(real, fake),
    generator: generatorLoss(fake),
    feature: featureMatchingLoss(real, fake),
  };
}

testWith(FILE, 'KL divergence, adversarial losses, feature matching', async () => {
  const arrays = parityArrays(FILE);
  const names = ['kl', 'discriminator', 'generator', 'feature'];
  const tensors = Object.fromEntries(
    [...arrays].filter(([name]) => !names.includes(name)).map(([name, array]) => [name, tensorOf(array)]),
  );
  for (const outputs of [losses(tensors), await runTraced(losses, tensors)]) {
    for (const name of names) expectClose(outputs[name], arrays.get(name), 1e-4, name);
  }
});
