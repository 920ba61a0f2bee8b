// What both kinds of examples of stage 2 have in common.
import type { PreparedTurn } from '@gpt-talker/dataset';
import type { Batch } from '../engine/engine';
import { TrainingDataError } from '../run/data-error';
import type { ConVitsRecipe } from './recipe';

export interface ReadBatch {
  /** Its place among all batches of a run: what is drawn for it depends on that alone. */
  readonly number: number;
  /** Of its utterances. */
  readonly names: readonly string[];
  readonly batch: Batch;
}

export interface ConVitsSampler {
  /** The batches of a step, counted from 0. */
  at(step: number): Promise<ReadBatch[]>;
  readonly stepsPerEpoch: number;
  stepsOf(epochs: number): number;
}

/** @throws TrainingDataError where a turn has phonemes or tokens that the model does not have */
export function checkIds(
  turn: PreparedTurn,
  { symbols, quantizer }: Pick<ConVitsRecipe['model'], 'symbols' | 'quantizer'>,
): void {
  const refuse = (what: string, id: number, count: number) =>
    new TrainingDataError(
      `${turn.name ?? turn.text}: ${what} ${id} is not one of the model's ${count}; train with the configuration and the codebook that the corpus was prepared for.`,
    );
  const phoneme = turn.phonemes.find((id) => id >= symbols);
  if (phoneme !== undefined) throw refuse('phoneme', phoneme, symbols);
  const token = turn.tokens.find((id) => id >= quantizer.size);
  if (token !== undefined) throw refuse('speech token', token, quantizer.size);
}
