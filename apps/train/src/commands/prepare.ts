// gpt-talker-train prepare: training data from a corpus of recordings.
import path from 'node:path';
import { Option, type Command } from 'commander';
import type { CorpusFormat, PrepareOptions, SpeechSpec, TextFeatureSpec } from '@gpt-talker/dataset';
import { UsageError } from '../failure';
import { FORMATS } from './formats';
import { count, share } from './numbers';
import { ProgressJson, ProgressLine } from './prepare-progress';

interface PrepareArguments {
  corpus?: string;
  format?: CorpusFormat;
  manifest?: string;
  out: string;
  voice?: string;
  codebook?: string;
  vits?: string;
  vitsConfig?: string;
  hubert?: string;
  bert?: string;
  speakerEncoder?: string;
  language?: string;
  audio?: string;
  sampleRate?: number;
  level: 'upstream' | 'as-is';
  keepAudio: boolean;
  history: number;
  heldOut: number;
  workers?: number;
  queue?: string;
  priority?: number;
  json: boolean;
  preview: boolean;
  upstream?: string;
}

export function addPrepareCommand(program: Command): void {
  program
    .command('prepare')
    .description('turn recordings and texts into training data; run it again to go on after an interruption')
    .option('--corpus <path>', 'folder of the corpus, or its list or manifest')
    .addOption(new Option('--format <name>', 'how the corpus is laid out').choices(FORMATS))
    .option('--manifest <file>', 'the same as --corpus FILE --format manifest --keep-audio')
    .requiredOption('--out <directory>', 'folder to write')
    .option('--voice <directory>', 'encode speech (and text) as this voice does')
    .option('--codebook <file>', 'or with these speech codes, from the encoder command')
    .option('--vits <file>', 'or with the quantiser of this SoVITS checkpoint (.pth); needs --hubert')
    .option('--vits-config <file>', 'its s2.json, where it is a training checkpoint')
    .option('--hubert <directory>', 'Hugging Face folder of the HuBERT that it was trained with')
    .option('--bert <directory>', 'Hugging Face folder of the BERT that Chinese is read with')
    .option('--speaker-encoder <file>', 'the ERes2NetV2 (.ckpt) that v2Pro and v2ProPlus are trained with')
    .option('--language <code>', 'of all texts; otherwise what the corpus says, or each text’s script')
    .option('--audio <directory>', 'format list: where recordings are that are not where the list says')
    .option('--sample-rate <hertz>', 'of the sound that is kept (default: the voice’s, or 32000 as upstream)', count)
    .addOption(
      new Option('--level <name>', 'of the sound that is kept').choices(['upstream', 'as-is']).default('upstream'),
    )
    .option('--keep-audio', 'leave recordings where they are instead of copying their sound', false)
    .option('--history <turns>', 'history turns that the filters count in', count, 2)
    .option('--held-out <share>', 'share of the dialogues that is not trained on', share, 0.03)
    .option('--workers <number>', 'worker threads (default: one for each processor)', count)
    .option('--queue <url>', 'redis://… of a queue: workers (see the worker command) do the work, here or elsewhere')
    .option('--priority <number>', 'of several runs on one queue; 0 comes first', count)
    .option('--json', 'print one JSON object a line: how far it is, and at the end the report', false)
    .option('--preview', 'also write preview.html: a page to look at and listen to the corpus', false)
    .option('--upstream <directory>', 'also write the files that GPT-Talker’s own training reads')
    .action(runPrepare);
}

async function runPrepare(given: PrepareArguments): Promise<void> {
  const { availableParallelism } = await import('node:os');
  const { openPrepared, prepare, reportText, writeUpstream } = await import('@gpt-talker/dataset');
  const { corpus, format, keepAudio } = source(given);
  if (given.queue !== undefined && given.workers !== undefined)
    throw new UsageError(
      `--workers are threads here, and with --queue others work; start 'gpt-talker-train worker --queue … --workers ${given.workers}'`,
    );
  if (given.queue === undefined && given.priority !== undefined) throw new UsageError('--priority belongs to --queue');
  const { level, out, upstream } = given;
  const { speech, textFeatures, sampleRate } = await tools(given, (step) => console.error(step));
  const progress = given.json ? new ProgressJson() : new ProgressLine();
  const stop = new AbortController();
  const onSignal = () => stop.abort();
  process.once('SIGINT', onSignal).once('SIGTERM', onSignal);
  const options: PrepareOptions = {
    corpus,
    format,
    output: out,
    speech,
    textFeatures,
    language: given.language,
    audioFolder: given.audio,
    sound: keepAudio ? null : { sampleRate: given.sampleRate ?? sampleRate ?? 32_000, level },
    filters: { historyTurns: given.history },
    validationShare: given.heldOut,
    ...(given.queue === undefined
      ? { workers: given.workers ?? availableParallelism() }
      : { queue: { url: given.queue, priority: given.priority, onNote: (note) => progress.say(note) } }),
    preview: given.preview,
    onProgress: (value) => progress.show(value),
    signal: stop.signal,
  };
  const report = await prepare(options).finally(() => progress.end());
  process.stdout.write(given.json ? `${JSON.stringify({ event: 'report', ...report })}\n` : reportText(report));
  if (upstream !== undefined) {
    const prepared = await openPrepared(out);
    try {
      const filters = { historyTurns: given.history };
      const counts = await writeUpstream(prepared, upstream, { filters });
      const print = given.json ? console.error : console.log;
      print(`${upstream}: ${counts.turns} turns in upstream’s files, ${counts.trained} of them in train.list`);
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

/** What encodes speech and text. */
async function tools(
  given: PrepareArguments,
  onProgress: (step: string) => void,
): Promise<{ speech: SpeechSpec; textFeatures?: TextFeatureSpec; sampleRate?: number }> {
  const { voice, codebook, vits, vitsConfig, hubert, bert, speakerEncoder, out } = given;
  const named = [voice, codebook, vits].filter((source) => source !== undefined).length;
  if (named !== 1) {
    throw new UsageError(
      `${named === 0 ? 'what turns speech into tokens is missing' : 'several things turn speech into tokens'}: give one of --voice, --codebook, --vits`,
    );
  }
  if (vits === undefined && (hubert ?? bert ?? vitsConfig ?? speakerEncoder) !== undefined) {
    throw new UsageError(
      '--hubert, --bert, --speaker-encoder and --vits-config belong to --vits; a voice brings its own',
    );
  }
  if (codebook !== undefined) return { speech: { kind: 'spectral', codebook } };
  if (voice !== undefined) {
    const { toolsOfVoice } = await import('@gpt-talker/dataset');
    return toolsOfVoice(voice);
  }
  if (hubert === undefined) throw new UsageError('--hubert is missing: --vits takes tokens from HuBERT’s features');
  const { exportSpeechGraphs } = await import('@gpt-talker/train/export');
  return exportSpeechGraphs({
    vitsCheckpoint: vits!,
    vitsConfig,
    hubertFolder: hubert,
    bertFolder: bert,
    speakerEncoder,
    output: path.join(out, 'ears'),
    onProgress,
  });
}
