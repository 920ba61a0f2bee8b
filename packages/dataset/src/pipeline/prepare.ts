// From a corpus of recordings to training data, in five steps:
//
//   manifest ─► text (phonemes, BERT) ─┐
//       └─────► audio (sound, SSL) ────┼─► index (dialogues, filters) ─► corpus.json
//                  └─► tokens ─────────┘
//
// Every step's result for a chunk of turns is a file named after the hash of what went into it. A run that was killed goes on from
// the files that are there; what it ends with is, byte for byte, what an uninterrupted run ends with.
import { rename } from 'node:fs/promises';
import path from 'node:path';
import { openCorpus, type CorpusFormat } from '../corpus/open-corpus';
import { type Corpus } from '../corpus/types';
import { DatasetError } from '../errors';
import { makeFolder, outputError, removePartial, removeUnless, writeAtomically } from '../files/atomic';
import { writePreview } from '../preview/preview';
import { QueueRunner, type QueueOptions } from '../queue/queue-runner';
import { type CorpusDescription } from '../store/corpus-file';
import { symbolTableFor } from '../store/symbol-table';
import { type StoredAudio } from './audio-step';
import { planChunks } from './chunk';
import { UPSTREAM_FILTERS, type Filters } from './filters';
import { indexStep, type ChunkKeys } from './index-step';
import { CORPUS_FILE, FOLDERS, PREVIEW_FILE, REPORT_FILE, REPORT_TEXT_FILE, STEPS, stepFile } from '../store/layout';
import { Ledger } from './ledger';
import { StepProgress, type Progress } from './progress';
import { makeReport, reasonsText, reportText, type PrepareReport } from './report';
import { createRunner, mapConcurrently, type Runner } from './runner';
import { type SpeechSpec } from './speech-tools';
import { disposeTools, speechTools, textFeatures, type RunSettings } from './task';
import { type TextFeatureSpec } from './text-tools';
import { type SpeechTools, type TextFeatureExtractor } from './tools';

export interface PrepareOptions {
  /** A folder, or the list or manifest itself. */
  corpus: string;
  format: CorpusFormat;
  /** The folder to write. */
  output: string;
  /** How recordings become tokens: a description, or tools (with `workers: 0` only). */
  speech: SpeechSpec | SpeechTools;
  /** What texts get besides phonemes: likewise. */
  textFeatures?: TextFeatureSpec | TextFeatureExtractor;
  /** Of all texts; without it what the corpus says, or else each text's script. */
  language?: string;
  /** Format `list`: where recordings are that are not where the list says. */
  audioFolder?: string;
  /** How sound is kept; null leaves recordings where they are. Default 32 kHz at upstream's level. */
  sound?: StoredAudio | null;
  /** Limits for training; unnamed ones are upstream's. */
  filters?: Partial<Filters>;
  /** Share of dialogues to hold out, by the hash of their id. Default 0.03. */
  validationShare?: number;
  /** Worker threads; 0 (default) works in this thread. */
  workers?: number;
  /** Steps 1 to 4 are done by workers that take from this queue, instead of here. They have to see the same folders. */
  queue?: QueueOptions;
  /** Also write preview.html. */
  preview?: boolean;
  onProgress?: (progress: Progress) => void;
  signal?: AbortSignal;
}

const UPSTREAM_SOUND: StoredAudio = { sampleRate: 32_000, level: 'upstream' };

/**
 * @returns the report that is also in report.json and report.txt
 * @throws DatasetError `empty` where nothing usable is left, `output` where the folder cannot be written, `option`, `manifest`
 */
export async function prepare(options: PrepareOptions): Promise<PrepareReport> {
  const output = path.resolve(options.output);
  const sound = options.sound === null ? undefined : (options.sound ?? UPSTREAM_SOUND);
  const filters = { ...UPSTREAM_FILTERS, ...options.filters };
  const validationShare = options.validationShare ?? 0.03;
  checkNumbers(filters, validationShare, sound);
  const corpus = await openCorpus(options.corpus, options);
  const tools = await speechTools(options.speech);
  const features = await textFeatures(options.textFeatures);
  await makeFolders(output, options.queue ? OTHERS_WRITE_SECONDS : 0);
  const settings: RunSettings = { output, stored: sound, speech: options.speech, textFeatures: options.textFeatures };
  const ledger = new Ledger();
  const runner = options.queue
    ? await QueueRunner.open(options.queue, { tools, features, signal: options.signal })
    : await createRunner(options.workers ?? 0);
  try {
    const chunks = await runSteps(corpus, settings, ledger, runner, options);
    const turns = chunks.reduce((sum, chunk) => sum + chunk.turns, 0);
    const progress = new StepProgress('index', turns, options.onProgress);
    const index = await indexStep(chunks, ledger, {
      output,
      filters,
      validationShare,
      stored: sound !== undefined,
      onChunk: (done, seconds) => progress.add(done, seconds),
    });
    const report = makeReport({ corpus: path.resolve(options.corpus), format: options.format }, ledger);
    await writeAtomically(path.join(output, REPORT_FILE), `${JSON.stringify(report, null, 2)}\n`);
    await writeAtomically(path.join(output, REPORT_TEXT_FILE), reportText(report, { mostNames: Infinity }));
    refuseEmpty(report);
    await rename(index.file, stepFile(output, 'index', index.key)).catch((error) => {
      throw outputError(error, index.file);
    });
    const description: CorpusDescription = {
      format: 'gpt-talker-corpus',
      version: 1,
      ...(sound && { sound }),
      tokens: { perSecond: 25, vocabulary: tools.vocabulary, encoder: tools.fingerprint },
      symbols: symbolTableFor(Object.keys(report.languages)),
      ...(features && { features: { width: features.width } }),
      ...('ssl' in tools && { ssl: { width: tools.ssl.width } }),
      ...(tools.speaker && { speaker: { width: tools.speaker.width } }),
      historyTurns: filters.historyTurns,
      dialogues: report.dialogues,
      turns: report.turns,
      seconds: report.seconds,
      index: index.key,
      chunks: chunks.map(({ manifest, text, audio, tokens }) => ({ manifest, text, audio, tokens })),
    };
    await writeAtomically(path.join(output, CORPUS_FILE), `${JSON.stringify(description)}\n`);
    await removeUnused(output, description, options.preview ?? false);
    if (options.preview) await writePreview(output, report);
    return report;
  } finally {
    await runner.close();
    await disposeTools();
  }
}

