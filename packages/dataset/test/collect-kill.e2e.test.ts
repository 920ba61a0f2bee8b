// Collection, killed without warning at random moments, twenty times: whatever was left, the next run ends with the same corpus.
import { spawn } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';
import { SAMPLE_RATE, seededNoise, silence, tone } from './collect-support';

const KILLS = 20;
const EPISODES = 3;

let folder: string;
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'collect-kill-'));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

/** Runs the built package in a process of its own; killed `afterSeconds` after its work began. */
function run(work: string, corpus: string, afterSeconds = Infinity): Promise<{ killed: boolean; seconds: number }> {
  const script = `
    const { collect, COLLECT_OPTIONS: options } = require(${JSON.stringify(path.resolve(__dirname, '../dist/collect/index.cjs'))});
    process.stdout.write('begun');
    collect({
      ...options,
      inputs: [${JSON.stringify(path.join(folder, 'in'))}],
      work: ${JSON.stringify(work)},
      output: ${JSON.stringify(corpus)},
      vad: { ...options.vad, kind: 'energy' },
      separation: { ...options.separation, kind: 'none' },
      enhancement: { kind: 'none' },
      diarization: { ...options.diarization, kind: 'transcripts' },
      transcription: { ...options.transcription, kind: 'json', location: ${JSON.stringify(path.join(folder, 'in'))} },
    }).catch((error) => { console.error(error); process.exit(1); });
  `;
  return new Promise((resolve, reject) => {
    const child = spawn(process.execPath, ['-e', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let [began, errors] = [0, ''];
    let timer: NodeJS.Timeout | undefined;
    child.stdout.once('data', () => {
      began = performance.now();
      if (Number.isFinite(afterSeconds)) timer = setTimeout(() => child.kill('SIGKILL'), 1000 * afterSeconds);
    });
    child.stderr.on('data', (data: Buffer) => (errors += data.toString()));
    child.once('exit', (code, signal) => {
      clearTimeout(timer);
      if (code === 0 || signal === 'SIGKILL')
        resolve({ killed: signal !== null, seconds: (performance.now() - began) / 1000 });
      else reject(new Error(errors));
    });
  });
}

/** Every file below a folder, hidden ones too, with its content. */
function contents(root: string): Record<string, string> {
  const names = readdirSync(root, { recursive: true, withFileTypes: true }).filter((entry) => entry.isFile());
  return Object.fromEntries(
    names.map(({ parentPath, name }) => {
      const file = path.join(parentPath, name);
      return [path.relative(root, file), readFileSync(file).toString('base64')];
    }),
  );
}

test('killed twenty times, the corpus is the same to the byte', async () => {
  mkdirSync(path.join(folder, 'in'));
  for (let episode = 0; episode < EPISODES; episode++) {
    const samples = tone(300 + 100 * episode, 24 * SAMPLE_RATE, 0.3);
    const segments = [];
    for (let turn = 0; turn < 8; turn++) {
      samples.set(silence(0.5), 3 * turn * SAMPLE_RATE);
      segments.push({ start: 3 * turn + 0.5, end: 3 * turn + 3, text: `Sentence ${turn}.`, speaker: turn % 2 });
    }
    writeFileSync(path.join(folder, 'in', `show-${episode}.wav`), writeWav({ samples, sampleRate: SAMPLE_RATE }));
    writeFileSync(path.join(folder, 'in', `show-${episode}.json`), JSON.stringify({ segments }));
  }
  const at = (name: string) => path.join(folder, name);
  const { seconds } = await run(at('work'), at('corpus'));
  const expected = contents(at('corpus'));
  expect(Object.keys(expected)).toHaveLength(17 * EPISODES);

  const random = seededNoise(7);
  let [kills, attempt] = [0, 0];
  while (kills < KILLS) {
    const [work, corpus] = [at(`work-${attempt}`), at(`corpus-${attempt}`)];
    const { killed } = await run(work, corpus, seconds * (random() + 1) * 0.5);
    kills += killed ? 1 : 0;
    if (killed && kills < KILLS) continue;
    if (killed) await run(work, corpus);
    expect(contents(corpus)).toEqual(expected);
    attempt++;
  }
}, 300_000);
