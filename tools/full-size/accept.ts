// npm run accept:weights -- --gpt X.ckpt --vits Y.pth --hubert FOLDER [--bert FOLDER] [--speaker-encoder FILE] [--reference FILE]… [--out FOLDER]:
// for owners of real weights. Imports them, checks the graphs against the definition, speaks a few sentences, measures, and writes
// report.json and report.md, which hold no weights, no sound and no paths: they can be shared. The sound lies beside them.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { parseArgs } from 'node:util';
import { peak, readWav, rootMeanSquare } from '@gpt-talker/audio';
import { mustRun } from './program';

const SENTENCES: Readonly<Record<string, readonly string[]>> = {
  en: [
    'Hi.',
    'That sounds wonderful, I would love to come with you!',
    'The train leaves at ten past nine, so we still have an hour.',
  ],
  zh: ['好。', '今天天气真好，我们去公园吧！', '他昨天晚上十点半才回家，真的很累。'],
  yue: ['好。', '今日天氣好好，我哋去公園啦！'],
};

interface Spoken {
  language: string;
  text: string;
  file: string;
  durationSeconds: number;
  realTimeFactor: number;
  firstAudioSeconds: number;
  stopReason: string;
  peak: number;
  rootMeanSquare: number;
  warnings: string[];
}

async function main(): Promise<void> {
  const { values } = parseArgs({
    options: {
      ...{ gpt: { type: 'string' }, vits: { type: 'string' }, hubert: { type: 'string' }, bert: { type: 'string' } },
      ...{ 'speaker-encoder': { type: 'string' }, 'vits-config': { type: 'string' }, weights: { type: 'string' } },
      ...{ reference: { type: 'string', multiple: true }, out: { type: 'string', default: 'accepted' } },
    },
  });
  const { gpt, vits, hubert, out } = values;
  if (!gpt || !vits || !hubert) {
    console.error(
      'usage: --gpt X.ckpt --vits Y.pth --hubert FOLDER [--bert FOLDER] [--speaker-encoder FILE] [--reference FILE]… [--out FOLDER]',
    );
    process.exitCode = 2;
    return;
  }
  await mkdir(out, { recursive: true });
  const voice = path.join(out, 'voice');
  const options = ['bert', 'speaker-encoder', 'vits-config', 'weights'] as const;
  const given = options.flatMap((name) => (values[name] === undefined ? [] : [`--${name}`, values[name]]));
  const references = (values.reference ?? []).flatMap((file) => ['--reference', file]);
  const parts = ['--gpt', gpt, '--vits', vits, '--hubert', hubert, ...given, ...references];
  console.log('importing …');
  const imported = await mustRun(['voice', 'import', '--from', 'gpt-sovits', ...parts, '--out', voice, '--json']);
  const { bytes, languages, notes } = JSON.parse(imported.stdout) as {
    bytes: number;
    languages: string[];
    notes: string[];
  };
  const info = JSON.parse((await mustRun(['voice', 'info', voice, '--json'])).stdout) as Record<string, string>;
  console.log(`${info.model}: comparing its graphs with its weights …`);
  const checked = await mustRun(['voice', 'check', voice, '--from', gpt, '--from', vits, '--json']);
  const { compared } = JSON.parse(checked.stdout) as {
    compared: { graph: string; output: string; difference: number }[];
  };
  const dialogue = path.join(out, 'dialogue.json');
  await writeFile(
    dialogue,
    JSON.stringify({ turns: [{ role: 'user', text: languages[0] === 'zh' ? '你好！' : 'Hello!' }] }),
  );
  const spoken: Spoken[] = [];
  for (const language of languages) {
    for (const [index, text] of (SENTENCES[language] ?? []).entries()) {
      console.log(`speaking '${text}' …`);
      spoken.push(
        await speak({ voice, dialogue, language, text, file: path.join(out, `${language}-${index}.wav`), references }),
      );
    }
  }
  const report = {
    model: info.model,
    sizes: { ConGPT: info.ConGPT, ConVITS: info.ConVITS, mebibytes: Math.round(bytes / 2 ** 20) },
    // These say which published files they are, and nothing else.
    sha256: { gpt: await sha256(gpt), vits: await sha256(vits) },
    machine: {
      node: process.versions.node,
      cpu: cpus()[0]?.model ?? 'unknown',
      cores: cpus().length,
      gibibytes: Math.round(totalmem() / 2 ** 30),
    },
    import: { seconds: imported.seconds, peakMebibytes: imported.peakMebibytes, notes: notes.map(withoutFolders) },
    graphs: compared,
    spoken: spoken.map(({ file, ...rest }) => ({ ...rest, file: path.basename(file) })),
  };
  await writeFile(path.join(out, 'report.json'), `${JSON.stringify(report, null, 2)}\n`);
  await writeFile(path.join(out, 'report.md'), asMarkdown(report));
  console.log(`${path.join(out, 'report.md')} can be shared; listen to the recordings beside it`);
}

