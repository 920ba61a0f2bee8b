// NCSSD's collection (upstream pipeline/step-0.py to step-6.py) on local components: all steps in order, or some of them.
import { SessionHost } from '@gpt-talker/runtime';
import { DatasetError } from '../errors';
import { makeFolder, writeAtomically } from '../files/atomic';
import { ClusterDiarizer } from './clusters/diarizer';
import { type ModelPlace } from './models/open-model';
import { Rnnoise } from './models/rnnoise';
import { type SoundSeparator } from './models/separated';
import { ENHANCEMENT_PLACE, SEPARATION_PLACE, Separator } from './models/separator';
import { type CollectOptions, type TranscriptionOptions } from './options';
import { PocketsphinxRecognizer } from './pocketsphinx/recognizer';
import { STEPS, type StepName } from './records';
import { mainReason, type StepReport } from './report';
import { SherpaDiarizer } from './sherpa/diarizer';
import { Recognizer, recognizerPlace } from './sherpa/recognizer';
import { type Progress, type StepContext } from './steps/context';
import { diarize, type SpeakerSource } from './steps/diarize';
import { findDialogues } from './steps/dialogues';
import { enhance } from './steps/enhance';
import { extract } from './steps/extract';
import { layOut } from './steps/layout';
import { retranscribe } from './steps/retranscribe';
import { separate } from './steps/separate';
import { transcribe, type TextSource } from './steps/transcribe';
import { findScenes } from './steps/vad';
import { EnergyDetector } from './vad/energy';
import { SileroDetector } from './vad/silero';
import { Work } from './work';

export interface CollectRun {
  /** Default: all. */
  steps?: readonly StepName[];
  signal?: AbortSignal;
  onProgress?: (progress: Progress) => void;
}

/**
 * Runs the steps that are asked for; work that was done before from the same things is left alone. Writes `report.json` into
 * the work folder.
 * @throws DatasetError `option` for whatever is missing (a model, a program, an earlier step), before any work is begun;
 *   `empty` where no dialogue is left, saying which step and rule took most; `cancelled` when stopped by the signal
 */
export async function collect(
  options: CollectOptions,
  { steps = STEPS, signal, onProgress }: CollectRun = {},
): Promise<StepReport[]> {
  const context: StepContext = { work: new Work(options.work), signal, onProgress };
  await makeFolder(options.work);
  // Not every run needs models.
  let host: Promise<SessionHost> | undefined;
  const models = () => (host ??= SessionHost.start());
  const reports: StepReport[] = [];
  const opened: { dispose(): Promise<void> }[] = [];
  try {
    const prepared: ((context: StepContext) => Promise<StepReport>)[] = [];
    for (const step of STEPS.filter((name) => steps.includes(name))) {
      prepared.push(await PREPARE[step](options, models, (tool) => (opened.push(tool), tool)));
    }
    for (const run of prepared) {
      signal?.throwIfAborted();
      reports.push(await run(context));
    }
  } catch (error) {
    if (!signal?.aborted) throw error;
    throw new DatasetError('cancelled', `${options.work}: stopped; run the same again to go on from there`, {
      cause: error,
    });
  } finally {
    for (const tool of opened) await tool.dispose();
    await (await host)?.dispose();
  }
  await writeAtomically(context.work.path('report.json'), `${JSON.stringify(reports, null, 2)}\n`);
  const last = reports.at(-1);
  if (last?.kept === 0)
    throw new DatasetError(
      'empty',
      `${options.work}: no ${last.unit} left after step ${last.step}; ${mainReason(reports)}`,
    );
  return reports;
}

type Keep = <T extends { dispose(): Promise<void> }>(tool: T) => T;
/** Opens a step's tools, so that what is missing is told at once and not after hours. */
type Prepare = (
  options: CollectOptions,
  models: () => Promise<SessionHost>,
  keep: Keep,
) => Promise<(context: StepContext) => Promise<StepReport>>;

const PREPARE: Readonly<Record<StepName, Prepare>> = {
  async extract({ inputs, extract: options }) {
    return (context) => extract(context, inputs, options);
  },
  async vad({ vad }, models, keep) {
    const detector =
      vad.kind === 'energy'
        ? new EnergyDetector(vad.energy)
        : keep(await SileroDetector.open(await models(), vad.model, vad.silero));
    return (context) => findScenes(context, detector, vad.scenes);
  },
  async separate({ separation }, models, keep) {
    const separator = await openSeparator(separation, SEPARATION_PLACE, models);
    if (separator) keep(separator);
    return (context) => separate(context, separator, separation.noise);
  },
  async enhance({ enhancement }, models, keep) {
    const enhancer = await openSeparator(enhancement, ENHANCEMENT_PLACE, models);
    if (enhancer) keep(enhancer);
    return (context) => enhance(context, enhancer);
  },
  async diarize({ diarization }) {
    const source = await speakerSource(diarization);
    return (context) => diarize(context, source);
  },
  async transcribe({ transcription }) {
    const source = await textSource(transcription);
    return (context) => transcribe(context, source, transcription.speakers);
  },
  async dialogues({ dialogues }) {
    return (context) => findDialogues(context, dialogues);
  },
  async retranscribe({ secondTranscription: { kind, sherpa } }) {
    const place = recognizerPlace('--second-asr-model FOLDER', '--second-transcripts none');
    const recognizer =
      kind === 'none'
        ? undefined
        : await (kind === 'pocketsphinx' ? PocketsphinxRecognizer.open() : Recognizer.open(sherpa, place));
    return (context) => retranscribe(context, recognizer);
  },
  async layout({ output }) {
    return (context) => layOut(context, output);
  },
};

async function openSeparator(
  { kind, model }: CollectOptions['separation' | 'enhancement'],
  place: ModelPlace,
  models: () => Promise<SessionHost>,
): Promise<SoundSeparator | undefined> {
  if (kind === 'none') return undefined;
  return kind === 'rnnoise' ? Rnnoise.open() : Separator.open(await models(), model, place);
}

async function speakerSource({
  kind,
  clusters,
  sherpa,
  location,
}: CollectOptions['diarization']): Promise<SpeakerSource> {
  if (kind === 'clusters') return { kind, diarizer: new ClusterDiarizer(clusters) };
  if (kind === 'sherpa') return { kind, diarizer: await SherpaDiarizer.open(sherpa) };
  if (kind === 'transcripts') return { kind };
  if (location === undefined)
    throw new DatasetError('option', 'speakers from RTTM need --rttm with the file or a folder of {episode}.rttm');
  return { kind, location };
}

async function textSource({ kind, sherpa, maximumSeconds, location }: TranscriptionOptions): Promise<TextSource> {
  if (kind === 'pocketsphinx') return { kind, recognizer: await PocketsphinxRecognizer.open(), maximumSeconds };
  if (kind === 'sherpa') return { kind, recognizer: await Recognizer.open(sherpa), maximumSeconds };
  if (location === undefined) {
    throw new DatasetError(
      'option',
      `texts from ${kind} files need --transcript-files with a folder of {episode}.${kind}`,
    );
  }
  return { kind, location };
}
