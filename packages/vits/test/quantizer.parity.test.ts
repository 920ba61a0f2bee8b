// The quantiser and one step of its training against the reference, eagerly and traced.
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore } from '@gpt-talker/nn';
import { Quantizer } from '../src/model/quantizer';
import { updateCodebook } from '../src/model/codebook-training';
import { below, expectClose, inputs, loaded, parityArrays, testWith } from './parity';
import { runTraced } from './traced';

const CODEBOOK = 'vq.layers.0._codebook';

testWith('unit-vector-quantizer.safetensors', 'chooses and looks up the reference codes', async () => {
  const arrays = parityArrays('unit-vector-quantizer.safetensors');
  const { module: quantizer } = loaded(arrays, (scope) => new Quantizer(scope, { kind: 'ssl', size: 32, width: 12 }));
  const run = ({ x }: Record<string, tf.Tensor>) => {
    const codes = quantizer.encode(x);
    return {
      codes: tf.expandDims(codes, 0),
      decode: quantizer.decode(codes),
      quantized: quantizer.quantize(x).quantized,
    };
  };
  for (const outputs of [run(inputs(arrays)), await runTraced(run, inputs(arrays))]) {
    expectClose(outputs.codes, arrays.get('out.codes'), 0, 'codes');
    expectClose(outputs.decode, arrays.get('out.decode'), 1e-6, 'decode');
    expectClose(outputs.quantized, arrays.get('out.quantized'), 1e-5, 'quantized');
  }
});

testWith('unit-vector-quantizer-training.safetensors', 'takes the reference training step', async () => {
  const arrays = parityArrays('unit-vector-quantizer-training.safetensors');
  const store = new ParameterStore();
  const quantizer = new Quantizer(store.scope(), { kind: 'ssl', size: 16, width: 12 });
  store.load(below(arrays, 'before.'));
  const run = ({ x }: Record<string, tf.Tensor>) => {
    const { quantized, codes, commitmentLoss } = quantizer.quantize(x);
    const { clusterSize, embedAverage } = quantizer.averages!;
    const state = { embed: quantizer.codebook.value, embedAverage: embedAverage.value, clusterSize: clusterSize.value };
    const next = updateCodebook(state, quantizer.rows(x), tf.reshape(codes, [-1]));
    const gradient = tf.grad((features) => quantizer.quantize(features).commitmentLoss)(x);
    return { quantized, codes: tf.expandDims(codes, 0), commitmentLoss, gradient, ...next };
  };
  for (const outputs of [run(inputs(arrays)), await runTraced(run, inputs(arrays))]) {
    expectClose(outputs.codes, arrays.get('out.codes'), 0, 'codes');
    expectClose(outputs.quantized, arrays.get('out.quantized'), 1e-5, 'quantized');
    expectClose(outputs.commitmentLoss, arrays.get('out.commitment_loss'), 1e-5, 'commitment loss');
    expectClose(outputs.gradient, arrays.get('grad.x'), 1e-5, 'gradient of the features');
    expectClose(outputs.embed, arrays.get(`after.${CODEBOOK}.embed`), 1e-4, 'embed');
    expectClose(outputs.embedAverage, arrays.get(`after.${CODEBOOK}.embed_avg`), 1e-5, 'embed_avg');
    expectClose(outputs.clusterSize, arrays.get(`after.${CODEBOOK}.cluster_size`), 1e-5, 'cluster_size');
  }
});
