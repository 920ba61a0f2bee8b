// The quantiser and one step of its training against the reference.
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore } from '@gpt-talker/nn';
import { Quantizer } from '../src/model/quantizer';
import { updateCodebook } from '../src/model/codebook-training';
import { below, expectClose, inputs, loaded, parityArrays, testWith } from './parity';

const CODEBOOK = 'vq.layers.0._codebook';

describe('vector quantiser', () => {
  testWith('unit-vector-quantizer.safetensors', 'chooses and looks up the reference codes', () => {
    const arrays = parityArrays('unit-vector-quantizer.safetensors');
    const { module: quantizer } = loaded(arrays, (scope) => new Quantizer(scope, { kind: 'ssl', size: 32, width: 12 }));
    const { x } = inputs(arrays);
    const codes = quantizer.encode(x);
    expect([...codes.dataSync()]).toEqual([...arrays.get('out.codes')!.data]);
    expectClose(quantizer.decode(codes), arrays.get('out.decode'), 1e-6, 'decode');
    expectClose(quantizer.quantize(x).quantized, arrays.get('out.quantized'), 1e-5, 'quantized');
  });

  testWith('unit-vector-quantizer-training.safetensors', 'takes the reference training step', () => {
    const arrays = parityArrays('unit-vector-quantizer-training.safetensors');
    const store = new ParameterStore();
    const quantizer = new Quantizer(store.scope(), { kind: 'ssl', size: 16, width: 12 });
    store.load(below(arrays, 'before.'));
    const { x } = inputs(arrays);
    const { quantized, codes, commitmentLoss } = quantizer.quantize(x);
    expect([...codes.dataSync()]).toEqual([...arrays.get('out.codes')!.data]);
    expectClose(quantized, arrays.get('out.quantized'), 1e-5, 'quantized');
    expectClose(commitmentLoss, arrays.get('out.commitment_loss'), 1e-5, 'commitment loss');

    const { clusterSize, embedAverage } = quantizer.averages!;
    const state = { embed: quantizer.codebook.value, embedAverage: embedAverage.value, clusterSize: clusterSize.value };
    const next = updateCodebook(state, quantizer.rows(x), tf.reshape(codes, [-1]));
    expectClose(next.embed, arrays.get(`after.${CODEBOOK}.embed`), 1e-4, 'embed');
    expectClose(next.embedAverage, arrays.get(`after.${CODEBOOK}.embed_avg`), 1e-5, 'embed_avg');
    expectClose(next.clusterSize, arrays.get(`after.${CODEBOOK}.cluster_size`), 1e-5, 'cluster_size');

    const gradient = tf.grad((features) => quantizer.quantize(features).commitmentLoss)(x);
    expectClose(gradient, arrays.get('grad.x'), 1e-5, 'gradient of the features');
  });
});
