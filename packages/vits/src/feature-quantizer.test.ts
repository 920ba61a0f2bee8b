import { SessionHost } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { TINY, tinyModel } from '../test/tiny';
import { FeatureQuantizer } from './feature-quantizer';
import { convitsGraphs } from './model/graphs';

tf.enableProdMode();

const WIDTH = 6;
const CODES = 9;
let host: SessionHost;
const { model } = tinyModel({ ...TINY, quantizer: { kind: 'ssl', size: CODES, width: WIDTH } }, { posterior: false });
const { quantizer, style } = convitsGraphs(model);

beforeAll(async () => {
  host = await SessionHost.start({ intraOpThreads: 1 });
});
afterAll(() => host.dispose());

test('features become the codes that the model extracts', async () => {
  const loaded = await FeatureQuantizer.load(host, exportOnnx(trace(quantizer.run, quantizer.inputs)), CODES);
  expect([loaded.width, loaded.vocabulary]).toEqual([WIDTH, CODES]);
  for (const frames of [2, 30]) {
    const features = Float32Array.from({ length: frames * WIDTH }, (_, index) => 3 * Math.sin(index * index));
    const rows = tf.tensor(features, [1, frames, WIDTH]);
    const expected = model.extractLatent(tf.transpose(rows, [0, 2, 1])).dataSync();
    expect(await loaded.quantize(features, frames)).toEqual(Int32Array.from(expected));
  }
  await expect(loaded.quantize(new Float32Array(3 * WIDTH), 3)).rejects.toThrow('no features of 3 frames');
  await expect(loaded.quantize(new Float32Array(8), 2)).rejects.toMatchObject({ code: 'input' });
  await loaded.dispose();
});

test('another graph is refused', async () => {
  const other = exportOnnx(trace(style.run, style.inputs));
  await expect(FeatureQuantizer.load(host, other, CODES)).rejects.toThrow("quantizer.onnx: has no input 'ssl'");
});
