import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Random } from '@gpt-talker/nn';
import { compile, trace } from '@gpt-talker/tfjs-onnx';
import { TINY, TINY_HIFIGAN, randomIds, randomTensor, tinyModel } from '../../test/tiny';
import { feedsOf } from '../../test/traced';
import { type ConVitsConfig } from './config';
import { convitsGraphs } from './graphs';

tf.enableProdMode();

function inputsOf(config: ConVitsConfig, tokens: number, phonemes: number, frames: number) {
  const random = new Random(tokens * 100 + phonemes);
  const style = randomTensor([1, config.styleChannels, 1], random);
  return {
    style: { spectrogram: tf.abs(randomTensor([1, config.spectrogramBins, frames], random)) },
    latent: {
      codes: randomIds([1, 1, tokens], config.quantizer.size, random),
      text: randomIds([1, phonemes], config.symbols, random),
      style,
      noise: randomTensor([1, config.interChannels, tokens, 2], random),
      noise_scale: tf.scalar(0.5),
    },
    decoder: { latent: randomTensor([1, config.interChannels, frames], random), style },
    quantizer: { ssl: randomTensor([1, config.quantizer.width, tokens, 2], random) },
  };
}

const CASES: [string, ConVitsConfig][] = [
  ['windowed attention, inverse STFT', TINY],
  [
    'unlimited attention, HiFi-GAN, quantiser',
    { ...TINY_HIFIGAN, attentionWindow: null, quantizer: { kind: 'ssl', size: 11, width: 6 } },
  ],
];

test.each(CASES)('graphs traced once equal the model at every length (%s)', async (_, config) => {
  const { model } = tinyModel(config, { posterior: false });
  for (const [key, { inputs, run }] of Object.entries(convitsGraphs(model))) {
    const compiled = await compile(trace(run, inputs), { intraOpThreads: 1 });
    for (const [tokens, phonemes, frames] of [
      [1, 1, 1],
      [3, 5, 7],
      [20, 4, 33],
    ]) {
      const tensors = inputsOf(config, tokens, phonemes, frames)[key as 'style'] as Record<string, tf.Tensor>;
      const outputs = await compiled.run(feedsOf(tensors));
      for (const [name, expected] of Object.entries(run(tensors))) {
        expect(outputs[name].dims).toEqual(expected.shape);
        const wanted = expected.dataSync();
        const worst = (outputs[name].data as Float32Array).reduce(
          (most, value, index) => Math.max(most, Math.abs(value - wanted[index])),
          0,
        );
        expect(worst).toBeLessThan(1e-4);
      }
    }
    await compiled.dispose();
  }
});
