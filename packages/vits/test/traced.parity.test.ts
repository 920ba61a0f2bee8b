// Every module against the reference, traced into a graph with the weights as inputs and run by onnxruntime: outputs and gradients.
import * as tf from '@tensorflow/tfjs-core';
import { MODULE_CASES } from './cases';
import { below, expectClose, gradientsOf, inputs, loaded, parityArrays, testWith } from './parity';
import { runTraced } from './traced';

describe('modules, traced', () => {
  for (const { file, make, gradientTolerance } of MODULE_CASES) {
    testWith(`${file}.safetensors`, `${file} has the reference's outputs and gradients`, async () => {
      const arrays = parityArrays(`${file}.safetensors`);
      const { module: run, store } = loaded(arrays, make);
      const weights = Object.fromEntries(store.names().map((name) => [`weight ${name}`, store.get(name).value]));
      const outputs = await runTraced(
        (tensors) => {
          const bound = Object.fromEntries(store.names().map((name) => [name, tensors[`weight ${name}`]]));
          const { values, gradients } = store.bind(bound, () => gradientsOf(store, arrays, () => run(tensors)));
          return { ...values, ...Object.fromEntries(Object.entries(gradients).map(([name, gradient]) => [`grad ${name}`, gradient])) };
        },
        { ...inputs(arrays), ...weights },
      );
      for (const [name, expected] of below(arrays, 'out.')) expectClose(outputs[name].data as Float32Array, expected, 1e-4, name);
      for (const [name, expected] of below(arrays, 'grad.')) {
        expectClose(outputs[`grad ${name}`].data as Float32Array, expected, gradientTolerance, `gradient of ${name}`);
      }
      store.dispose();
      expect(tf.getBackend()).toBe('cpu');
    });
  }
});
