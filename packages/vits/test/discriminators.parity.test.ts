// One discriminator of each kind against the reference, eagerly and traced (the weights have the published size, so the files are
// not copied here).
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore, type Scope } from '@gpt-talker/nn';
import { type DiscriminatorOutput } from '../src/model/discriminator-output';
import { PeriodDiscriminator, withoutPlaneAxis } from '../src/model/period-discriminator';
import { ScaleDiscriminator } from '../src/model/scale-discriminator';
import { below, expectClose, inputs, parityArrays, slowTestWith, testWith } from './parity';
import { runTraced } from './traced';

type Discriminator = { forward(audio: tf.Tensor): DiscriminatorOutput };

interface DiscriminatorCase {
  file: string;
  make(scope: Scope): Discriminator;
  /** From our layout of a map or score to the reference's. */
  arrange(x: tf.Tensor): tf.Tensor;
}

/** Columns are one after another here, beside each other there. */
function plane(x: tf.Tensor): tf.Tensor {
  const channels = x.rank === 3 ? x.shape[1]! : 1;
  const arranged = tf.transpose(tf.reshape(x, [1, 3, channels, -1]), [0, 2, 3, 1]);
  return x.rank === 3 ? arranged : tf.reshape(arranged, [1, -1]);
}

const CASES: DiscriminatorCase[] = [
  { file: 'unit-discriminator-scale.safetensors', make: (scope) => new ScaleDiscriminator(scope), arrange: (x) => x },
  {
    file: 'unit-discriminator-period-3.safetensors',
    make: (scope) => new PeriodDiscriminator(scope, 3),
    arrange: plane,
  },
];

for (const { file, make, arrange } of CASES) {
  const prepare = () => {
    const arrays = parityArrays(file);
    const store = new ParameterStore();
    const discriminator = make(store.scope());
    store.load(new Map([...below(arrays, 'param.')].map(([name, array]) => [name, withoutPlaneAxis(name, array)])));
    const run = ({ x }: Record<string, tf.Tensor>) => {
      const { score, features } = discriminator.forward(x);
      return Object.fromEntries([
        ['score', arrange(score)],
        ...features.slice(0, 3).map((map, layer) => [`feature.${layer}`, arrange(map)]),
      ]);
    };
    const check = (outputs: Record<string, Parameters<typeof expectClose>[0]>) => {
      for (const [name, expected] of below(arrays, 'out.')) expectClose(outputs[name], expected, 1e-4, name);
      store.dispose();
    };
    return { run, check, tensors: inputs(arrays) };
  };

  describe(file, () => {
    slowTestWith(file, 'eagerly', () => {
      const { run, check, tensors } = prepare();
      check(run(tensors));
    });

    testWith(file, 'traced', async () => {
      const { run, check, tensors } = prepare();
      check(await runTraced(run, tensors));
    });
  });
}
