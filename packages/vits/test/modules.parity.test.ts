// Every module against the reference implementation, eagerly and traced: outputs, and gradients of all weights.
import { MODULE_CASES } from './cases';
import { below, expectClose, gradientsOf, inputs, loaded, parityArrays, slowTestWith, testWith } from './parity';
import { runTraced } from './traced';

const OUTPUT_TOLERANCE = 1e-4;
const GRADIENT_TOLERANCE = 1e-3;

for (const { file, make, slow } of MODULE_CASES) {
  const name = `${file}.safetensors`;

  describe(file, () => {
    (slow ? slowTestWith : testWith)(name, 'eagerly', () => {
      const arrays = parityArrays(name);
      const { module: run, store } = loaded(arrays, make);
      const { values, gradients } = gradientsOf(store, arrays, () => run(inputs(arrays)));
      for (const [output, expected] of below(arrays, 'out.'))
        expectClose(values[output], expected, OUTPUT_TOLERANCE, output);
      for (const [weight, expected] of below(arrays, 'grad.'))
        expectClose(gradients[weight], expected, GRADIENT_TOLERANCE, `gradient of ${weight}`);
      store.dispose();
    });

    testWith(name, 'traced, with the weights as inputs', async () => {
      const arrays = parityArrays(name);
      const { module: run, store } = loaded(arrays, make);
      const weights = Object.fromEntries(store.names().map((weight) => [`weight ${weight}`, store.get(weight).value]));
      const outputs = await runTraced(
        (tensors) => {
          const bound = Object.fromEntries(store.names().map((weight) => [weight, tensors[`weight ${weight}`]]));
          const { values, gradients } = store.bind(bound, () => gradientsOf(store, arrays, () => run(tensors)));
          return {
            ...values,
            ...Object.fromEntries(Object.entries(gradients).map(([weight, gradient]) => [`grad ${weight}`, gradient])),
          };
        },
        { ...inputs(arrays), ...weights },
      );
      for (const [output, expected] of below(arrays, 'out.'))
        expectClose(outputs[output], expected, OUTPUT_TOLERANCE, output);
      for (const [weight, expected] of below(arrays, 'grad.'))
        expectClose(outputs[`grad ${weight}`], expected, GRADIENT_TOLERANCE, `gradient of ${weight}`);
      store.dispose();
    });
  });
}
