// npm run test:full-size [-- --versions v2,v2Pro] [--keep FOLDER] [--no-bert]: made-up weights of the published size, all four versions, through
// import, check, talk and serve of the built program. By hand: it takes minutes and gigabytes.
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parseArgs } from 'node:util';
import { readWav } from '@gpt-talker/audio';
import { VERSIONS, writeFullSize } from './made-up-weights';
import { mustRun, serveProgram } from './program';

/** HuBERT and BERT are the same for all: BERT, the largest, is imported with this version, whose first stage is stored in 8 bits. */
const WITH_BERT = 'v2Pro';
const DIALOGUE = path.resolve(__dirname, '../../examples/weekend.json');

interface Row {
  version: string;
  step: string;
  seconds: number;
  peakMebibytes?: number;
  note?: string;
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: { versions: { type: 'string' }, keep: { type: 'string' }, 'no-bert': { type: 'boolean' } },
  });
  const wanted = values.versions?.split(',') ?? VERSIONS;
  const home = values.keep ?? (await mkdtemp(path.join(tmpdir(), 'full-size-')));
  const rows: Row[] = [];
  try {
    for (const version of VERSIONS.filter((known) => wanted.includes(known))) {
      const folder = path.join(home, version);
      for await (const row of oneVersion(version, folder, values['no-bert'] === true)) {
        rows.push(row);
        const memory = row.peakMebibytes ? `${row.peakMebibytes.toFixed(0)} MiB` : '';
        console.log(
          `${row.version.padEnd(10)} ${row.step.padEnd(8)} ${row.seconds.toFixed(1).padStart(6)} s ${memory.padStart(10)}  ${row.note ?? ''}`,
        );
      }
      if (!values.keep) await rm(folder, { recursive: true, force: true });
    }
  } finally {
    if (!values.keep) await rm(home, { recursive: true, force: true });
  }
  const seconds = rows.reduce((sum, row) => sum + row.seconds, 0);
  const peak = Math.max(...rows.map(({ peakMebibytes = 0 }) => peakMebibytes));
  console.log(
    `all passed in ${(seconds / 60).toFixed(1)} minutes, at most ${(peak / 1024).toFixed(1)} GiB in one process`,
  );
}

async function* oneVersion(version: (typeof VERSIONS)[number], folder: string, noBert: boolean): AsyncGenerator<Row> {
  const begin = performance.now();
  const withBert = version === WITH_BERT && !noBert;
  const files = await writeFullSize(folder, version, { bert: withBert });
  yield { version, step: 'make', seconds: (performance.now() - begin) / 1000 };
  const voice = path.join(folder, 'voice');
  const parts = ['--from', 'gpt-sovits', '--gpt', files.gpt, '--vits', files.vits, '--hubert', files.hubert];
  if (withBert) parts.push('--bert', files.bert, '--weights', 'int8');
  if (version.startsWith('v2Pro')) parts.push('--speaker-encoder', files.speaker);
  const consent = ['--speaker', 'nobody', '--right', 'made-up numbers'];
  for (const turn of [2, 4]) parts.push('--reference', path.join(path.dirname(DIALOGUE), `weekend-${turn}.wav`));
  const imported = await mustRun(['voice', 'import', ...parts, ...consent, '--out', voice, '--json']);
  const { bytes } = JSON.parse(imported.stdout) as { bytes: number };
  yield { version, step: 'import', ...imported, note: `${(bytes / 2 ** 20).toFixed(0)} MiB` };

  const { stdout } = await mustRun(['voice', 'info', voice, '--json']);
  const { model } = JSON.parse(stdout) as { model: string };
  if (model !== `GPT-SoVITS ${version}`) throw new Error(`voice info says ${model} of ${version}`);
  const checked = await mustRun(['voice', 'check', voice, '--from', files.vits, '--from', files.gpt, '--json']);
  const { compared } = JSON.parse(checked.stdout) as { compared: { difference: number }[] };
  const worst = Math.max(...compared.map(({ difference }) => difference));
  yield { version, step: 'check', ...checked, note: `graphs off by at most ${(100 * worst).toFixed(2)} %` };

  const wav = path.join(folder, 'reply.wav');
  const text = withBert ? '今天天气真好，我们去公园吧！' : 'That sounds wonderful!';
  const spoken = await mustRun([
    'talk',
    '--dialogue',
    DIALOGUE,
    '--text',
    text,
    '--voice',
    voice,
    '--out',
    wav,
    '--seed',
    '1',
    '--json',
  ]);
  const { durationSeconds, realTimeFactor } = JSON.parse(spoken.stdout) as Record<string, number>;
  expectSound(await readFile(wav), durationSeconds);
  yield {
    version,
    step: 'talk',
    ...spoken,
    note: `${durationSeconds.toFixed(2)} s of sound, real-time factor ${realTimeFactor.toFixed(2)}`,
  };

  const served = performance.now();
  const service = await serveProgram(['--voice', voice]);
  try {
    const listed = (await (await fetch(`${service.url}/v1/audio/voices`)).json()) as {
      voices: { consent?: { speaker: string } }[];
    };
    if (listed.voices[0].consent?.speaker !== 'nobody') throw new Error('/v1/audio/voices does not state the consent');
    const response = await fetch(`${service.url}/v1/audio/speech`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ model: 'tts-1', voice: 'voice', input: text, response_format: 'wav' }),
    });
    if (response.status !== 200)
      throw new Error(`/v1/audio/speech answers ${response.status}: ${await response.text()}`);
    const sound = new Uint8Array(await response.arrayBuffer());
    const { samples, sampleRate } = readWav(sound);
    expectSound(sound, samples.length / sampleRate);
    const note = `${(samples.length / sampleRate).toFixed(2)} s of sound over HTTP, loading included`;
    yield { version, step: 'serve', seconds: (performance.now() - served) / 1000, note };
  } finally {
    await service.stop();
  }
}

function expectSound(bytes: Uint8Array, seconds: number): void {
  const { samples, sampleRate } = readWav(bytes);
  const finite = samples.every(Number.isFinite) && samples.some((sample) => sample !== 0);
  if (!finite || sampleRate !== 32_000 || Math.abs(samples.length / sampleRate - seconds) > 0.01)
    throw new Error('what was spoken is not sound');
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
