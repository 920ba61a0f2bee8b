// Replies that are made at the same time share steps: each is the one that it would be alone, whatever the others are.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import * as tf from '@tensorflow/tfjs-core';
import '@tensorflow/tfjs-backend-cpu';
import type { Segment } from '@gpt-talker/context';
import { ParameterStore } from '@gpt-talker/nn';
import { SessionHost, type Session } from '@gpt-talker/runtime';
import { trace, writeOnnx } from '@gpt-talker/tfjs-onnx';
import { Gpt, type GptContext, type GptVoice } from '../src';
import { ConGpt, congptConfig, gptGraph, gptTogetherGraph } from '../src/model';

const SIZE = 3;
const config = congptConfig({
  ...{ layers: 2, width: 64, heads: 4, phonemeVocabulary: 10, semanticVocabulary: 101, maxPositions: 300 },
  featureWidth: 8,
});
const voice: GptVoice = {
  symbols: Array.from({ length: 10 }, (_, index) => `s${index}`),
  text: { features: 'bert', featureWidth: 8 },
  layout: { order: 'interleaved', textMask: 'causal', roles: true, historyTurns: 2, maxPositions: 300 },
  semantic: { vocabulary: 101, endOfSpeech: 100, tokensPerSecond: 25 },
  gpt: { layers: config.layers, width: config.width, heads: config.heads },
  sampling: { topK: 20, topP: 1, temperature: 1.5, repetitionPenalty: 1.1, minimumTokens: 300, stutterTokens: 0 },
};
const TOKENS = 40;

let folder: string;
let host: SessionHost;
let gpt: Gpt;
/** How many replies each shared step was for. */
const shared: number[] = [];

function counted(session: Session): Session {
  return Object.assign(Object.create(session) as Session, {
    run: (...[feeds, options]: Parameters<Session['run']>) => {
      shared.push(options!.caches!.filter((cache) => cache !== undefined).length);
      return session.run(feeds, options);
    },
    dispose: () => session.dispose(),
  });
}

beforeAll(async () => {
  tf.enableProdMode();
  folder = await mkdtemp(path.join(tmpdir(), 'gpt-together-'));
  const [alone, together] = ['gpt.onnx', 'gpt-together.onnx'].map((name) => path.join(folder, name));
  const model = new ConGpt(new ParameterStore({ seed: 3 }).scope('model'), config);
  const traced = (graph: ReturnType<typeof gptGraph>) => trace(graph.run, graph.inputs);
  const quantize = { bits: 8, minimumElements: 1 } as const;
  await writeOnnx(alone, traced(gptGraph(model)), {
    weights: 'float16',
    quantize: { ...quantize, activations: 'int8' },
  });
  await writeOnnx(together, traced(gptTogetherGraph(model, SIZE)), {
    weights: 'float16',
    quantize: { ...quantize, activations: 'int8-rows' },
    constantsOf: { location: 'gpt.onnx', bytes: await readFile(alone) },
  });
  host = await SessionHost.start({ intraOpThreads: 1 });
  gpt = await Gpt.fromSession(await host.load(alone), voice, {
    session: counted(await host.load(together)),
    size: SIZE,
  });
});
afterAll(async () => {
  await host?.dispose();
  await rm(folder, { recursive: true, force: true });
});
beforeEach(() => (shared.length = 0));

const text = (length: number, id: number): Segment => ({
  ...{ kind: 'text', role: 'agent', phonemes: new Int32Array(length).fill(id) },
  features: Float32Array.from({ length: 8 * length }, (_, at) => Math.sin(at + id)),
});
/** Histories of quite different lengths: 5, 70 and 135 positions. */
const histories = [0, 1, 2, 3, 4].map((number): Segment[] => [
  text(3, number),
  { kind: 'speech', role: 'user', tokens: Int32Array.from({ length: 2 + 65 * (number % 3) }, (_, at) => at % 90) },
]);

async function opened(number: number): Promise<GptContext> {
  const context = await gpt.open();
  await context.append(histories[number]);
  return context;
}

async function reply(
  number: number,
  options: { maximumTokens?: number; signal?: AbortSignal } = {},
): Promise<number[]> {
  const context = await opened(number);
  try {
    return await context.generate([text(4, 9 - number)], { seed: number, maximumTokens: TOKENS, ...options }).tokens();
  } finally {
    await context.dispose();
  }
}

test('a reply alone takes no shared step, and replies at once are those that they are alone', async () => {
  const alone: number[][] = [];
  for (const number of histories.keys()) alone.push(await reply(number));
  expect(shared).toEqual([]);
  expect(new Set(alone.map(String)).size).toBe(alone.length);
  // Five at once, of which three share a step; one is shorter and leaves early.
  const together = await Promise.all(
    alone.map((_, number) => reply(number, { maximumTokens: number === 1 ? 7 : TOKENS })),
  );
  expect(together).toEqual(alone.map((tokens, number) => (number === 1 ? tokens.slice(0, 7) : tokens)));
  expect(Math.max(...shared)).toBe(SIZE);
  const steps = shared.reduce((sum, rows) => sum + rows, 0);
  expect(steps).toBeGreaterThan(0.8 * (4 * TOKENS));
});

test('a reply that is given up leaves the others as they are', async () => {
  const [first, second] = [await reply(0), await reply(2)];
  const controller = new AbortController();
  const given = (async () => {
    const context = await opened(1);
    let count = 0;
    for await (const _ of context.generate([text(4, 8)], { maximumTokens: 200, signal: controller.signal }))
      if (++count === 5) controller.abort(new Error('enough'));
  })();
  const [refused, ...others] = await Promise.allSettled([given, reply(0), reply(2)]);
  expect(refused).toMatchObject({ status: 'rejected', reason: { message: 'enough' } });
  expect(others.map((outcome) => outcome.status === 'fulfilled' && outcome.value)).toEqual([first, second]);
});

test('what goes wrong in a shared step is told to all who took part', async () => {
  const broken = await Gpt.fromSession(await host.load(path.join(folder, 'gpt.onnx')), voice, {
    session: { run: () => Promise.reject(new Error('out of order')), dispose: async () => {} } as unknown as Session,
    size: SIZE,
  });
  const speak = () => broken.generate([text(4, 1)], { maximumTokens: 5 }).tokens();
  const outcomes = await Promise.allSettled([speak(), speak()]);
  expect(outcomes).toMatchObject([{ reason: { message: 'out of order' } }, { reason: { message: 'out of order' } }]);
  expect(await speak()).toHaveLength(5);
  await broken.dispose();
});
