// npm run figures:full-size [-- --versions v2,v2Pro] [--keep FOLDER] [--threads N] [--seed 1]: what a voice of the published size takes from loading to the first
// sound, in int8, on made-up weights: real-time factor, first sound after two turns that have been read, resident memory, loading. Weights
// without training end at an accident, so a reply has as many tokens as it is given.
import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { VERSIONS, writeFullSize } from './made-up-weights';
import type { Figures } from './one-voice';
import { mustRun } from './program';

/** As a worker of serve has it (apps/serve/src/engine/allocator.ts). */
const ALLOCATOR = {
  ...{ MALLOC_ARENA_MAX: '1', MALLOC_MMAP_THRESHOLD_: '524288', MALLOC_TRIM_THRESHOLD_: '4194304' },
  GLIBC_TUNABLES: 'glibc.malloc.hugetlb=1',
};
/** What each is to reach. */
const FACTOR: Readonly<Record<string, number>> = { v2: 0.5, v2Pro: 0.5, v2ProPlus: 0.65 };
const WANTED = Object.keys(FACTOR);

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      versions: { type: 'string', default: WANTED.join(',') },
      keep: { type: 'string' },
      threads: { type: 'string' },
    },
  });
  const home = values.keep ?? (await mkdtemp(path.join(tmpdir(), 'full-size-')));
  console.log('version    real-time factor   first sound    memory, read  speaking       loading');
  try {
    for (const version of VERSIONS.filter((known) => values.versions.split(',').includes(known))) {
      const folder = path.join(home, version);
      const voice = path.join(folder, 'voice-int8');
      if (!existsSync(voice)) await importInt8(folder, version, voice);
      const { status, stdout, stderr } = spawnSync(
        process.execPath,
        [path.join(__dirname, '../run.cjs'), path.join(__dirname, 'one-voice.ts'), voice, values.threads ?? ''],
        { encoding: 'utf8', env: { ...process.env, ...ALLOCATOR, NODE_OPTIONS: '' } },
      );
      if (status !== 0) throw new Error(`${version}: ${stderr.trim().split('\n').pop()}`);
      show(version, JSON.parse(stdout.trim().split('\n').pop()!) as Figures);
    }
  } finally {
    if (!values.keep) await rm(home, { recursive: true, force: true });
  }
}

async function importInt8(folder: string, version: (typeof VERSIONS)[number], voice: string): Promise<void> {
  const files = await writeFullSize(folder, version, { bert: false });
  const parts = ['--gpt', files.gpt, '--vits', files.vits, '--hubert', files.hubert];
  if (version.startsWith('v2Pro')) parts.push('--speaker-encoder', files.speaker);
  const reference = path.resolve(__dirname, '../../examples/weekend-2.wav');
  const consent = ['--speaker', 'nobody', '--right', 'made-up numbers'];
  const how = ['--from', 'gpt-sovits', '--weights', 'int8', '--reference', reference, ...consent];
  await mustRun(['voice', 'import', ...how, ...parts, '--out', voice]);
}

function show(version: string, figures: Figures): void {
  const { realTimeFactor, firstSoundSeconds, readMebibytes, speakingMebibytes, loadSeconds } = figures;
  const cell = (value: string, most?: number) => `${value}${most === undefined ? '' : ` (≤ ${most})`}`.padEnd(16);
  console.log(
    version.padEnd(11) +
      cell(realTimeFactor.toFixed(2), FACTOR[version]) +
      cell(`${firstSoundSeconds.toFixed(2)} s`, 0.8) +
      cell(`${readMebibytes.toFixed(0)} MiB`, 700) +
      cell(`${speakingMebibytes.toFixed(0)} MiB`) +
      cell(`${loadSeconds.toFixed(2)} s`, 2),
  );
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
