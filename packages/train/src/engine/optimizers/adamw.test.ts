import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { AdamW } from './adamw';

beforeAll(() => {
  tf.enableProdMode();
});

/** AdamW written out for one number, in double precision, as PyTorch's documentation states it. */
function reference(
  gradients: number[],
  rate: number,
  beta1: number,
  beta2: number,
  epsilon: number,
  decay: number,
): number {
  let [value, first, second] = [0.5, 0, 0];
  gradients.forEach((gradient, index) => {
    value -= rate * decay * value;
    first = beta1 * first + (1 - beta1) * gradient;
    second = beta2 * second + (1 - beta2) * gradient ** 2;
    const correctedFirst = first / (1 - beta1 ** (index + 1));
    const correctedSecond = second / (1 - beta2 ** (index + 1));
    value -= (rate * correctedFirst) / (Math.sqrt(correctedSecond) + epsilon);
  });
  return value;
}

function train(optimizer: AdamW, gradients: number[], rate: number, rateScale = 1): number {
  let value: tf.Tensor = tf.tensor([0.5]);
  let slots: Record<string, tf.Tensor> = Object.fromEntries(
    optimizer.slots([1]).map(({ name, shape }) => [name, tf.zeros([...shape])]),
  );
  gradients.forEach((gradient, index) => {
    const hyperparameters = Object.fromEntries(
      Object.entries(optimizer.hyperparameters(index + 1, rate)).map(([name, number]) => [
        name,
        tf.scalar(number as number),
      ]),
    );
    const updated = optimizer.update(
      [{ name: 'w', value, gradient: tf.tensor([gradient]), slots, rateScale }],
      {},
      hyperparameters,
    );
    ({ value, slots } = updated.parameters[0]);
  });
  return value.dataSync()[0];
}

const GRADIENTS = [0.3, -0.1, 0.25, 2, -1.5, 0];

it('takes the steps of the textbook', () => {
  const value = train(new AdamW({ beta1: 0.8, beta2: 0.99, epsilon: 1e-6, weightDecay: 0.1 }), GRADIENTS, 0.01);
  expect(value).toBeCloseTo(reference(GRADIENTS, 0.01, 0.8, 0.99, 1e-6, 0.1), 6);
});

it('scales the rate of a group, decay included', () => {
  const scaled = train(new AdamW({ weightDecay: 0.1 }), GRADIENTS, 0.01, 0.4);
  expect(scaled).toBeCloseTo(reference(GRADIENTS, 0.004, 0.9, 0.999, 1e-8, 0.1), 6);
});

it('leaves out of decay what it is told to', () => {
  const value = train(new AdamW({ weightDecay: 0.1, decays: () => false }), GRADIENTS, 0.01);
  expect(value).toBeCloseTo(reference(GRADIENTS, 0.01, 0.9, 0.999, 1e-8, 0), 6);
});
