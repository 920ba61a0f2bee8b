// What the conversation is worth to ConGPT: held-out replies scored after their own history, after another conversation's, and after
// none. A model that listens is surprised least by its own.
import type * as tf from '@tensorflow/tfjs-core';
import type { SequenceLayout } from '@gpt-talker/context';
import type { PreparedTurn } from '@gpt-talker/dataset';
import type { ConGpt } from '@gpt-talker/gpt/model';
import type { ParameterStore } from '@gpt-talker/nn';
import type { CompileOptions } from '@gpt-talker/tfjs-onnx';
import type { Batch } from '../engine';
import { Evaluator } from '../evaluator';
import { gptBatchSpecs, gptLoss } from '../stages/gpt';
import { turnSegments } from '../stages/gpt-epochs';
import { packSegments } from '../stages/gpt-rows';
import { TrainingState } from '../state';

export interface TokenScore {
  /** Nats a token. */
  negativeLogLikelihood: number;
  top1: number;
  top3: number;
}

export interface ContextScores {
  /** How many replies were scored; each has at least one turn of history. */
  replies: number;
  history: TokenScore;
  shuffledHistory: TokenScore;
  noHistory: TokenScore;
  /** How much less surprising, in nats a token, the own history makes a reply than none. */
  contextGain: number;
  /** Likewise, than another conversation's history. */
  gainOverShuffled: number;
}

export interface ContextScoreOptions {
  store: ParameterStore;
  model: ConGpt;
  layout: SequenceLayout;
  /** History and reply of each example, its last turn the target. */
  examples: readonly (readonly PreparedTurn[])[];
  /** Positions of a row. */
  positions: number;
  compile?: CompileOptions;
  /** Runs the model, for example with adapters bound. */
  adapt?: <T>(compute: () => T) => T;
}

/** @throws RangeError where fewer than two examples have a history */
export async function scoreContext(options: ContextScoreOptions): Promise<ContextScores> {
  const { store, model, layout, positions, adapt = (compute) => compute() } = options;
  const fits = (turns: readonly PreparedTurn[]) =>
    turns.reduce((sum, { phonemes, tokens }) => sum + phonemes.length + tokens.length, 0) <= positions;
  const examples = options.examples.filter((turns) => turns.length > 1 && fits(turns));
  if (examples.length < 2)
    throw new RangeError(
      `Only ${examples.length} held-out replies have a history that fits into ${positions} positions.`,
    );
  const specs = gptBatchSpecs(model, { rows: 1, positions });
  const state = TrainingState.initial(store, []);
  const metrics = (batch: Record<string, tf.Tensor>) => ({ ...adapt(() => gptLoss(model, batch)) });
  const evaluator = await Evaluator.create({ store, batch: specs, metrics }, state, options.compile);
  const score = async (variants: readonly (readonly PreparedTurn[])[]): Promise<TokenScore> => {
    const sums = { loss: 0, top1: 0, top3: 0, targets: 0 };
    for (const row of rowsOf(variants, positions)) {
      const segments = await Promise.all(row.map((turns) => turnSegments(turns, model.config.featureWidth)));
      const batch: Batch = packSegments([segments], { rows: 1, positions }, layout, model.config);
      const { loss, top1, top3, targets } = await evaluator.score(batch);
      sums.loss += loss * targets;
      sums.top1 += top1 * targets;
      sums.top3 += top3 * targets;
      sums.targets += targets;
    }
    const { loss, top1, top3, targets } = sums;
    return { negativeLogLikelihood: loss / targets, top1: top1 / targets, top3: top3 / targets };
  };
  try {
    const history = await score(examples);
    const shuffledHistory = await score(shuffled(examples, fits));
    const noHistory = await score(examples.map((turns) => turns.slice(-1)));
    const gain = (than: TokenScore) => than.negativeLogLikelihood - history.negativeLogLikelihood;
    return {
      replies: examples.length,
      ...{ history, shuffledHistory, noHistory },
      contextGain: gain(noHistory),
      gainOverShuffled: gain(shuffledHistory),
    };
  } finally {
    await evaluator.dispose();
  }
}

/** Each reply after the history of the example half the list away that fits: another conversation, and the same every time. */
function shuffled(
  examples: readonly (readonly PreparedTurn[])[],
  fits: (turns: readonly PreparedTurn[]) => boolean,
): PreparedTurn[][] {
  return examples.map((turns, index) => {
    const target = turns[turns.length - 1];
    for (let away = Math.floor(examples.length / 2); away < examples.length + Math.floor(examples.length / 2); away++) {
      const other = examples[(index + away) % examples.length];
      const mixed = [...other.slice(0, -1), target];
      if (other !== turns && fits(mixed)) return mixed;
    }
    return [...turns];
  });
}

function rowsOf(examples: readonly (readonly PreparedTurn[])[], positions: number): (readonly PreparedTurn[])[][] {
  const rows: (readonly PreparedTurn[])[][] = [];
  let used = Infinity;
  for (const turns of examples) {
    const length = turns.reduce((sum, { phonemes, tokens }) => sum + phonemes.length + tokens.length, 0);
    if (used + length > positions) {
      rows.push([]);
      used = 0;
    }
    rows[rows.length - 1].push(turns);
    used += length;
  }
  return rows;
}
