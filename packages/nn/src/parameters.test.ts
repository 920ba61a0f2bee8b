import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import { Linear, normal, ones, ParameterError, ParameterStore, zeros } from './index';

tf.enableProdMode();

const values = (x: tf.Tensor) => Array.from(x.dataSync());

function codeOf(run: () => unknown): string | undefined {
  try {
    run();
  } catch (error) {
    return error instanceof ParameterError ? error.code : String(error);
  }
  return undefined;
}

test('scopes join names with dots', () => {
  const store = new ParameterStore();
  const scope = store.scope('model').child('layers', 0).child('attn');
  scope.declare('weight', [2], ones);
  store.scope().child('alpha').declare('scale', [], ones, { trainable: false });
  expect(store.names()).toEqual(['model.layers.0.attn.weight', 'alpha.scale']);
  expect(store.names({ trainable: true })).toEqual(['model.layers.0.attn.weight']);
  expect(store.names({ trainable: false })).toEqual(['alpha.scale']);
  expect(store.size).toBe(3);
});

test('initial values depend on the seed and the name, not on the order', () => {
  const first = new ParameterStore({ seed: 3 });
  const second = new ParameterStore({ seed: 3 });
  const other = new ParameterStore({ seed: 4 });
  first.declare('a', [4], normal());
  first.declare('b', [4], normal());
  second.declare('b', [4], normal());
  other.declare('b', [4], normal());
  expect(values(first.get('b').value)).toEqual(values(second.get('b').value));
  expect(values(first.get('b').value)).not.toEqual(values(other.get('b').value));
  expect(values(first.get('b').value)).not.toEqual(values(first.get('a').value));
});

test('bind lends values, nests, and gives them back even after an error', () => {
  const store = new ParameterStore();
  const parameter = store.declare('a', [1], ones);
  const seen: number[] = [];
  store.bind({ a: tf.tensor([2]) }, () => {
    expect(() =>
      store.bind({ a: tf.tensor([3]) }, () => {
        seen.push(values(parameter.value)[0]);
        throw new Error('inside');
      }),
    ).toThrow('inside');
    seen.push(values(parameter.value)[0]);
  });
  seen.push(values(parameter.value)[0]);
  expect(seen).toEqual([3, 2, 1]);
  expect(codeOf(() => store.bind({ b: tf.tensor([1]) }, () => 0))).toBe('unknown-name');
  expect(codeOf(() => store.bind({ a: tf.tensor([1, 2]) }, () => 0))).toBe('shape-mismatch');
  expect(codeOf(() => store.bind({}, async () => 0))).toBe('asynchronous');
});

test('arrays go out and come back', () => {
  const source = new ParameterStore({ seed: 1 });
  const target = new ParameterStore({ seed: 2 });
  for (const store of [source, target]) new Linear(store.scope('to'), 3, 2);
  const arrays = source.toArrays();
  expect([...arrays.keys()]).toEqual(['to.weight', 'to.bias']);
  expect(target.load(arrays)).toEqual({ missing: [], unexpected: [] });
  expect(values(target.get('to.weight').value)).toEqual(values(source.get('to.weight').value));
  arrays.get('to.weight')!.data.fill(0);
  expect(values(target.get('to.weight').value)).toEqual(values(source.get('to.weight').value));
});

test('load refuses what does not fit and changes nothing then', () => {
  const store = new ParameterStore();
  store.declare('a', [2], ones);
  store.declare('b', [2], zeros);
  const array = (...data: number[]) => ({
    shape: [data.length],
    dtype: 'float32' as const,
    data: Float32Array.from(data),
  });
  expect(codeOf(() => store.load({ a: array(5, 5) }))).toBe('name-mismatch');
  expect(codeOf(() => store.load({ a: array(5, 5), b: array(1) }))).toBe('shape-mismatch');
  expect(codeOf(() => store.load({ a: { ...array(5), shape: [2] }, b: array(1, 1) }))).toBe('shape-mismatch');
  expect(values(store.get('a').value)).toEqual([1, 1]);
  expect(
    store.load(
      new Map([
        ['a', array(5, 6)],
        ['c', array(1)],
      ]),
      { strict: false },
    ),
  ).toEqual({ missing: ['b'], unexpected: ['c'] });
  expect(values(store.get('a').value)).toEqual([5, 6]);
});

test('values outlive tf.tidy and are freed by dispose', () => {
  const before = tf.memory().numTensors;
  const store = new ParameterStore();
  tf.tidy(() => {
    store.declare('a', [2], ones);
    store.set('a', tf.tensor([4, 5]));
  });
  expect(values(store.get('a').value)).toEqual([4, 5]);
  store.dispose();
  expect(tf.memory().numTensors).toBe(before);
  expect(codeOf(() => store.get('a'))).toBe('unknown-name');
});

test('one name cannot be declared twice', () => {
  const store = new ParameterStore();
  store.declare('a', [2], ones);
  expect(codeOf(() => store.declare('a', [2], ones))).toBe('duplicate-name');
});
