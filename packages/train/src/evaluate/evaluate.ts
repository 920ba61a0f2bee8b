// The evaluation of a trained voice on held-out dialogues, as a table, as JSON, and as a page with players.
import path from 'node:path';
import { writeWav, type Audio } from '@gpt-talker/audio';
import type { SequenceLayout } from '@gpt-talker/context';
import { withPrepared, writeAtomically, type PreparedCorpus, type PreparedTurn } from '@gpt-talker/dataset';
import { ParameterError } from '@gpt-talker/nn';
import { TrainingCheckpointError } from '../run/checkpoint';
import { readRecipes, VoiceConfigError } from '../config';
import { compileOptions, type EngineOptions } from '../engine/create-engine';
import { TrainingDataError } from '../run/data-error';
import { readWeights } from '../run/initialize';
import { readAlignment } from '../congpt/alignment';
import { createConGpt, type ConGptNetwork } from '../congpt/model';
import { dataUrl, escapeHtml, htmlPage } from '../run/watch/html';
import { scoreContext, type ContextScores } from './context-gain';
import { validationReplies, readReply } from './validation-replies';
import { speakValidation, type SpeechScores, type SpokenReply } from './speak-validation';

export interface EvaluateOptions {
  /** Prepared corpus; its validation split is held out. */
  prepared: string;
  /** Folder for evaluation.json and evaluation.html. */
  output: string;
  /** Configuration and checkpoint of ConGPT, to score what the conversation is worth. */
  gpt?: { config: string; checkpoint: string };
  /** Folder of an exported voice, to let it speak. */
  voice?: string;
  /** At most this many replies; default: all for scoring, 50 for speaking. */
  limit?: number;
  seed?: number;
  engine?: EngineOptions;
  onProgress?: (message: string) => void;
}

export interface Evaluation {
  context?: ContextScores;
  speech?: SpeechScores;
}

export const EVALUATION_FILE = 'evaluation.json';
export const EVALUATION_PAGE = 'evaluation.html';
const SPOKEN = 50;
const PLAYED = 20;

/** @throws TrainingDataError where nothing is held out, VoiceConfigError, VoiceFileError, TrainingCheckpointError */
export async function evaluate(options: EvaluateOptions): Promise<Evaluation> {
  const { gpt, voice } = options;
  if (!gpt && !voice)
    throw new TrainingDataError('There is nothing to evaluate; give a checkpoint with its configuration, or a voice.');
  const scored = gpt && (await modelOf(gpt.config, gpt.checkpoint));
  return withPrepared(options.prepared, (corpus) => evaluateOn(corpus, scored, options));
}

async function evaluateOn(
  corpus: PreparedCorpus,
  scored: ScoredModel | undefined,
  options: EvaluateOptions,
): Promise<Evaluation> {
  const { voice, limit, engine = {} } = options;
  const repliesAfter = await validationReplies(corpus, scored?.roles ?? ['agent']);
  let context: ContextScores | undefined;
  if (scored) {
    const examples = repliesAfter(scored.historyTurns);
    options.onProgress?.(`scoring ${examples.length} replies after their own history, another one and none`);
    context = await scoreContext({
      ...scored,
      corpus,
      examples: spread(examples, limit ?? examples.length),
      compile: compileOptions(engine),
    });
  }
  let spoken: { scores: SpeechScores; replies: SpokenReply[] } | undefined;
  if (voice) {
    spoken = await speakValidation({
      voice,
      examplesOf: (historyTurns) =>
        Promise.all(
          spread(repliesAfter(historyTurns), limit ?? SPOKEN).map(({ inContext }) => readReply(corpus, inContext)),
        ),
      seed: options.seed,
      threads: engine.threads,
      onReply: (done, all) => options.onProgress?.(`spoke ${done} of ${all} replies`),
    });
  }
  const evaluation: Evaluation = { ...(context && { context }), ...(spoken && { speech: spoken.scores }) };
  const replies = spoken?.replies.map(({ made: _made, real: _real, ...reply }) => reply);
  await writeAtomically(
    path.join(options.output, EVALUATION_FILE),
    JSON.stringify({ ...evaluation, ...(replies && { replies }) }, null, 2) + '\n',
  );
  await writeAtomically(path.join(options.output, EVALUATION_PAGE), evaluationPage(evaluation, spoken?.replies ?? []));
  return evaluation;
}

const spread = <T>(values: readonly T[], count: number): T[] =>
  values.length <= count
    ? [...values]
    : Array.from({ length: count }, (_, i) => values[Math.floor((i * values.length) / count)]);

interface ScoredModel {
  network: ConGptNetwork;
  layout: SequenceLayout;
  positions: number;
  roles: readonly PreparedTurn['role'][];
  historyTurns: number;
}

