// ConGPT against the reference implementation: embeddings, logits in all layouts, loss, gradients and greedy continuation.
import * as tf from '@tensorflow/tfjs-core';
import type { Segment } from '@gpt-talker/context';
import { SessionHost, float32, type HostTensor } from '@gpt-talker/runtime';
import { exportOnnx, trace } from '@gpt-talker/tfjs-onnx';
import { Gpt, type GptVoice } from '../src';
import { heldRowsFed, hideSpareRows, segmentFeeds, tokenFeeds } from '../src/feeds';
import {
  gptGraph,
  maskedCrossEntropy,
  packSequences,
  type ConGptInputs,
  type PackOptions,
  type PackedBatch,
} from '../src/model';
import { EVALUATIONS, type TensorFunction } from './evaluate';
import { largestDifference, loadParityModel } from './parity';

const { store, model, config, segments, expected } = loadParityModel();
const END = config.semanticVocabulary - 1;

function pack(of: Segment[], layout: Pick<PackOptions, 'order' | 'textMask'>): PackedBatch {
  return packSequences([of], { ...layout, endOfSpeech: END, targets: 'last-turn', featureWidth: config.featureWidth });
}
const inputsOf = ({
  targets: _targets,
  weights: _weights,
  roles: _roles,
  ...inputs
}: PackedBatch): Record<string, HostTensor> => inputs;
const asInputs = (tensors: Record<string, tf.Tensor>) => tensors as unknown as ConGptInputs;

const layouts = {
  interleaved_causal: pack(segments, { order: 'interleaved', textMask: 'causal' }),
  interleaved_prefix: pack(segments, { order: 'interleaved', textMask: 'bidirectional' }),
  // The fixture of GPT-SoVITS's layout holds turns 1 and 2.
  text_first: pack(segments.slice(2), { order: 'text-first', textMask: 'bidirectional' }),
};

describe.each(EVALUATIONS)('%s', (_name, evaluate) => {
  test('embeddings', async () => {
    const { embeddings } = await evaluate(
      (tensors) => ({ embeddings: model.embed(asInputs(tensors)) }),
      inputsOf(layouts.interleaved_causal),
    );
    expect(largestDifference(embeddings, expected.get('interleaved_causal.embeddings')!)).toBeLessThan(1e-5);
  });

  test.each(Object.entries(layouts))('logits, %s', async (name, batch) => {
    const { logits } = await evaluate((tensors) => ({ logits: model.forward(asInputs(tensors)) }), inputsOf(batch));
    expect(largestDifference(logits, expected.get(`${name}.logits`)!)).toBeLessThan(1e-4);
  });

  test("the last turn's loss and its gradients", async () => {
    const names = [...expected.keys()]
      .filter((name) => name.startsWith('grad.'))
      .map((name) => name.slice('grad.'.length));
    expect(names.length).toBeGreaterThan(5);
    const { targets, weights, ...inputs } = layouts.interleaved_causal;
    const lossAndGradients: TensorFunction = (tensors) => {
      const loss = () =>
        maskedCrossEntropy(
          model.forward(asInputs(tensors)),
          tensors.targets as tf.Tensor2D,
          tensors.weights as tf.Tensor2D,
        ).loss;
      const { value, grads } = tf.valueAndGrads((...parameters) =>
        store.bind(Object.fromEntries(names.map((name, index) => [name, parameters[index]])), loss),
      )(names.map((name) => tensors[name]));
      return { loss: value, ...Object.fromEntries(names.map((name, index) => [`grad.${name}`, grads[index]])) };
    };
    const parameters = Object.fromEntries(
      names.map((name) => [name, float32(store.get(name).value.dataSync() as Float32Array, store.get(name).shape)]),
    );
    const { roles: _roles, ...read } = inputs;
    const results = await evaluate(lossAndGradients, { ...read, targets, weights, ...parameters });
    expect(largestDifference(results.loss, expected.get('interleaved_causal.last_turn_loss')!)).toBeLessThan(1e-5);
    for (const name of names)
      expect(largestDifference(results[`grad.${name}`], expected.get(`grad.${name}`)!)).toBeLessThan(1e-5);
  });
});

