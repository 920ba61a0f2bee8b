// Several replies at once, which share the steps of their tokens, against the same replies one after another: through the public API, worker
// thread, caches and sampling included.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { performance } from 'node:perf_hooks';
import type { Segment } from '@gpt-talker/context';
import { SessionHost } from '@gpt-talker/runtime';
import { trace, writeOnnx } from '@gpt-talker/tfjs-onnx';
import { Gpt, type GptContext, type GptVoice } from '../src';
import { gptGraph, gptTogetherGraph, type ConGpt } from '../src/model';

const TOKENS = 24;
const ROUNDS = 5;
/** Text and speech of a history, and the text of a reply. */
const PHONEMES = 50;

export interface TogetherOptions {
  size: number;
  /** Read before a reply's first token. */
  positions: number;
  threads?: number;
}

interface Pass {
  /** Milliseconds a token. */
  wall: number;
  cpu: number;
  tokens: number[][];
}

export async function compareTogether(model: ConGpt, voice: GptVoice, options: TogetherOptions): Promise<void> {
  const { size, positions, threads } = options;
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gpt-bench-'));
  const host = await SessionHost.start({ intraOpThreads: threads });
  try {
    const gpt = await load(host, folder, model, voice, size);
    const contexts = await Promise.all(Array.from({ length: size }, (_, index) => read(gpt, positions, index)));
    const best = { after: Infinity, together: Infinity, afterCpu: Infinity, togetherCpu: Infinity };
    for (let round = 0; round < ROUNDS; round++) {
      const [after, together] = [await oneAfterAnother(contexts), await atOnce(contexts)];
      if (String(after.tokens) !== String(together.tokens)) throw new Error('a reply depends on who else speaks');
      best.after = Math.min(best.after, after.wall);
      best.together = Math.min(best.together, together.wall);
      best.afterCpu = Math.min(best.afterCpu, after.cpu);
      best.togetherCpu = Math.min(best.togetherCpu, together.cpu);
    }
    const perSecond = (milliseconds: number) => (1000 / milliseconds).toFixed(0);
    const ratio = (a: number, b: number) => `${(a / b).toFixed(2)} ×`;
    console.log(
      `int8, ${size} replies at ${positions} positions: ${perSecond(best.after)} tokens a second one after another, ` +
        `${perSecond(best.together)} together, ${ratio(best.after, best.together)} ` +
        `(processor time a token ${best.afterCpu.toFixed(2)} and ${best.togetherCpu.toFixed(2)} ms, ${ratio(best.afterCpu, best.togetherCpu)}); the same tokens`,
    );
  } finally {
    await host.dispose();
    await rm(folder, { recursive: true, force: true });
  }
}

async function load(host: SessionHost, folder: string, model: ConGpt, voice: GptVoice, size: number): Promise<Gpt> {
  const [alone, together] = ['gpt.onnx', 'gpt-together.onnx'].map((name) => path.join(folder, name));
  const traced = ({ run, inputs }: ReturnType<typeof gptGraph>) => trace(run, inputs);
  await writeOnnx(alone, traced(gptGraph(model)), { quantize: { bits: 8, activations: 'int8' } });
  await writeOnnx(together, traced(gptTogetherGraph(model, size)), {
    quantize: { bits: 8, activations: 'int8-rows' },
    constantsOf: { location: 'gpt.onnx', bytes: await readFile(alone) },
  });
  return Gpt.fromSession(await host.load(alone), voice, { session: await host.load(together), size });
}

async function read(gpt: Gpt, positions: number, index: number): Promise<GptContext> {
  const context = await gpt.open();
  const speech = Int32Array.from({ length: positions - 2 * PHONEMES }, (_, at) => (at * 7 + index) % 1000);
  await context.append([
    { kind: 'text', role: 'user', phonemes: new Int32Array(PHONEMES).fill(7 + index) },
    { kind: 'speech', role: 'user', tokens: speech },
  ]);
  return context;
}

const REPLY: Segment = { kind: 'text', role: 'agent', phonemes: new Int32Array(PHONEMES).fill(9) };

/** A reply whose text has been read: its first token is there. */
async function begin(context: GptContext, seed: number): Promise<{ first: number; rest: AsyncIterator<number> }> {
  const rest = context.generate([REPLY], { seed, maximumTokens: TOKENS })[Symbol.asyncIterator]();
  return { first: (await rest.next()).value as number, rest };
}

async function drain(rest: AsyncIterator<number>): Promise<number[]> {
  const tokens: number[] = [];
  for (let next = await rest.next(); !next.done; next = await rest.next()) tokens.push(next.value);
  return tokens;
}

async function measured(work: () => Promise<void>, count: number): Promise<Omit<Pass, 'tokens'>> {
  const [start, before] = [performance.now(), process.cpuUsage()];
  await work();
  const { user, system } = process.cpuUsage(before);
  return { wall: (performance.now() - start) / count, cpu: (user + system) / 1000 / count };
}

async function oneAfterAnother(contexts: readonly GptContext[]): Promise<Pass> {
  const passes: Pass[] = [];
  for (const [seed, context] of contexts.entries()) {
    const { first, rest } = await begin(context, seed);
    const tokens = [first];
    const time = await measured(async () => void tokens.push(...(await drain(rest))), TOKENS - 1);
    passes.push({ ...time, tokens: [tokens] });
  }
  const mean = (of: (pass: Pass) => number) => passes.reduce((sum, pass) => sum + of(pass), 0) / passes.length;
  return {
    wall: mean(({ wall }) => wall),
    cpu: mean(({ cpu }) => cpu),
    tokens: passes.flatMap(({ tokens }) => tokens),
  };
}

async function atOnce(contexts: readonly GptContext[]): Promise<Pass> {
  const replies: { first: number; rest: AsyncIterator<number> }[] = [];
  for (const [seed, context] of contexts.entries()) replies.push(await begin(context, seed));
  let rests: number[][] = [];
  const work = async () => {
    rests = await Promise.all(replies.map(({ rest }) => drain(rest)));
  };
  const time = await measured(work, contexts.length * (TOKENS - 1));
  return { ...time, tokens: replies.map(({ first }, index) => [first, ...rests[index]]) };
}