async function modelOf(configFile: string, checkpoint: string): Promise<ScoredModel> {
  const { gpt: recipe } = await readRecipes(configFile);
  if (!recipe) throw new VoiceConfigError(`${configFile}: configures ConVITS; give the configuration of ConGPT`);
  const made: ScoredModel = {
    network: createConGpt(recipe),
    layout: { ...recipe.layout, alignment: await readAlignment(checkpoint, recipe) },
    positions: recipe.examples.positions,
    roles: recipe.examples.roles,
    historyTurns: recipe.voice.historyTurns,
  };
  const { store } = made.network;
  const weights = await readWeights(checkpoint);
  try {
    store.load(new Map(store.names().flatMap((name) => (weights.has(name) ? [[name, weights.get(name)!]] : []))));
  } catch (error) {
    if (!(error instanceof ParameterError)) throw error;
    throw new TrainingCheckpointError('mismatch', `${checkpoint}: ${error.message}`, { cause: error });
  }
  return made;
}

/** Rows of the table: what, how much, and what that means. */
export function evaluationRows({ context, speech }: Evaluation): [name: string, value: string, meaning: string][] {
  const number = (value: number, digits = 3) => (Number.isFinite(value) ? value.toFixed(digits) : '–');
  const percent = (value: number) => `${(100 * value).toFixed(1)} %`;
  const rows: [string, string, string][] = [];
  if (context) {
    const { history, shuffledHistory, noHistory } = context;
    const score = ({ negativeLogLikelihood, top1, top3 }: typeof history) =>
      `${number(negativeLogLikelihood)} · ${percent(top1)} · ${percent(top3)}`;
    rows.push(
      ['replies scored', String(context.replies), 'held out, each with a history'],
      ['own history', score(history), 'nats a token · right at once · among three'],
      ['another history', score(shuffledHistory), 'likewise'],
      ['no history', score(noHistory), 'likewise'],
      ['context gain', number(context.contextGain, 4), 'nats a token that the own history saves'],
      ['gain over another history', number(context.gainOverShuffled, 4), 'nats a token'],
    );
  }
  if (speech) {
    const { distance, tokens } = speech;
    rows.push(
      ['replies spoken', String(speech.replies), 'held out, compared with the recordings'],
      ['mel-cepstral distortion', `${number(distance.melCepstralDistortion, 2)} dB`, 'after warping'],
      ['log-pitch RMSE', number(distance.logPitchRmse), 'natural logarithm, voiced frames'],
      ['log-pitch correlation', number(distance.logPitchCorrelation), 'voiced frames'],
      ['voicing error', percent(distance.voicingError), 'frames voiced in one only'],
      ['duration error', percent(distance.durationError), 'of the recording'],
      ['pitch contour distance', number(distance.pitchContourDistance), 'warped log-pitch, mean removed'],
      ['end-of-speech failures', percent(tokens.endFailures), 'replies that were cut'],
      ['repeated n-grams', percent(tokens.repeating), 'replies that stutter'],
      ['tokens a phoneme', number(tokens.tokensPerPhoneme, 2), 'mean'],
      ['length outliers', percent(tokens.lengthOutliers), 'under half or over twice the recordings’ rate'],
      ...similarityRow(speech),
      ['real-time factor', `${number(speech.realTimeFactor, 1)} ×`, 'seconds spoken a second'],
    );
  }
  return rows;
}

/** For voices that distinguish speakers. */
function similarityRow({ speakerSimilarity }: SpeechScores): [string, string, string][] {
  if (speakerSimilarity === undefined) return [];
  return [['speaker similarity', speakerSimilarity.toFixed(3), 'of made and recorded; 1: the same speaker']];
}

/** The table for a terminal. */
export function evaluationTable(evaluation: Evaluation): string {
  const rows = evaluationRows(evaluation);
  const width = (column: number) => Math.max(...rows.map((row) => row[column].length));
  return rows
    .map(([name, value, meaning]) => `${name.padEnd(width(0))}  ${value.padStart(width(1))}  ${meaning}`)
    .join('\n');
}

function evaluationPage(evaluation: Evaluation, replies: readonly SpokenReply[]): string {
  const rows = evaluationRows(evaluation).map(
    ([name, value, meaning]) =>
      `<tr><td>${escapeHtml(name)}</td><td>${escapeHtml(value)}</td><td>${escapeHtml(meaning)}</td></tr>`,
  );
  const player = (label: string, audio: Audio) =>
    `<label>${label}<audio controls preload="none" src="${dataUrl('audio/wav', writeWav(audio))}"></audio></label>`;
  const figures = replies
    .slice(0, PLAYED)
    .map(
      ({ text, made, real, distance, stopReason }) =>
        `<figure><figcaption>${escapeHtml(text)}<br><small>${distance.melCepstralDistortion.toFixed(1)} dB${stopReason === 'length' ? ', cut' : ''}</small></figcaption>${player('made', made)}${player('recorded', real)}</figure>`,
    );
  return htmlPage(
    'Evaluation',
    `<h1>Evaluation on held-out dialogues</h1>\n<div class="scroll"><table><tbody>\n${rows.join('\n')}\n</tbody></table></div>\n` +
      (figures.length > 0 ? `<h2>Replies</h2>\n<div class="grid">${figures.join('\n')}</div>` : ''),
  );
}
