// Losses against the reference.
import { discriminatorLoss, featureMatchingLoss, generatorLoss, klLoss } from '../src/model/losses';
import { expectClose, parityArrays, tensorOf, testWith, type Arrays } from './parity';

const FILE = 'losses.safetensors';

function lists(arrays: Arrays, kind: 'real' | 'fake') {
  const features = [['0.0', '0.1'], ['1.0']].map((names) => names.map((name) => tensorOf(arrays.get(`fmap_${kind}.${name}`))));
  return features.map((maps, index) => ({ score: tensorOf(arrays.get(`${kind}.${index}`)), features: maps }));
}

describe('losses', () => {
  testWith(FILE, 'KL divergence', () => {
    const arrays = parityArrays(FILE);
    const [zp, logsQ, meanP, logsP, mask] = ['zp', 'logs_q', 'm_p', 'logs_p', 'mask'].map((name) => tensorOf(arrays.get(name)));
    expectClose(klLoss(zp, logsQ, meanP, logsP, mask), arrays.get('kl'), 1e-4, 'kl');
  });

  testWith(FILE, 'adversarial losses and feature matching', () => {
    const arrays = parityArrays(FILE);
    const [real, fake] = [lists(arrays, 'real'), lists(arrays, 'fake')];
    expectClose(discriminatorLoss(real, fake), arrays.get('discriminator'), 1e-5, 'discriminator');
    expectClose(generatorLoss(fake), arrays.get('generator'), 1e-5, 'generator');
    expectClose(featureMatchingLoss(real, fake), arrays.get('feature'), 1e-5, 'feature matching');
  });
});
