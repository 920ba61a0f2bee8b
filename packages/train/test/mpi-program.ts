// One rank of a tiny run, for what starts several with mpirun: node tools/run.cjs packages/train/test/mpi-program.ts SETTINGS
// Each rank prints one line of JSON: its losses (rank 0), or what went wrong.
import { writeFileSync } from 'node:fs';
import { trainConGpt } from '../src/congpt/train';
import { trainConVits } from '../src/convits/train';
import type { LogEntry } from '../src/run/run';
import { joinRanks } from '../src/parallel/ranks';
import type { Wire } from '../src/parallel/wire';
import { tinyConGpt, tinyConVits } from './tiny-configs';

export interface Settings {
  stage: 'gpt' | 'vits';
  /** A corpus for each rank, or one for all. */
  prepared: string[];
  directory: string;
  /** Of a rank's batch. */
  rows: number;
  steps: number;
  resume?: boolean;
  wire?: Wire;
  /** A rank kills itself, as if it had run out of memory, when it has done this many steps, and writes into a file when that was. */
  dies?: { rank: number; step: number; file: string };
}

const say = (what: object): void => void process.stdout.write(`${JSON.stringify(what)}\n`);

async function train({ stage, prepared, directory, rows, steps, resume, wire, dies }: Settings): Promise<void> {
  const ranks = await joinRanks({ wire });
  const rank = ranks?.rank ?? 0;
  const losses: number[] = [];
  let done = 0;
  const options = {
    ...{ prepared: prepared[rank] ?? prepared[0], directory, resume, ranks, totalSteps: steps },
    ...{ logEverySteps: 1, saveEverySteps: 2, validateEverySteps: 1000 },
    engine: { threads: 1, optimization: 'disabled' as const },
    onLog: ({ kind, metrics }: LogEntry) => void (kind === 'train' && losses.push(metrics.loss)),
  };
  if (ranks && dies?.rank === rank) {
    const any = ranks.any.bind(ranks);
    ranks.any = (flag) => {
      if (done++ === dies.step) {
        writeFileSync(dies.file, String(Date.now()));
        process.kill(process.pid, 'SIGKILL');
      }
      return any(flag);
    };
  }
  try {
    const recipe = { rows };
    const result = await (stage === 'gpt'
      ? trainConGpt(tinyConGpt(recipe), options)
      : trainConVits(tinyConVits(recipe), options));
    const { hosts, threads } = ranks ?? {};
    say({ rank, ranks: ranks?.ranks ?? 1, hosts, threads, step: result.position.step, losses });
    ranks?.communicator.close();
  } catch (error) {
    const { code, message } = error as NodeJS.ErrnoException;
    say({ rank, code, message });
    process.exitCode = 2;
    ranks?.communicator.close();
  }
}

void train(JSON.parse(process.argv[2]) as Settings);
