// gpt-talker voice import: makes a voice of weights that the user brings. The only command that loads TensorFlow.js, and only when it
// runs.
import { rm, stat } from 'node:fs/promises';
import path from 'node:path';
import { Command, Option } from 'commander';
import { UsageError } from '../report-error';
import { loadTrain } from './load-train';

interface ImportOptions {
  from: 'gpt-sovits' | 'gpt-talker';
  gpt: string;
  vits: string;
  vitsConfig?: string;
  hubert: string;
  bert?: string;
  speakerEncoder?: string;
  speaker?: string;
  right?: string;
  out: string;
  name?: string;
  license: string;
  reference: string[];
  referenceText?: string;
  weights: 'float32' | 'float16' | 'int8';
  json?: boolean;
}

export function importCommand(): Command {
  return new Command('import')
    .description("Makes a voice of GPT-SoVITS's (v1, v2, v2Pro, v2ProPlus) or GPT-Talker's weights.")
    .addOption(
      new Option('--from <system>', 'whose weights they are; this decides how a conversation is read')
        .choices(['gpt-sovits', 'gpt-talker'])
        .makeOptionMandatory(),
    )
    .requiredOption('--gpt <file>', 'first stage, a .ckpt')
    .requiredOption('--vits <file>', 'second stage, a .pth')
    .requiredOption('--hubert <folder>', 'Hugging Face folder of chinese-hubert-base')
    .option(
      '--bert <folder>',
      'Hugging Face folder of chinese-roberta-wwm-ext-large; without it the voice reads English only',
    )
    .option('--speaker-encoder <file>', 'pretrained_eres2netv2w24s4ep4.ckpt, which v2Pro and v2ProPlus need')
    .option(
      '--vits-config <file>',
      "upstream's s2.json, where the second stage is a training checkpoint of unusual size",
    )
    .requiredOption('-o, --out <folder>', 'folder to write; must not exist yet')
    .option('--name <name>', "the voice's name (default: the folder's)")
    .option('--license <text>', 'under what terms the weights may be used', 'not stated; ask whoever made the weights')
    .option('--speaker <who>', 'whose speech the voice speaks with; kept in the voice and shown')
    .option('--right <what>', 'by what right: their consent, a licence, your own voice')
    .option(
      '--reference <file>',
      'wav file with the timbre of replies to dialogues without speech of the agent; repeatable, several are averaged',
      (file: string, known: string[]) => [...known, file],
      [] as string[],
    )
    .option('--reference-text <text>', 'what is said in the first of them')
    .addOption(
      new Option('--weights <type>', 'how weights are stored; int8: those of the first stage, which speaks sooner then')
        .choices(['float32', 'float16', 'int8'])
        .default('float16'),
    )
    .option('--json', 'print one JSON object instead of progress')
    .action((options: ImportOptions) => importFrom(options));
}

async function importFrom(options: ImportOptions): Promise<void> {
  const { out, json } = options;
  if ((options.speaker === undefined) !== (options.right === undefined))
    throw new UsageError('--speaker and --right belong together: whose speech it is, and by what right; give both');
  if (await stat(out).catch(() => undefined)) throw new UsageError(`${out}: is there already; choose another --out`);
  if (options.referenceText !== undefined && options.reference.length === 0)
    throw new UsageError('--reference-text is given without --reference; give both');
  const interruption = new AbortController();
  process.once('SIGINT', () => interruption.abort());
  const say = (line: string) => json || process.stdout.write(`${line}\n`);
  const begin = performance.now();
  const { importVoice } = await loadTrain('voice import');
  const { manifest, notes } = await importVoice({
    family: options.from,
    gptCheckpoint: options.gpt,
    vitsCheckpoint: options.vits,
    vitsConfig: options.vitsConfig,
    hubertFolder: options.hubert,
    bertFolder: options.bert,
    references: options.reference.map((file, index) => ({ file, ...(index === 0 && { text: options.referenceText }) })),
    speakerEncoder: options.speakerEncoder,
    consent: await consentOf(options),
    name: options.name ?? path.basename(path.resolve(out)),
    license: options.license,
    weights: options.weights,
    output: out,
    signal: interruption.signal,
    onProgress: (step) => say(`${step[0].toUpperCase()}${step.slice(1)} …`),
  });
  await tryVoice(out);
  const bytes = Object.values(manifest.files).reduce((sum, file) => sum + file.bytes, 0);
  const seconds = (performance.now() - begin) / 1000;
  for (const note of notes) say(`Note: ${note}`);
  if (!manifest.consent) say('Note: it is not stated whose speech this voice speaks with; give --speaker and --right');
  say(`${out}: ${manifest.languages.join(' and ')}, ${Math.ceil(bytes / 2 ** 20)} MiB, in ${seconds.toFixed(1)} s`);
  if (json) {
    const { name, languages } = manifest;
    process.stdout.write(`${JSON.stringify({ folder: path.resolve(out), name, languages, bytes, seconds, notes })}\n`);
  }
}

/** Whose speech it is and by what right: as given, else asked for where somebody can answer; left open where nobody does. */
async function consentOf({
  speaker,
  right,
  json,
}: ImportOptions): Promise<{ speaker: string; right: string } | undefined> {
  if (speaker !== undefined && right !== undefined) return { speaker, right };
  if (json || !process.stdin.isTTY || !process.stdout.isTTY) return undefined;
  const { createInterface } = await import('node:readline/promises');
  const questions = createInterface({ input: process.stdin, output: process.stdout });
  try {
    const who = (await questions.question('Whose speech does this voice speak with? (leave empty if unknown) ')).trim();
    if (who === '') return undefined;
    const why = (await questions.question('By what right (their consent, a licence, your own voice)? ')).trim();
    return why === '' ? undefined : { speaker: who, right: why };
  } finally {
    questions.close();
  }
}

/** A voice that cannot be loaded is not left behind: the fault would be found later, by someone else. */
async function tryVoice(folder: string): Promise<void> {
  const { Talker } = await import('@gpt-talker/talker');
  try {
    await (await Talker.load(folder)).dispose();
  } catch (error) {
    await rm(folder, { recursive: true, force: true });
    throw error;
  }
}
