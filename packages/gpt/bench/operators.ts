// Where a token's time goes: the operators of one run, as onnxruntime times them. Timing itself costs a little at every operator.
import { mkdtemp, readFile, readdir, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { InferenceSession, Tensor } from '@gpt-talker/onnxruntime';

const RUNS = 40;

interface TimedEvent {
  cat: string;
  name: string;
  /** Microseconds. */
  dur: number;
  args?: { op_name?: string };
}

/** Lines of the operators of gpt.onnx for one token at this many positions, those that take longest first. */
export async function operatorTable(file: string, positions: number, threads?: number): Promise<string> {
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gpt-operators-'));
  try {
    const session = await InferenceSession.create(file, {
      enableProfiling: true,
      profileFilePrefix: path.join(folder, 'profile'),
      ...(threads !== undefined && { intraOpNumThreads: threads }),
    });
    const feeds = Object.fromEntries(
      session.inputMetadata.map((input) => {
        if (!input.isTensor) throw new Error(`${input.name} is no tensor`);
        const dims = input.shape.map((size) => (typeof size === 'number' ? size : lengthOf(size, positions)));
        const count = dims.reduce((product, size) => product * size, 1);
        const data = input.type === 'int32' ? new Int32Array(count) : new Float32Array(count).fill(0.01);
        return [input.name, new Tensor(input.type as 'float32', data as Float32Array, dims)];
      }),
    );
    for (let run = 0; run < RUNS; run++) await session.run(feeds, ['logits']);
    session.endProfiling();
    const [profile] = await readdir(folder);
    return tableOf(JSON.parse(await readFile(path.join(folder, profile), 'utf8')) as TimedEvent[]);
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

function lengthOf(name: string, positions: number): number {
  return { T: 1, P: positions }[name] ?? positions + 1;
}

function tableOf(events: readonly TimedEvent[]): string {
  const nodes = new Map<string, { operator: string; times: number[] }>();
  for (const { cat, name, dur, args } of events) {
    if (cat !== 'Node' || !name.endsWith('_kernel_time')) continue;
    const node = nodes.get(name) ?? { operator: args?.op_name ?? '', times: [] };
    node.times.push(dur);
    nodes.set(name, node);
  }
  const operators = new Map<string, { count: number; milliseconds: number }>();
  for (const { operator, times } of nodes.values()) {
    const sum = operators.get(operator) ?? { count: 0, milliseconds: 0 };
    times.sort((a, b) => a - b);
    // The lower quartile: on a shared machine, what is more was someone else's.
    operators.set(operator, { count: sum.count + 1, milliseconds: sum.milliseconds + times[times.length >> 2] / 1000 });
  }
  return [...operators]
    .sort(([, a], [, b]) => b.milliseconds - a.milliseconds)
    .filter(([, { milliseconds }]) => milliseconds > 0.02)
    .map(
      ([operator, { count, milliseconds }]) =>
        `  ${operator.padEnd(24)}${String(count).padStart(4)}${milliseconds.toFixed(2).padStart(8)} ms`,
    )
    .join('\n');
}