interface SpeakTask {
  voice: string;
  dialogue: string;
  language: string;
  text: string;
  file: string;
  references: string[];
}

async function speak({ voice, dialogue, language, text, file, references }: SpeakTask): Promise<Spoken> {
  const { stdout } = await mustRun([
    ...['talk', '--voice', voice, '--dialogue', dialogue, '--text', text, '--language', language],
    ...['--out', file, '--seed', '1', '--json', ...references],
  ]);
  const { durationSeconds, realTimeFactor, stopReason, warnings, timings } = JSON.parse(stdout) as Spoken & {
    timings: { firstAudioSeconds: number };
  };
  const { samples } = readWav(await readFile(file));
  if (!samples.every(Number.isFinite)) throw new Error(`'${text}' is not all finite`);
  const { firstAudioSeconds } = timings;
  const levels = { peak: peak(samples), rootMeanSquare: rootMeanSquare(samples) };
  return { language, text, file, durationSeconds, realTimeFactor, firstAudioSeconds, stopReason, ...levels, warnings };
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file), hash);
  return hash.digest('hex');
}

/** What stands before a file's name says something about its owner. */
const withoutFolders = (note: string) => note.replace(/(?:[A-Za-z]:)?[^\s:]*[\\/]/g, '');

function asMarkdown(report: {
  model: string;
  machine: { node: string; cpu: string; cores: number };
  import: { seconds: number; peakMebibytes: number; notes: string[] };
  graphs: { graph: string; output: string; difference: number }[];
  spoken: Omit<Spoken, 'file'>[];
}): string {
  const { machine, graphs, spoken } = report;
  return [
    `# ${report.model}`,
    `Node ${machine.node}, ${machine.cores} × ${machine.cpu}. Imported in ${report.import.seconds.toFixed(0)} s, at most ${report.import.peakMebibytes.toFixed(0)} MiB.`,
    ...report.import.notes.map((note) => `- ${note}`),
    '',
    '| graph | output | off by |',
    '| --- | --- | --- |',
    ...graphs.map(({ graph, output, difference }) => `| ${graph} | ${output} | ${(100 * difference).toFixed(3)} % |`),
    '',
    '| text | seconds | real-time factor | first sound | ended by | peak | level |',
    '| --- | --- | --- | --- | --- | --- | --- |',
    ...spoken.map(
      (each) =>
        `| ${each.text} | ${each.durationSeconds.toFixed(2)} | ${each.realTimeFactor.toFixed(2)} | ${each.firstAudioSeconds.toFixed(2)} s | ${each.stopReason} | ${each.peak.toFixed(2)} | ${each.rootMeanSquare.toFixed(3)} |`,
    ),
    '',
  ].join('\n');
}

main().catch((error: unknown) => {
  console.error((error as Error).message);
  process.exitCode = 1;
});
