// npm run bench:queue -- [--hours 20] [--rounds 2]: how much faster two workers of one thread each are than one, on a queue, with spectral tokens, phonemes and
// sound; beside it the local pool with as many threads. Needs the bundle, redis-server, and a machine that does nothing else.
import { spawn, spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { prepare } from '@gpt-talker/dataset';
import { makeRecordings, manifest } from './synthetic.mjs';

const here = path.dirname(fileURLToPath(import.meta.url));
const CODEBOOK = path.resolve(here, '../../voice-tiny/voice/codebook.safetensors');
const PORT = 20_000 + (process.pid % 20_000);

if (process.argv[2] === 'child') {
  const begin = performance.now();
  const { turns, seconds } = await prepare(JSON.parse(process.argv[3]));
  console.log(JSON.stringify({ turns, seconds, wall: (performance.now() - begin) / 1000 }));
} else {
  await main();
}

async function main() {
  const { values } = parseArgs({
    options: { hours: { type: 'string', default: '20' }, rounds: { type: 'string', default: '2' } },
  });
  const folder = mkdtempSync(path.join(os.tmpdir(), 'bench-queue-'));
  const redis = spawn('redis-server', ['--port', String(PORT), '--bind', '127.0.0.1', '--save', '', '--dir', folder]);
  const url = `redis://127.0.0.1:${PORT}`;
  try {
    await new Promise((resolve) => redis.stdout.on('data', (part) => String(part).includes('Ready') && resolve()));
    const corpus = manifest(folder, 'corpus', makeRecordings(folder, 44_100), Number(values.hours));
    const took = { 'one worker': [], 'two workers': [], 'two local threads': [] };
    let made;
    for (let round = 0; round < Number(values.rounds); round++) {
      for (const [name, count] of [
        ['one worker', 1],
        ['two workers', 2],
        ['two local threads', 0],
      ]) {
        const workers = await Promise.all(Array.from({ length: count }, () => startWorker(url)));
        const output = path.join(folder, 'out');
        const options = { corpus, format: 'manifest', output, speech: { kind: 'spectral', codebook: CODEBOOK } };
        made = child(count === 0 ? { ...options, workers: 2 } : { ...options, queue: { url } });
        took[name].push(made.wall);
        workers.forEach((worker) => worker.kill('SIGTERM'));
        rmSync(output, { recursive: true });
      }
    }
    const best = (name) => Math.min(...took[name]);
    for (const name of Object.keys(took)) {
      console.log(`${name.padEnd(18)} ${took[name].map((wall) => `${wall.toFixed(1)} s`).join(', ')}`);
    }
    const hours = (made.seconds / 3600).toFixed(2);
    console.log(
      `${hours} h of 44.1 kHz speech, ${made.turns} turns: two workers are ${(best('one worker') / best('two workers')).toFixed(2)} × as fast as one ` +
        `(wanted: 1.8), and take ${(best('two workers') / best('two local threads')).toFixed(2)} × the time of two local threads`,
    );
  } finally {
    redis.kill('SIGKILL');
    rmSync(folder, { recursive: true });
  }
}

function child(options) {
  const args = [fileURLToPath(import.meta.url), 'child', JSON.stringify(options)];
  const { stdout, stderr, status } = spawnSync(process.execPath, args, { encoding: 'utf8' });
  if (status !== 0) throw new Error(stderr);
  return JSON.parse(stdout);
}

async function startWorker(url) {
  const worker = spawn(process.execPath, [
    path.join(here, '../test/run-queue-worker.mjs'),
    JSON.stringify({ url, workers: 1 }),
  ]);
  // It says nothing until it has work; by then it has long been there.
  await new Promise((resolve) => setTimeout(resolve, 1500));
  return worker;
}
