// ConVITS as a whole: an upstream checkpoint, its config and its codes → the reference's latent and waveform.
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore } from '@gpt-talker/nn';
import { readTorch, type ArrayTensor } from '@gpt-talker/nn/checkpoint';
import { ConVits } from '../src/model/convits';
import { configFromUpstream } from '../src/model/upstream-config';
import { expectClose, parityArrays, parityFile, tensorOf, testWith } from './parity';

const CHECKPOINT = 'convits-small-G.pth';

function small(): { model: ConVits; store: ParameterStore } {
  const { value } = readTorch(readFileSync(parityFile(CHECKPOINT)!));
  const { weight, config } = value as unknown as { weight: Record<string, ArrayTensor>; config: unknown };
  const store = new ParameterStore();
  const model = new ConVits(store.scope(), configFromUpstream(config), { posterior: false });
  store.load(weight);
  return { model, store };
}

describe('ConVITS, eagerly', () => {
  testWith(CHECKPOINT, 'makes the reference latent and waveform from an upstream checkpoint', () => {
    const io = parityArrays('convits-small.io.safetensors');
    const { model, store } = small();
    const [codes, text] = ['codes', 'text'].map((name) => tensorOf(io.get(name), 'int32'));
    expectClose(model.extractLatent(tensorOf(io.get('ssl'))), io.get('latent_codes'), 0, 'codes of the features');
    const style = model.style(tensorOf(io.get('refer_spectrogram')));
    expectClose(style, io.get('style'), 1e-4, 'style');
    expectClose(model.quantized(codes), io.get('quantized'), 1e-6, 'quantized');
    const prior = model.prior({ codes, text, style });
    expectClose(prior.mean, io.get('m_p'), 1e-4, 'm_p');
    expectClose(prior.logScale, io.get('logs_p'), 1e-4, 'logs_p');
    const latent = model.latentFromPrior({ codes, text, style, noise: tf.zerosLike(prior.mean), noiseScale: 0.5 });
    expectClose(latent, io.get('z'), 1e-4, 'z');
    expectClose(model.decode(latent, style), io.get('wav'), 1e-3, 'wav');
    store.dispose();
  });
});