const voice: GptVoice = {
  symbols: Array.from({ length: config.phonemeVocabulary }, (_, index) => String(index)),
  text: { features: 'bert', featureWidth: config.featureWidth },
  layout: { order: 'interleaved', textMask: 'causal', roles: false, historyTurns: 2, maxPositions: 200 },
  semantic: { vocabulary: config.semanticVocabulary, endOfSpeech: END, tokensPerSecond: 25 },
  gpt: { layers: config.layers, width: config.width, heads: config.heads },
  sampling: { topK: 5, topP: 1, temperature: 1, repetitionPenalty: 1.35, minimumTokens: 11, stutterTokens: 0 },
};
const greedy = { temperature: 0, repetitionPenalty: 1, minimumTokens: 24, maximumTokens: 24 };
const continuation = Array.from(expected.get('interleaved_causal.greedy')!.data);

test('eager: the greedy continuation, step by step with a cache', () => {
  const { run, inputs } = gptGraph(model);
  // Nothing remembered is one row that the first mask hides, and that is dropped then.
  const past = new Map<string, tf.Tensor>(
    inputs
      .filter(({ name }) => name.startsWith('past_'))
      .map(({ name, shape }) => [name, tf.zeros(shape.map((size) => (size === 'P' ? 1 : Number(size))))]),
  );
  const conversation = segments.slice(0, 5);
  let feeds = segmentFeeds(conversation, 0, voice, heldRowsFed);
  const tokens: number[] = [];
  while (tokens.length < continuation.length) {
    const tensors = Object.entries(feeds).map(([name, { data, dims, type }]) => [
      name,
      tf.tensor(data as Float32Array, [...dims], type as 'float32'),
    ]);
    const outputs = run({ ...Object.fromEntries([...tensors, ...past]) });
    for (const [name, rows] of past) {
      const added = outputs[name.replace('past', 'new')];
      past.set(name, tokens.length === 0 ? added : tf.concat([rows, added], 2));
    }
    const logits = outputs.logits.dataSync().subarray(0, END);
    tokens.push(logits.indexOf(Math.max(...logits)));
    const spoken: Segment = { kind: 'speech', role: 'user', tokens: Int32Array.from(tokens) };
    feeds = tokenFeeds([...conversation, spoken], 1, voice, heldRowsFed);
  }
  expect(tokens).toEqual(continuation);
});

describe('exported', () => {
  let host: SessionHost;
  let file: Uint8Array;

  beforeAll(async () => {
    const { run, inputs } = gptGraph(model);
    file = exportOnnx(trace(run, inputs));
    host = await SessionHost.start({ intraOpThreads: 1 });
  });
  afterAll(() => host.dispose());

  test('the greedy continuation, by Gpt', async () => {
    const gpt = await Gpt.fromSession(await host.load(file), voice);
    const generation = gpt.generate(segments.slice(0, 5), greedy);
    expect(await generation.tokens()).toEqual(continuation);
    expect(generation.stopReason).toBe('length');

    const context = await gpt.open();
    await context.append(segments.slice(0, 2));
    await context.append(segments.slice(2, 4));
    expect(await context.generate(segments.slice(4, 5), greedy).tokens()).toEqual(continuation);
    await gpt.dispose();
  });

  test.each(Object.entries(layouts))('the last logits of %s, from one graph', async (name, batch) => {
    const session = await host.load(file);
    const past = session.inputs.filter((input) => input.name.startsWith('past_'));
    const { heads, width } = config;
    const hidden = float32(new Float32Array(width), [1, heads, 1, width / heads]);
    const nothing = Object.fromEntries(past.map((input) => [input.name, hidden]));
    const { mask, ...feeds } = inputsOf(batch);
    const length = batch.ids.dims[1];
    const { logits } = await session.run(
      { ...feeds, mask: hideSpareRows(mask.data as Float32Array, length, 0, 1), ...nothing },
      { fetch: ['logits'] },
    );
    const all = expected.get(`${name}.logits`)!;
    const last = { ...all, data: all.data.slice(-config.semanticVocabulary) };
    expect(largestDifference(logits.data as Float32Array, last)).toBeLessThan(1e-4);
    await session.dispose();
  });
});