/** Steps 1 to 4. Each goes over all chunks; what it made is found again by its key. */
async function runSteps(
  corpus: Corpus,
  settings: RunSettings,
  ledger: Ledger,
  runner: Runner,
  { onProgress, signal }: PrepareOptions,
): Promise<(ChunkKeys & { turns: number })[]> {
  const listener = {
    skip: (reason: string, name: string) => ledger.skip('manifest', reason, name),
    note: (remark: string, name: string) => ledger.note(remark, name),
  };
  const chunks: (ChunkKeys & { turns: number })[] = [];
  const crew = runner.crew?.bind(runner);
  const manifest = new StepProgress('manifest', undefined, onProgress, crew);
  const planned = planChunks(corpus.dialogues(listener));
  const described = mapConcurrently(planned, runner.concurrency, (turns) => {
    signal?.throwIfAborted();
    return runner.run({ step: 'manifest', settings, turns });
  });
  for await (const { key, turns, seconds, recognised } of cancellable(described, signal)) {
    chunks.push({ manifest: key, text: '', audio: '', tokens: '', turns });
    manifest.add(turns, seconds, recognised);
  }
  const total = chunks.reduce((sum, { turns }) => sum + turns, 0);
  for (const step of ['text', 'audio', 'tokens'] as const) {
    const progress = new StepProgress(step, total, onProgress, crew);
    let next = 0;
    const results = mapConcurrently(chunks, runner.concurrency, (chunk) => {
      signal?.throwIfAborted();
      return runner.run({ step, settings, chunk: chunk.manifest });
    });
    for await (const { key, turns, seconds, recognised } of cancellable(results, signal)) {
      chunks[next++][step] = key;
      progress.add(turns, seconds, recognised);
    }
  }
  return chunks;
}

async function* cancellable<T>(values: AsyncGenerator<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
  try {
    yield* values;
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new DatasetError('cancelled', 'preparing the corpus was cancelled; run it again to go on', { cause: error });
  }
}

/** Of a run that was killed, workers may still do what it asked for. */
const OTHERS_WRITE_SECONDS = 3600;

async function makeFolders(output: string, partialSeconds: number): Promise<void> {
  await makeFolder(output);
  for (const step of STEPS) {
    await makeFolder(path.join(output, FOLDERS[step]));
    await removePartial(path.join(output, FOLDERS[step]), partialSeconds);
  }
  await removePartial(output, partialSeconds);
}

/** Removes what earlier runs with other options or another corpus have left. */
async function removeUnused(output: string, { index, chunks }: CorpusDescription, preview: boolean): Promise<void> {
  for (const step of STEPS) {
    const keys = step === 'index' ? [index] : chunks.map((chunk) => chunk[step]);
    const names = new Set(keys.map((key) => path.basename(stepFile(output, step, key))));
    await removeUnless(path.join(output, FOLDERS[step]), (name) => names.has(name));
  }
  if (!preview) await removeUnless(output, (name) => name !== PREVIEW_FILE);
}

function refuseEmpty(report: PrepareReport): void {
  if (report.stages.gpt.targets > 0 || report.stages.vits.targets > 0) return;
  const found = report.steps[0].turns;
  const why = found === 0 ? 'no turn was found; check the format' : `of ${found}: ${reasonsText(report)}`;
  throw new DatasetError('empty', `${report.corpus}: no usable turn is left, ${why}; ${REPORT_FILE} names them`);
}

function checkNumbers(filters: Filters, validationShare: number, sound: StoredAudio | undefined): void {
  const wrong = (what: string) => new DatasetError('option', what);
  if (!Number.isInteger(filters.historyTurns) || filters.historyTurns < 0) {
    throw wrong(`historyTurns is ${filters.historyTurns}; give a whole number of at least 0`);
  }
  if (!(validationShare >= 0 && validationShare < 1))
    throw wrong(`validationShare is ${validationShare}; give a share from 0 to below 1`);
  if (sound && !(Number.isInteger(sound.sampleRate) && sound.sampleRate >= 8000)) {
    throw wrong(`sampleRate is ${sound.sampleRate}; give a whole number of at least 8000`);
  }
}
