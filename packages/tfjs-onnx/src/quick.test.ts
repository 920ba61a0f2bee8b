import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { registerGradients } from "./index";registerGradients();
import { compile, conv1d, convTranspose1d, conv2d, layerNormalization, multiHeadAttention, trace } from './index';
tf.enableProdMode();
const same = async (fn: any, inputs: Record<string, tf.Tensor>) => {
  const eager = fn(inputs);
  const g = trace(fn, Object.entries(inputs).map(([name, t]) => ({ name, shape: t.shape, dtype: t.dtype as any })));
  expect(tf.getBackend()).toBe('cpu');
  const c = await compile(g);
  const out = await c.run(Object.fromEntries(Object.entries(inputs).map(([n, t]) => [n, { type: t.dtype as any, data: t.dataSync() as any, dims: t.shape }])));
  for (const k of Object.keys(eager)) {
    const e = eager[k].dataSync(); const o = out[k].data as any;
    expect(out[k].dims).toEqual(eager[k].shape);
    let d = 0; for (let i = 0; i < e.length; i++) d = Math.max(d, Math.abs(e[i] - o[i]));
    expect(d).toBeLessThan(1e-4);
  }
};
const grads = (f: any, n: string[]) => (i: any) => { const { value, grads } = tf.valueAndGrads((...t: tf.Tensor[]) => tf.sum(tf.square(tf.sin(f({ ...i, ...Object.fromEntries(n.map((k, j) => [k, t[j]])) })))))(n.map((k) => i[k])); return { value, ...Object.fromEntries(n.map((k, j) => ['d' + k, grads[j]])) }; };
const r = (...s: number[]) => tf.randomNormal(s, 0, 1, 'float32', 7);
test('conv', async () => {
  for (const o of [{}, { stride: 2, padding: 3 }, { dilation: 2, padding: [1, 4] as [number, number] }, { groups: 2, stride: 3 }, { groups: 4 }]) {
    const i = { x: r(2, 4, 17), w: r(8, 4 / (o.groups ?? 1), 3), bias: r(8) };
    await same((a: any) => ({ y: conv1d(a.x, a.w, { ...o, bias: a.bias }) }), i);
    await same(grads((a: any) => conv1d(a.x, a.w, { ...o, bias: a.bias }), ['x', 'w', 'bias']), i);
  }
  for (const o of [{}, { stride: 2, padding: 1 }, { stride: 3, outputPadding: 1, padding: 2 }, { groups: 2, stride: 2 }]) {
    const i = { x: r(2, 4, 9), w: r(4, 6 / (o.groups ?? 1), 5), bias: r(6) };
    await same((a: any) => ({ y: convTranspose1d(a.x, a.w, { ...o, bias: a.bias }) }), i);
    await same(grads((a: any) => convTranspose1d(a.x, a.w, { ...o, bias: a.bias }), ['x', 'w', 'bias']), i);
  }
  const i = { x: r(2, 4, 12, 5), w: r(6, 4, 5, 1), bias: r(6) }; const o = { stride: [3, 1] as const, padding: [2, 0] as const };
  await same((a: any) => ({ y: conv2d(a.x, a.w, { ...o, bias: a.bias }) }), i);
  await same(grads((a: any) => conv2d(a.x, a.w, { ...o, bias: a.bias }), ['x', 'w', 'bias']), i);
});
test('ln, mha', async () => {
  const i = { x: r(2, 5, 8), gamma: r(8), beta: r(8) };
  await same((a: any) => ({ y: layerNormalization(a.x, a.gamma, a.beta) }), i);
  await same(grads((a: any) => layerNormalization(a.x, a.gamma, a.beta), ['x', 'gamma', 'beta']), i);
  const q = { q: r(2, 3, 8), k: r(2, 5, 8), v: r(2, 5, 8), mask: tf.zeros([3, 5]) };
  await same((a: any) => ({ y: multiHeadAttention(a.q, a.k, a.v, { heads: 2, mask: a.mask }) }), q);
  await same((a: any) => ({ y: multiHeadAttention(a.q, a.k, a.v, { heads: 2 }) }), { q: q.q, k: q.k, v: q.v });
  await same(grads((a: any) => multiHeadAttention(a.q, a.k, a.v, { heads: 2, mask: a.mask }), ['q', 'k', 'v']), q);
});
