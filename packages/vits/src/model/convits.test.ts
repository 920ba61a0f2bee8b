import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Noise, ParameterStore, Random, type DeclareOptions, type Initializer, type Parameter } from '@gpt-talker/nn';
import { registerGradients } from '@gpt-talker/tfjs-onnx';
import { randomIds, randomTensor, TINY, tinyModel } from '../../test/tiny';
import { runTraced } from '../../test/traced';
import { PUBLISHED_CONVITS } from './config';
import { ConVits, parameterGroup, type TrainingBatch } from './convits';
import { Discriminators } from './discriminator';
import { klLoss } from './losses';

tf.enableProdMode();
registerGradients();

const [BATCH, TOKENS, PHONEMES] = [2, 6, 5];
const FRAMES = 2 * TOKENS;
const HOP = 10;

/** 1 for the first `lengths[b]` steps of each item: [B, 1, T]. */
function maskOf(lengths: number[], time: number): tf.Tensor {
  return tf.tensor(
    lengths.map((length) => [Array.from({ length: time }, (_, step) => (step < length ? 1 : 0))]),
    [lengths.length, 1, time],
  );
}

function batch(seed = 1): TrainingBatch & { codes: tf.Tensor } {
  const random = new Random(seed);
  return {
    codes: randomIds([BATCH, 1, TOKENS], TINY.quantizer.size, random),
    text: randomIds([BATCH, PHONEMES], TINY.symbols, random),
    spectrogram: tf.abs(randomTensor([BATCH, TINY.spectrogramBins, FRAMES], random)),
    noise: randomTensor([BATCH, TINY.interChannels, FRAMES], random),
    frameMask: maskOf([FRAMES, 8], FRAMES),
    textMask: maskOf([PHONEMES, 3], PHONEMES),
  };
}

const largest = (x: tf.Tensor): number => tf.max(tf.abs(x)).dataSync()[0];

/** Parameters by name without values: the published size would take a second to fill. */
class CountingStore extends ParameterStore {
  readonly counted = new Map<string, number>();

  override declare(
    name: string,
    shape: readonly number[],
    _initializer: Initializer,
    { trainable = true }: DeclareOptions = {},
  ): Parameter {
    if (trainable)
      this.counted.set(
        name,
        shape.reduce((product, length) => product * length, 1),
      );
    return { name, shape, trainable } as Parameter;
  }
}

test('the published size has the published number of weights', () => {
  const store = new CountingStore();
  new ConVits(store.scope(), PUBLISHED_CONVITS);
  const count = (wanted: (name: string) => boolean) =>
    [...store.counted].reduce((sum, [name, size]) => sum + (wanted(name) ? size : 0), 0);
  expect(count(() => true) / 1e6).toBeCloseTo(51.3, 1);
  expect(count((name) => !name.startsWith('enc_q.')) / 1e6).toBeCloseTo(40.8, 1);
});

test('a training pass gives what the losses need, with the shapes that it says', () => {
  const { model } = tinyModel();
  const pass = model.trainingPass({ ...batch(), segments: { starts: tf.tensor1d([3, 0], 'int32'), frames: 4 } });
  expect(pass.audio.shape).toEqual([BATCH, 1, 4 * HOP]);
  for (const tensor of [pass.latent, pass.zp, pass.prior.mean, pass.posterior.logScale])
    expect(tensor.shape).toEqual([BATCH, TINY.interChannels, FRAMES]);
  expect(pass.style.shape).toEqual([BATCH, TINY.styleChannels, 1]);
  // Padding is zero everywhere.
  expect(largest(tf.slice(pass.latent, [1, 0, 8], [1, -1, -1]))).toBe(0);
  expect(largest(tf.slice(pass.zp, [1, 0, 8], [1, -1, -1]))).toBe(0);
});

test('segments are decoded from the frames that they begin at', () => {
  const { model } = tinyModel();
  const starts = [3, 1];
  const { audio, latent, style } = model.trainingPass({
    ...batch(),
    segments: { starts: tf.tensor1d(starts, 'int32'), frames: 4 },
  });
  const cut = tf.concat(starts.map((start, item) => tf.slice(latent, [item, 0, start], [1, -1, 4])));
  expect(largest(tf.sub(model.decode(cut, style), audio))).toBeLessThan(1e-5);
});

test('padding changes nothing about an item', () => {
  const { model } = tinyModel();
  const padded = batch();
  // Upstream's style encoder lets a little of the padding in at the edge, so the style comes from elsewhere here.
  const speech = tf.abs(randomTensor([BATCH, TINY.spectrogramBins, 7], new Random(9)));
  const pass = model.trainingPass({ ...padded, reference: { spectrogram: speech } });
  const [frames, phonemes] = [8, 3];
  const cut = (x: tf.Tensor, length: number) =>
    tf.slice(x, [1, ...new Array<number>(x.rank - 1).fill(0)], [1, ...x.shape.slice(1, -1), length]);
  const alone = model.trainingPass({
    codes: cut(padded.codes, frames / 2),
    text: cut(padded.text, phonemes),
    spectrogram: cut(padded.spectrogram, frames),
    noise: cut(padded.noise, frames),
    reference: { spectrogram: cut(speech, 7) },
  });
  expect(largest(tf.sub(cut(pass.latent, frames), alone.latent))).toBeLessThan(1e-5);
  expect(largest(tf.sub(cut(pass.zp, frames), alone.zp))).toBeLessThan(1e-5);
  expect(largest(tf.sub(cut(pass.prior.mean, frames), alone.prior.mean))).toBeLessThan(1e-5);
});

