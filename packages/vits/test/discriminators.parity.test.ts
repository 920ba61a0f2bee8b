// One discriminator of each kind against the reference (the weights are the published size, so the files are not copied here).
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore, type Scope } from '@gpt-talker/nn';
import { type Judgement } from '../src/model/discriminator';
import { PeriodDiscriminator, withoutPlaneAxis } from '../src/model/period-discriminator';
import { ScaleDiscriminator } from '../src/model/scale-discriminator';
import { below, expectClose, inputs, parityArrays, testWith, type Arrays } from './parity';

function judge(arrays: Arrays, make: (scope: Scope) => { forward(audio: tf.Tensor): Judgement }): Judgement {
  const store = new ParameterStore();
  const discriminator = make(store.scope());
  store.load(new Map([...below(arrays, 'param.')].map(([name, array]) => [name, withoutPlaneAxis(name, array)])));
  return discriminator.forward(inputs(arrays).x);
}

describe('discriminators', () => {
  testWith('unit-discriminator-scale.safetensors', 'scale', () => {
    const arrays = parityArrays('unit-discriminator-scale.safetensors');
    const { score, features } = judge(arrays, (scope) => new ScaleDiscriminator(scope));
    expectClose(score, arrays.get('out.score'), 1e-4, 'score');
    for (const layer of [0, 1, 2]) expectClose(features[layer], arrays.get(`out.feature.${layer}`), 1e-4, `feature ${layer}`);
  });

  testWith('unit-discriminator-period-3.safetensors', 'period 3', () => {
    const arrays = parityArrays('unit-discriminator-period-3.safetensors');
    const { score, features } = judge(arrays, (scope) => new PeriodDiscriminator(scope, 3));
    // Columns are one after another here, beside each other there.
    const plane = (x: tf.Tensor, channels: number) => tf.transpose(tf.reshape(x, [1, 3, channels, -1]), [0, 2, 3, 1]);
    expectClose(tf.reshape(plane(score, 1), [1, -1]), arrays.get('out.score'), 1e-4, 'score');
    for (const layer of [0, 1, 2]) expectClose(plane(features[layer], features[layer].shape[1]!), arrays.get(`out.feature.${layer}`), 1e-4, `feature ${layer}`);
  });
});
