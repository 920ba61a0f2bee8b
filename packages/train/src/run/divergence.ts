// When training has gone wrong for good: a loss that is no number, or one far above what it was. Going on would only overwrite good
// checkpoints with bad ones.
import { GptTalkerError } from '@gpt-talker/errors';
import type { Metrics } from '../engine/engine';

const WINDOW = 50;
const SHOWN = 6;

export class TrainingDivergedError extends GptTalkerError<'training-diverged'> {
  override readonly name = 'TrainingDivergedError';
  readonly step: number;
  /** What the batch held. */
  readonly names: readonly string[];
  /** Undefined where none had been saved yet. */
  readonly checkpoint: { file: string; step: number } | undefined;

  constructor(details: {
    step: number;
    reason: string;
    names: readonly string[];
    checkpoint: { file: string; step: number } | undefined;
  }) {
    const { step, reason, names, checkpoint } = details;
    const shown = names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? `, … (${names.length} in all)` : '');
    const batch = names.length > 0 ? ` The batch held ${shown}.` : '';
    const remedy = checkpoint
      ? `The last good checkpoint is ${checkpoint.file} (step ${checkpoint.step}): look at the batch, lower the learning rate, and go on with --resume`
      : 'No checkpoint had been saved yet: look at the batch, lower the learning rate, and begin again';
    super('training-diverged', `Training stopped at step ${step}: ${reason}${batch} ${remedy}.`);
    this.step = step;
    this.names = names;
    this.checkpoint = checkpoint;
  }
}

/** Compares each loss with the median of those before it. */
export class DivergenceWatch {
  private readonly losses: number[] = [];

  constructor(private readonly factor = 50) {}

  /** @throws RangeError where the loss exploded */
  check({ loss }: Metrics): void {
    if (this.losses.length === WINDOW) {
      const median = [...this.losses].sort((a, b) => a - b)[WINDOW / 2];
      if (median > 0 && loss > this.factor * median)
        throw new RangeError(
          `the loss is ${loss.toPrecision(4)}, over ${this.factor} times the median ${median.toPrecision(4)} of the last ${WINDOW} steps.`,
        );
      this.losses.shift();
    }
    this.losses.push(loss);
  }
}
