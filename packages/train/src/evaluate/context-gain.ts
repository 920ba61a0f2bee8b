// What the conversation is worth to ConGPT: held-out replies scored after their own history, after another conversation's, and after
// none. A model that listens is surprised least by its own.
import type * as tf from '@tensorflow/tfjs-core';
import type { SequenceLayout } from '@gpt-talker/context';
import { fillRows, type PreparedCorpus, type PreparedTurn } from '@gpt-talker/dataset';
import type { CompileOptions } from '@gpt-talker/tfjs-onnx';
import { Evaluator } from '../engine/evaluator';
import { packBatch } from '../congpt/batches';
import { conGptLoss } from '../congpt/objective';
import { adapted, type ConGptNetwork } from '../congpt/model';
import { turnSegments } from '../congpt/segments';
import { TrainingState } from '../engine/state';
import { readReply, type ValidationReply } from './validation-replies';

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
  network: ConGptNetwork;
  layout: SequenceLayout;
  corpus: PreparedCorpus;
  examples: readonly ValidationReply[];
  /** Positions of a row. */
  positions: number;
  compile?: CompileOptions;
}

/**
 * A reply's pace is expected from its history, as in use. Were it taken from the reply itself, as in training, it would show the mood that
 * the history is to show.
 */
const AS_SPOKEN = 1;

/** A reply after the history of this or another one, or after none. */
interface Variant {
  reply: ValidationReply;
  history?: ValidationReply;
}

/** @throws RangeError where fewer than two examples have a history */
export async function scoreContext(options: ContextScoreOptions): Promise<ContextScores> {
  const { network, layout, corpus, positions } = options;
  const { store, model } = network;
  const examples = options.examples.filter(
    ({ inContext }) => inContext.history > 0 && inContext.positions <= positions,
  );
  if (examples.length < 2)
    throw new RangeError(
      `Only ${examples.length} held-out replies have a history that fits into ${positions} positions.`,
    );
  const state = TrainingState.initial(store, []);
  const metrics = (batch: Record<string, tf.Tensor>) => ({
    ...adapted(network, () => conGptLoss(model, batch, { layout })),
  });
  const evaluator = await Evaluator.create({ store, batch: [], metrics }, state, options.compile);
  const score = async (variants: readonly Variant[]): Promise<TokenScore> => {
    const sums = { loss: 0, top1: 0, top3: 0, targets: 0 };
    const placed = variants.map((variant) => ({ variant, positions: positionsOf(variant) }));
    for (const row of fillRows(placed, positions)) {
      const segments = await Promise.all(
        row.map(async ({ variant }) => turnSegments(await read(corpus, variant), model.config)),
      );
      const batch = packBatch([segments], { rows: 1, positions }, { ...layout, pace: AS_SPOKEN }, model.config);
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
    const history = await score(examples.map((reply) => ({ reply, history: reply })));
    const shuffledHistory = await score(shuffled(examples, positions));
    const noHistory = await score(examples.map((reply) => ({ reply })));
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

const positionsOf = ({ reply, history }: Variant): number =>
  reply.alone.positions + (history ? history.inContext.positions - history.alone.positions : 0);

async function read(corpus: PreparedCorpus, { reply, history }: Variant): Promise<PreparedTurn[]> {
  if (history === reply) return readReply(corpus, reply.inContext);
  const before = history ? (await readReply(corpus, history.inContext)).slice(0, -1) : [];
  return [...before, ...(await readReply(corpus, reply.alone))];
}

/** Each reply after the history of the example half the list away that fits: another conversation, and the same every time. */
function shuffled(examples: readonly ValidationReply[], positions: number): Variant[] {
  const half = Math.floor(examples.length / 2);
  return examples.map((reply, index) => {
    for (let away = half; away < examples.length + half; away++) {
      const history = examples[(index + away) % examples.length];
      if (history !== reply && positionsOf({ reply, history }) <= positions) return { reply, history };
    }
    return { reply, history: reply };
  });
}
