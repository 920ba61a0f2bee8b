import fs from 'node:fs';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { ParameterStore } from '@gpt-talker/nn';
import { ConGpt, configFromUpstream, packSequences, maskedCrossEntropy } from '../src/model';
import { layoutSegments } from '../src/layout';
require('/tmp/grads.cjs');
tf.enableProdMode();
function read(p: string) { const b = fs.readFileSync(p); const n = Number(b.readBigUInt64LE(0)); const h = JSON.parse(b.subarray(8, 8 + n).toString()); const base = 8 + n; const out: any = {};
 for (const [k, v] of Object.entries<any>(h)) { if (k === '__metadata__') continue; const bytes = b.buffer.slice(b.byteOffset + base + v.data_offsets[0], b.byteOffset + base + v.data_offsets[1]); out[k] = { shape: v.shape, dtype: v.dtype === 'I64' ? 'int64' : 'float32', data: v.dtype === 'I64' ? Int32Array.from(new BigInt64Array(bytes), Number) : new Float32Array(bytes) }; } return out; }
const io = read('/work/shared/fixtures/parity/congpt-small.io.safetensors');
const store = new ParameterStore(); 
const model = new ConGpt(store.scope('model'), configFromUpstream({ vocab_size: 1025, phoneme_vocab_size: 512, hidden_dim: 64, head: 4, n_layer: 3 }));
console.log(store.load(read('/tmp/congpt.safetensors'), { strict: false }));
const tr = (b: any) => { const [, c, t] = b.shape; const o = new Float32Array(c * t); for (let i = 0; i < c; i++) for (let j = 0; j < t; j++) o[j * c + i] = b.data[i * t + j]; return o; };
const segs: any[] = []; for (let i = 0; i < 3; i++) segs.push({ kind: 'text', role: 'user', phonemes: io['phonemes.' + i].data, features: tr(io['bert.' + i]) }, { kind: 'speech', role: 'user', tokens: io['semantic.' + i].data });
const toTf = (h: any) => tf.tensor(h.data, h.dims, h.type);
const batch = (s: any, o: any) => Object.fromEntries(Object.entries(packSequences([s], { order: 'interleaved', textMask: 'causal', endOfSpeech: 1024, targets: 'last-turn', featureWidth: 1024, ...o })).map(([k, v]) => [k, toTf(v)])) as any;
const diff = (a: tf.Tensor, b: any) => { const x = a.dataSync(); expect(x.length).toBe(b.data.length); let m = 0; for (let i = 0; i < x.length; i++) m = Math.max(m, Math.abs(x[i] - b.data[i])); return m; };
test('parity', () => {
  const b = batch(segs, {});
  console.log('emb', diff(model.embed(b), io['interleaved_causal.embeddings']), 'logits', diff(model.forward(b), io['interleaved_causal.logits']));
  console.log('prefix', diff(model.forward(batch(segs, { textMask: 'bidirectional' })), io['interleaved_prefix.logits']));
  console.log('textfirst', diff(model.forward(batch(segs.slice(2), { order: 'text-first', textMask: 'bidirectional' })), io['text_first.logits']), model.forward(batch(segs.slice(2), { order: 'text-first', textMask: 'bidirectional' })).shape);
  const names = store.names();
  const { value, grads } = tf.valueAndGrads((...p: tf.Tensor[]) => store.bind(Object.fromEntries(names.map((n, i) => [n, p[i]])), () => maskedCrossEntropy(model.forward(b), b.targets, b.weights).loss))(names.map((n) => store.get(n).value));
  console.log('loss', value.dataSync()[0], io['interleaved_causal.last_turn_loss'].data[0]);
  for (const k of Object.keys(io)) if (k.startsWith('grad.')) console.log(k, diff(grads[names.indexOf(k.slice(5))], io[k]));
});
