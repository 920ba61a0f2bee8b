import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { compile, trace, type InputSpec } from './index';
tf.enableProdMode();
const D = 16, H = 2;
const f = (x: tf.Tensor, w: tf.Tensor) => {
  const [B, T] = x.shape as number[];
  const pos = tf.range(0, T);
  const qkv = tf.reshape(tf.matMul(tf.reshape(x, [-1, D]), w), [B, T, 3 * D]);
  const [q, k, v] = [0, 1, 2].map((j) => tf.transpose(tf.reshape(tf.slice(qkv, [0, 0, j * D], [B, T, D]), [B, T, H, D / H]), [0, 2, 1, 3]));
  const mask = tf.mul(tf.cast(tf.greater(tf.expandDims(pos, 0), tf.expandDims(pos, 1)), 'float32'), -1e9);
  return tf.reshape(tf.transpose(tf.matMul(tf.softmax(tf.add(tf.matMul(q, k, false, true), mask)), v), [0, 2, 1, 3]), [B, T, D]);
};
test('dynamic', async () => {
  const fn = ({ x, w }: any) => { const { value, grads } = tf.valueAndGrads((x: tf.Tensor, w: tf.Tensor) => tf.mean(tf.square(f(x, w))))([x, w]); return { y: f(x, w), value, dx: grads[0], dw: grads[1] }; };
  const g = trace(fn, [{ name: 'x', shape: ['B', 'T', D] }, { name: 'w', shape: [D, 3 * D] }]);
  console.log(g.nodes.length, JSON.stringify(g.outputs.map((o) => o.dims)));
  const c = await compile(g);
  for (const [b, t] of [[1, 1], [2, 9], [3, 40], [17, 29]]) {
    const x = tf.randomNormal([b, t, D]), w = tf.randomNormal([D, 3 * D]);
    const eager: any = fn({ x, w });
    const out = await c.run({ x: { type: 'float32', data: x.dataSync() as Float32Array, dims: x.shape }, w: { type: 'float32', data: w.dataSync() as Float32Array, dims: w.shape } });
    for (const k of Object.keys(eager)) {
      const e = eager[k].dataSync(); const o = out[k].data as any;
      expect(out[k].dims).toEqual(eager[k].shape);
      let d = 0; for (let i = 0; i < e.length; i++) d = Math.max(d, Math.abs(e[i] - o[i]));
      expect(d).toBeLessThan(1e-4);
    }
  }
});
