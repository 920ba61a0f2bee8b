// Every module against the reference implementation, computed eagerly: outputs and gradients of all weights.
import { MODULE_CASES } from './cases';
import { below, expectClose, gradientsOf, inputs, loaded, parityArrays, testWith } from './parity';

describe('modules, eagerly', () => {
  for (const { file, make, gradientTolerance } of MODULE_CASES) {
    testWith(`${file}.safetensors`, `${file} has the reference's outputs and gradients`, () => {
      const arrays = parityArrays(`${file}.safetensors`);
      const { module: run, store } = loaded(arrays, make);
      const { values, gradients } = gradientsOf(store, arrays, () => run(inputs(arrays)));
      for (const [name, expected] of below(arrays, 'out.')) expectClose(values[name], expected, 1e-4, name);
      for (const [name, expected] of below(arrays, 'grad.')) expectClose(gradients[name], expected, gradientTolerance, `gradient of ${name}`);
      store.dispose();
    });
  }
});