test('the flow undoes itself, so a latent comes back from the prior side', () => {
  const { model } = tinyModel();
  const { zp, latent, style } = model.trainingPass(batch());
  const still = { mean: zp, logScale: tf.zerosLike(zp) };
  const back = model.latentOf(still, tf.zerosLike(zp), 0, style, batch().frameMask);
  expect(largest(tf.sub(back, latent))).toBeLessThan(1e-5);
});

test('gradients reach every weight, the posterior does not shape the style', async () => {
  const { model, store } = tinyModel();
  const names = store.names();
  const { codes, text, spectrogram, noise, frameMask, textMask } = batch();
  const gradients = (
    lossOf: (pass: ReturnType<ConVits['trainingPass']>, inputs: Record<string, tf.Tensor>) => tf.Tensor,
  ) =>
    runTraced(
      (inputs) => {
        const grads = tf.grads((...weights: tf.Tensor[]) =>
          store.bind(
            Object.fromEntries(names.map((name, index) => [name, weights[index]])),
            () => lossOf(model.trainingPass(inputs as never), inputs) as tf.Scalar,
          ),
        )(names.map((name) => store.get(name).value));
        return Object.fromEntries(names.map((name, index) => [name, tf.max(tf.abs(grads[index]))]));
      },
      { codes, text, spectrogram, noise, frameMask: frameMask!, textMask: textMask! },
    );

  const all = await gradients((pass, inputs) =>
    tf.add(
      tf.sum(tf.square(pass.audio)),
      klLoss(pass.zp, pass.posterior.logScale, pass.prior.mean, pass.prior.logScale, inputs.frameMask),
    ),
  );
  const unreached = names.filter((name) => !((all[name].data as Float32Array)[0] > 0));
  // A key's bias adds the same to all scores of a query, which softmax ignores.
  expect(unreached.filter((name) => !/(conv_k|w_ks)\.bias$/.test(name))).toEqual([]);

  // The audio counts nothing, but gives every weight a gradient of zero.
  const posterior = await gradients((pass) =>
    tf.addN([
      tf.sum(pass.posterior.mean),
      tf.sum(pass.posterior.logScale),
      tf.mul(tf.sum(pass.audio), 0),
      tf.mul(tf.sum(pass.prior.mean), 0),
      tf.mul(tf.sum(pass.zp), 0),
    ]),
  );
  expect(
    names.filter((name) => (posterior[name].data as Float32Array)[0] > 0).every((name) => name.startsWith('enc_q.')),
  ).toBe(true);
});

test('dropout changes a pass, without a Noise nothing is random', () => {
  const { model } = tinyModel({ ...TINY, dropout: 0.5 });
  const plain = model.trainingPass(batch());
  expect(largest(tf.sub(plain.prior.mean, model.trainingPass(batch()).prior.mean))).toBe(0);
  const uniform = tf.tensor1d(new Random(3).uniforms(20_000));
  expect(
    largest(tf.sub(plain.prior.mean, model.trainingPass({ ...batch(), dropout: new Noise(uniform) }).prior.mean)),
  ).toBeGreaterThan(1e-3);
});

test('a style from a reference replaces that of the target', () => {
  const { model } = tinyModel();
  const reference = { spectrogram: tf.abs(randomTensor([BATCH, TINY.spectrogramBins, 7], new Random(9))) };
  const { style } = model.trainingPass({ ...batch(), reference });
  expect(largest(tf.sub(style, model.style(reference.spectrogram)))).toBe(0);
});

test('self-supervised features are quantised on the way, codes come out', () => {
  const { model } = tinyModel({ ...TINY, quantizer: { kind: 'ssl', size: 11, width: 6 } });
  const { codes: _codes, ...rest } = batch();
  const ssl = randomTensor([BATCH, 6, FRAMES], new Random(4));
  const { codes, quantization } = model.trainingPass({ ...rest, ssl });
  expect(codes.dataSync()).toEqual(model.extractLatent(ssl).dataSync());
  expect(quantization!.features.shape).toEqual([BATCH, 6, TOKENS]);
  expect(quantization!.commitmentLoss.dataSync()[0]).toBeGreaterThan(0);
});

test('what cannot work is refused', () => {
  const { model } = tinyModel(TINY, { posterior: false });
  expect(() => model.trainingPass(batch())).toThrow('posterior');
  expect(() => model.extractLatent(tf.zeros([1, 6, 4]))).toThrow('SpectralEncoder');
  const { codes: _codes, ...neither } = batch();
  expect(() => tinyModel().model.trainingPass(neither)).toThrow('codes or ssl');
});

test('parameters fall into the groups that fine-tuning treats differently', () => {
  expect(parameterGroup('quantizer.vq.layers.0._codebook.embed')).toBe('quantizer');
  expect(parameterGroup('ssl_proj.weight')).toBe('quantizer');
  expect(parameterGroup('enc_p.mrte.c_pre.weight')).toBe('text');
  expect(parameterGroup('enc_p.ssl_proj.weight')).toBe('main');
  expect(parameterGroup('dec.conv_pre.weight')).toBe('main');
});

test('the judges are one for the scale and one for each period', () => {
  const store = new ParameterStore({ seed: 1 });
  const scaleLayers = [
    { channels: 4, kernel: 5, stride: 1, groups: 1 },
    { channels: 8, kernel: 5, stride: 2, groups: 4 },
  ];
  const judges = new Discriminators(store.scope(), { scaleLayers, periods: [2, 3], periodChannels: [4, 4] });
  const judgements = judges.forward(randomTensor([BATCH, 1, 50], new Random(2)));
  expect(judgements.map(({ score }) => score.shape[0])).toEqual([BATCH, BATCH, BATCH]);
  expect(judgements.map(({ features }) => features.length)).toEqual([3, 3, 3]);
  expect(store.names()).toContain('discriminators.2.convs.1.weight_g');
});
