// Everything that training a ConGPT depends on. Both dialects of configurations are read into it (see config/), and a run keeps it
// beside its checkpoints, so that exporting or evaluating the run needs no configuration.
import type { SequenceLayout } from '@gpt-talker/context';
import type { PreparedTurn } from '@gpt-talker/dataset';
import type { ConGptConfig } from '@gpt-talker/gpt/model';
import type { VoiceManifest } from '@gpt-talker/voice';
import type { LoraOptions } from '../engine/lora';
import type { StageRecipe } from '../run/recipe';

export interface ConGptRecipe extends StageRecipe {
  readonly stage: 'gpt';
  readonly model: ConGptConfig;
  readonly layout: Pick<SequenceLayout, 'order' | 'textMask'>;
  /** Speech sees its own text through a prior whose durations are taken from the corpus; absent: all that came before. */
  readonly alignment?: {
    readonly freeTokens: number;
    readonly decayTokens: number;
    /** The decay of the exported voice, where it is to keep closer to what is expected than it was taught to. */
    readonly spokenDecayTokens?: number;
  };
  readonly examples: ExampleRecipe;
  readonly optimizer: OptimizerRecipe;
  /** Low-rank adapters instead of all weights, on parameters whose names end so. */
  readonly lora?: LoraOptions & { readonly targets: readonly string[] };
  /** How the exported voice reads and speaks. */
  readonly voice: { readonly historyTurns: number; readonly sampling: VoiceManifest['sampling'] };
}

export interface ExampleRecipe {
  /** `epochs`: every example once an epoch; `draws`: each drawn by itself, which lets what is learnt without a history be chosen. */
  readonly order: 'epochs' | 'draws';
  /** Rows of a batch, each filled with examples. */
  readonly rows: number;
  /** Positions of a row; longer examples lose history, then are left out. */
  readonly positions: number;
  /** How often an example has 0, 1, 2 … turns of history; the numbers add up to 1. */
  readonly historyShares: readonly number[];
  /**
   * With `draws`, the styles of what is learnt without a history; default any. Without a history nothing calls for a mood, and a
   * model that learnt any would take one at random.
   */
  readonly aloneStyles?: readonly string[];
  /** Whose turns are targets. */
  readonly roles: readonly PreparedTurn['role'][];
  readonly validationBatches: number;
  /** What the configuration calls `positions`, for messages. */
  readonly positionsKey: string;
}

export type OptimizerRecipe =
  | {
      readonly kind: 'adamw';
      readonly betas: readonly [number, number];
      readonly weightDecay: number;
      /** Gradients are scaled down to this global norm. */
      readonly clipNorm: number;
    }
  /** Clips by itself. */
  | {
      readonly kind: 'scaled-adam';
      readonly betas: readonly [number, number];
      readonly clippingScale: number;
      readonly clippingUpdatePeriod: number;
    };
