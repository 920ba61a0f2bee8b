// npm run bench:dataset: how fast a corpus is prepared, end to end, and how much memory that takes by corpus size. Needs the bundle.
//   node bench/dataset.mjs [--speed-hours 0.5] [--small-hours 2] [--large-hours 20] [--workers 2]
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from '@gpt-talker/dataset';
import { makeRecordings, manifest } from './synthetic.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const CODEBOOK = path.resolve(here, '../../voice-tiny/voice/codebook.safetensors');

if (process.argv[2] === 'child') await child(JSON.parse(process.argv[3]));
else await main();

/** Prepares in a process of its own, so that its peak of memory is its own too. */
async function child(options) {
  const began = performance.now();
  const { turns, seconds } = await prepare(options);
  const wall = (performance.now() - began) / 1000;
  const { maxRSS, userCPUTime, systemCPUTime } = process.resourceUsage();
  const cpu = (userCPUTime + systemCPUTime) / 1e6;
  console.log(JSON.stringify({ turns, seconds, wall, cpu, megabytes: maxRSS / 1024 }));
}

async function main() {
  const { values } = parseArgs({
    options: {
      'speed-hours': { type: 'string', default: '0.5' },
      'small-hours': { type: 'string', default: '2' },
      'large-hours': { type: 'string', default: '20' },
      workers: { type: 'string', default: '2' },
    },
  });
  const workers = Number(values.workers);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-dataset-'));
  try {
    const recordings = { speech44: makeRecordings(folder, 44_100), speech16: makeRecordings(folder, 16_000) };
    const speed = run({
      corpus: manifest(folder, 'speed', recordings.speech44, Number(values['speed-hours'])),
      format: 'manifest',
      output: path.join(folder, 'out'),
      speech: { kind: 'spectral', codebook: CODEBOOK },
      workers,
    });
    console.log(
      `speed: ${hours(speed)} of 44.1 kHz speech to phonemes, 32 kHz sound and spectral tokens in ${speed.wall.toFixed(1)} s, ` +
        `${workers} workers: ${(speed.seconds / speed.wall).toFixed(0)} × real time (wanted: 60); ` +
        `${(speed.seconds / speed.cpu).toFixed(0)} × by processor time of one core`,
    );
    const peaks = [values['small-hours'], values['large-hours']].map((size) => {
      const result = run({
        corpus: manifest(folder, `memory-${size}`, recordings.speech16, Number(size)),
        format: 'manifest',
        output: path.join(folder, `out-${size}`),
        // The manifest, the texts and the recordings are read as always; tokens are only counted, and no sound is copied.
        speech: { kind: 'module', file: path.join(here, '../test/loudness-tools.mjs') },
        sound: null,
        workers,
      });
      console.log(
        `memory: ${hours(result)}, ${result.turns} turns in ${result.wall.toFixed(1)} s: peak ${result.megabytes.toFixed(0)} MB`,
      );
      return result.megabytes;
    });
    console.log(
      `memory: ${(peaks[1] / peaks[0]).toFixed(2)} × as much for ${(values['large-hours'] / values['small-hours']).toFixed(0)} × the corpus`,
    );
  } finally {
    rmSync(folder, { recursive: true });
  }
}

function run(options) {
  const { stdout, stderr, status } = spawnSync(
    process.execPath,
    [fileURLToPath(import.meta.url), 'child', JSON.stringify(options)],
    {
      encoding: 'utf8',
    },
  );
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

function hours({ seconds }) {
  return `${(seconds / 3600).toFixed(2)} h`;
}
