// Ranks in processes of their own, on Open MPI: the same steps as one process makes; a killed rank ends the others, and the run goes on with
// another number of them; different corpora are told apart; two hosts, as network namespaces. Skipped where mpirun is missing.
import { spawn, spawnSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { buildSync } from 'esbuild';
import { tinyConGpt, TINY_CORPUS } from '../../test/tiny-configs';
import { writeTinyCorpus } from '../../test/tiny-corpus';
import type { Settings } from '../../test/mpi-program';
import { trainConGpt } from '../congpt/train';
import { isStartedByMpi, loadKoffi, loadLibrary } from './open-mpi';
import { processorsIn } from './threads';

// Generous: other work may have the processor.
jest.setTimeout(300_000);
const ROOT = path.resolve(__dirname, '../../../..');
const TWO_HOSTS = path.join(ROOT, 'packages/train/test/two-hosts.sh');
const ENVIRONMENT = {
  ...process.env,
  // Where the built program, which lies elsewhere, finds what is not built into it.
  NODE_PATH: path.join(ROOT, 'node_modules'),
  OMPI_ALLOW_RUN_AS_ROOT: '1',
  OMPI_ALLOW_RUN_AS_ROOT_CONFIRM: '1',
};
const hasMpi = /Open MPI|OpenRTE/.test(spawnSync('mpirun', ['--version'], { encoding: 'utf8' }).stdout ?? '');
// Four processes that each compile a step: by `npm run test:ranks`.
const isAsked = process.env.RANKS === 'all';
const hasHosts = hasMpi && isAsked && spawnSync(TWO_HOSTS, ['2', 'true'], { env: ENVIRONMENT }).status === 0;
if (!hasMpi) console.warn("skipped: mpirun is not Open MPI's, or not there (Debian: openmpi-bin)");
else if (!isAsked) console.warn('skipped: two hosts; npm run test:ranks');
else if (!hasHosts) console.warn('skipped: two hosts, network namespaces are not allowed here');
const withMpi = hasMpi ? test : test.skip;
const withHosts = hasHosts ? test : test.skip;

/** All of a run ends so long after one of its ranks at the latest. */
const MOST_SECONDS = 10;

let folder: string;
let prepared: string;
let program: string;
beforeAll(async () => {
  folder = await mkdtemp(path.join(os.tmpdir(), 'mpi-'));
  prepared = await writeTinyCorpus(path.join(folder, 'corpus'), { ...TINY_CORPUS, sampleRate: undefined });
  // Built once: every process would read and translate the sources again, which takes longer than what it is to do.
  program = path.join(folder, 'mpi-program.cjs');
  buildSync({
    entryPoints: [path.join(ROOT, 'packages/train/test/mpi-program.ts')],
    outfile: program,
    ...{ bundle: true, platform: 'node', format: 'cjs', tsconfig: path.join(ROOT, 'tsconfig.base.json') },
    external: ['@tensorflow/*', '@gpt-talker/onnxruntime', 'koffi'],
    // NODE_PATH is for require() alone.
    supported: { 'dynamic-import': false },
  });
});
afterAll(() => rm(folder, { recursive: true, force: true }));

interface Said {
  rank: number;
  ranks: number;
  hosts: string[];
  threads: number;
  step: number;
  losses: number[];
  code?: string;
  message?: string;
}

/** What the ranks have said, in their order; how mpirun ended, and when. */
async function runRanks(
  ranks: number,
  settings: Partial<Settings>,
  start: readonly string[] = ['mpirun', '-q', '--oversubscribe', '-n', String(ranks)],
): Promise<{ said: Said[]; status: number | null; errors: string; ended: number }> {
  const whole = {
    stage: 'gpt',
    prepared: [prepared],
    rows: 1,
    steps: 4,
    directory: path.join(folder, 'run'),
    ...settings,
  };
  const command = [...start.slice(1), process.execPath, program, JSON.stringify(whole)];
  const child = spawn(start[0], command, { env: ENVIRONMENT });
  let [output, errors] = ['', ''];
  child.stdout.on('data', (data) => (output += String(data)));
  child.stderr.on('data', (data) => (errors += String(data)));
  const status = await new Promise<number | null>((resolve) => child.on('close', resolve));
  const said = output
    .split('\n')
    .filter((line) => line.startsWith('{'))
    .map((line) => JSON.parse(line) as Said)
    .sort((a, b) => a.rank - b.rank);
  return { said, status, errors, ended: Date.now() };
}

/** The losses of one process with this many rows. */
async function lossesAlone(rows: number, steps: number): Promise<number[]> {
  const losses: number[] = [];
  await trainConGpt(tinyConGpt({ rows }), {
    ...{ prepared, directory: path.join(folder, `alone-${rows}`), totalSteps: steps },
    ...{ logEverySteps: 1, validateEverySteps: 1000 },
    engine: { threads: 1, optimization: 'disabled' },
    onLog: ({ kind, metrics }) => kind === 'train' && losses.push(metrics.loss),
  });
  return losses;
}

withHosts('four ranks on two hosts make the steps of one process', async () => {
  const { said, status, errors } = await runRanks(4, { directory: path.join(folder, 'hosts') }, [TWO_HOSTS, '4']);
  expect({ status, errors }).toEqual({ status: 0, errors: '' });
  expect(said.map(({ hosts }) => hosts.join())).toEqual(Array<string>(4).fill('one,one,two,two'));
  const alone = await lossesAlone(4, 4);
  said[0].losses.forEach((loss, step) => expect(loss).toBeCloseTo(alone[step], 4));
});

withMpi('a rank that is killed ends the others; the run goes on with another number of ranks, as float16', async () => {
  const directory = path.join(folder, 'killed');
  const file = path.join(folder, 'died');
  const killed = await runRanks(2, { directory, steps: 9, dies: { rank: 1, step: 3, file } });
  expect(killed.status).not.toBe(0);
  expect(killed.said).toEqual([]);
  expect((killed.ended - Number(readFileSync(file, 'utf8'))) / 1000).toBeLessThan(MOST_SECONDS);
  expect(existsSync(path.join(directory, 'last.safetensors'))).toBe(true);
  const { said, status } = await runRanks(3, { directory, steps: 5, resume: true, wire: 'float16' });
  expect(status).toBe(0);
  expect(said.map(({ step }) => step)).toEqual([5, 5, 5]);
  // From the checkpoint of step 2 on.
  expect(said[0].losses).toHaveLength(3);
  expect(said[0].losses.every(Number.isFinite)).toBe(true);
});

withMpi('ranks that see different corpora are told so', async () => {
  const other = await writeTinyCorpus(path.join(folder, 'other'), { dialogues: 6, turns: 3 });
  const { said, status } = await runRanks(2, { prepared: [prepared, other], directory: path.join(folder, 'differ') });
  expect(status).toBe(2);
  for (const { code, message } of said) {
    expect(code).toBe('ranks-differ');
    expect(message).toMatch(/^rank 1 on \S+ sees another corpus than rank 0 .*6 dialogues.*10 dialogues.*; give all/);
  }
});

describe('what is missing is told in one line', () => {
  const failing = async (work: () => unknown) => {
    const error = await Promise.resolve()
      .then(work)
      .catch((thrown: Error & { code: string }) => thrown);
    return `${(error as Error & { code: string }).code}: ${(error as Error).message}`;
  };
  const library = (version: string) => ({
    symbol: () => 0n,
    func: () =>
      Object.assign(
        (text: Buffer, length: number[]) => {
          length[0] = text.write(version);
          return 0;
        },
        { async: () => undefined },
      ) as never,
  });

  test('koffi', async () => {
    expect(await failing(() => loadKoffi('koffi-that-is-not-there'))).toMatch(/^koffi-missing: .*npm install koffi`$/);
  });

  test('Open MPI, or it is another', async () => {
    const missing = {
      load: () => {
        throw new Error('Failed to load shared library\nfor some reason');
      },
    };
    expect(await failing(() => loadLibrary(missing))).toMatch(/^mpi-missing: .*install Open MPI \(Debian: openmpi-bin/);
    const other = { load: () => library('MPICH Version:      4.0.2\nMPICH Release date: …') };
    expect(await failing(() => loadLibrary(other as never))).toMatch(
      /^mpi-other: .*is MPICH Version: +4\.0\.2, .*needs/,
    );
  });

  test('who started the process', async () => {
    expect(isStartedByMpi({})).toBe(false);
    expect(isStartedByMpi({ OMPI_COMM_WORLD_SIZE: '1' })).toBe(false);
    expect(isStartedByMpi({ OMPI_COMM_WORLD_SIZE: '2', PMI_SIZE: '2' })).toBe(true);
    expect(await failing(() => isStartedByMpi({ PMI_SIZE: '2' }))).toMatch(/^mpi-other: .*MPICH or Intel MPI/);
  });

  test('processors, by ranges', () => {
    expect(processorsIn('0-2,5')).toEqual([0, 1, 2, 5]);
  });
});
