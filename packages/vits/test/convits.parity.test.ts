// ConVITS as a whole: an upstream checkpoint, its config and its codes → the reference's style, prior, latent and waveform,
// eagerly and traced (34 MB of weights, so the checkpoint is not copied here).
import { readFileSync } from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import { ParameterStore } from '@gpt-talker/nn';
import { readTorch, type ArrayTensor } from '@gpt-talker/checkpoint';
import { ConVits } from '../src/model/convits';
import { configFromUpstream } from '../src/model/upstream-config';
import { expectClose, parityArrays, parityFile, slowTestWith, tensorOf, testWith } from './parity';
import { runTraced } from './traced';

const CHECKPOINT = 'convits-small-G.pth';
const IO = 'convits-small.io.safetensors';

function small(): { model: ConVits; store: ParameterStore } {
  const { value } = readTorch(readFileSync(parityFile(CHECKPOINT)!));
  const { weight, config } = value as unknown as { weight: Record<string, ArrayTensor>; config: unknown };
  const store = new ParameterStore();
  const model = new ConVits(store.scope(), configFromUpstream(config), { posterior: false });
  store.load(weight);
  return { model, store };
}

function speak(
  model: ConVits,
  { codes, text, refer_spectrogram: spectrogram, ssl }: Record<string, tf.Tensor>,
): Record<string, tf.Tensor> {
  const style = model.style(spectrogram);
  const prior = model.prior({ codes, text, style });
  const latent = model.latentFromPrior({ codes, text, style, noise: tf.zerosLike(prior.mean), noiseScale: 0.5 });
  const wav = model.decode(latent, style);
  return {
    style,
    quantized: model.quantized(codes),
    m_p: prior.mean,
    logs_p: prior.logScale,
    z: latent,
    wav,
    latent_codes: model.extractLatent(ssl),
  };
}

async function compare(
  run: (
    model: ConVits,
    tensors: Record<string, tf.Tensor>,
  ) => Promise<Record<string, Parameters<typeof expectClose>[0]>>,
): Promise<void> {
  const io = parityArrays(IO);
  const { model, store } = small();
  const integers = ['codes', 'text'].map((name) => [name, tensorOf(io.get(name), 'int32')]);
  const floats = ['refer_spectrogram', 'ssl'].map((name) => [name, tensorOf(io.get(name))]);
  const outputs = await run(model, Object.fromEntries([...integers, ...floats]) as Record<string, tf.Tensor>);
  const tolerances = { latent_codes: 0, style: 1e-4, quantized: 1e-6, m_p: 1e-4, logs_p: 1e-4, z: 1e-4, wav: 1e-3 };
  for (const [name, tolerance] of Object.entries(tolerances)) expectClose(outputs[name], io.get(name), tolerance, name);
  store.dispose();
}

slowTestWith(CHECKPOINT, 'eagerly', () => compare(async (model, tensors) => speak(model, tensors)));

testWith(CHECKPOINT, 'traced', () => compare((model, tensors) => runTraced((inputs) => speak(model, inputs), tensors)));
