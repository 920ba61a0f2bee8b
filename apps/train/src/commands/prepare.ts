// gpt-talker-train prepare: training data from a corpus of recordings.
import { InvalidArgumentError, Option, type Command } from 'commander';
import type { CorpusFormat, PrepareOptions, SpeechSpec } from '@gpt-talker/dataset';
import { UsageError } from '../failure';
import { ProgressLine } from './prepare-progress';

interface PrepareArguments {
  corpus?: string;
  format?: CorpusFormat;
  manifest?: string;
  out: string;
  voice?: string;
  codebook?: string;
  language?: string;
  audio?: string;
  sampleRate?: number;
  level: 'upstream' | 'as-is';
  keepAudio: boolean;
  history: number;
  heldOut: number;
  workers?: number;
  preview: boolean;
  upstream?: string;
}

const FORMATS: readonly CorpusFormat[] = ['dailytalk', 'ncssd', 'list', 'manifest'];

export function addPrepareCommand(program: Command): void {
  program
    .command('prepare')
    .description('turn recordings and texts into training data; run it again to go on after an interruption')
    .option('--corpus <path>', 'folder of the corpus, or its list or manifest')
    .addOption(new Option('--format <name>', 'how the corpus is laid out').choices(FORMATS))
    .option('--manifest <file>', 'the same as --corpus FILE --format manifest --keep-audio')
    .requiredOption('--out <directory>', 'folder to write')
    .option('--voice <directory>', 'take the speech tokens of this voice')
    .option('--codebook <file>', 'or of these speech codes, from the encoder command')
    .option('--language <code>', 'of all texts; otherwise what the corpus says, or each text’s script')
    .option('--audio <directory>', 'format list: where recordings are that are not where the list says')
    .option('--sample-rate <hertz>', 'of the sound that is kept (default: 32000, as upstream)', whole)
    .addOption(
      new Option('--level <name>', 'of the sound that is kept').choices(['upstream', 'as-is']).default('upstream'),
    )
    .option('--keep-audio', 'leave recordings where they are instead of copying their sound', false)
    .option('--history <turns>', 'history turns that the filters count in', whole, 2)
    .option('--held-out <share>', 'share of the dialogues that is not trained on', share, 0.03)
    .option('--workers <number>', 'worker threads (default: one for each processor)', whole)
    .option('--preview', 'also write preview.html: a page to look at and listen to the corpus', false)
    .option('--upstream <directory>', 'also write the files that GPT-Talker’s own training reads')
    .action(runPrepare);
}

async function runPrepare(given: PrepareArguments): Promise<void> {
  const { availableParallelism } = await import('node:os');
  const { openPrepared, prepare, reportText, writeUpstream } = await import('@gpt-talker/dataset');
  const { corpus, format, keepAudio } = source(given);
  const { sampleRate = 32_000, level, out, upstream } = given;
  const progress = new ProgressLine();
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const options: PrepareOptions = {
    corpus,
    format,
    output: out,
    speech: await speech(given),
    language: given.language,
    audioFolder: given.audio,
    sound: keepAudio ? null : { sampleRate, level },
    filters: { historyTurns: given.history },
    heldOut: given.heldOut,
    workers: given.workers ?? availableParallelism(),
    preview: given.preview,
    onProgress: (value) => progress.show(value),
    signal: stop.signal,
  };
  const report = await prepare(options).finally(() => progress.end());
  process.stdout.write(reportText(report));
  if (upstream !== undefined) {
    const prepared = await openPrepared(out);
    try {
      const filters = { historyTurns: given.history };
      const counts = await writeUpstream(prepared, upstream, { filters });
      console.log(`${upstream}: ${counts.turns} turns in upstream’s files, ${counts.trained} of them in train.list`);
    } finally {
      await prepared.close();
    }
  }
}

function source({ corpus, format, manifest, keepAudio }: PrepareArguments) {
  if (manifest !== undefined) {
    if (corpus !== undefined) throw new UsageError('--manifest and --corpus name two corpora; give one');
    return { corpus: manifest, format: 'manifest' as const, keepAudio: true };
  }
  if (corpus === undefined) throw new UsageError('--corpus is missing: name the folder with the recordings');
  if (format === undefined) throw new UsageError(`--format is missing: ${FORMATS.join(', ')}`);
  return { corpus, format, keepAudio };
}

/** How recordings become tokens. */
async function speech({ voice, codebook }: PrepareArguments): Promise<SpeechSpec> {
  if (codebook !== undefined && voice !== undefined) throw new UsageError('--voice and --codebook: give one');
  if (codebook !== undefined) return { kind: 'spectral', codebook };
  if (voice === undefined) {
    throw new UsageError('--voice or --codebook is missing: name what turns speech into tokens');
  }
  const { openVoice } = await import('@gpt-talker/runtime');
  const opened = await openVoice(voice);
  const { encoder } = opened.manifest;
  if (encoder.kind !== 'spectral') throw new UsageError(`${voice}: its encoder is ${encoder.kind}`);
  return { kind: 'spectral', codebook: opened.path(encoder.file) };
}

function whole(text: string): number {
  const value = Number(text);
  if (!Number.isInteger(value) || value < 0) throw new InvalidArgumentError('give a whole number of at least 0');
  return value;
}

function share(text: string): number {
  const value = Number(text);
  if (!(value >= 0 && value < 1)) throw new InvalidArgumentError('give a number from 0 to below 1');
  return value;
}
