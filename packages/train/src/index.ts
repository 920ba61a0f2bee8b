// Training: recipes from configurations, both stages, what became of a run; and, for models of one's own, steps as graphs.

// Recipes
export {
  readRecipes,
  readStageConfig,
  readVoiceConfig,
  VoiceConfigError,
  type Recipes,
  type StageConfig,
  type VoiceConfig,
} from './config';
export type { ConGptRecipe } from './congpt/recipe';
export type { ConVitsRecipe } from './convits/recipe';
export type { StageRecipe } from './run/recipe';

// Stages
export { trainConGpt } from './congpt/train';
export { trainConVits, type ConVitsTrainingOptions } from './convits/train';
export type { TrainingOptions } from './run/training-options';
export { fitEncoder, type FitEncoderOptions } from './voice/encoder';
export { evaluate, evaluationTable, type EvaluateOptions, type Evaluation } from './evaluate/evaluate';

// Runs
export { run, type LogEntry, type RunOptions, type RunResult } from './run/run';
export { TrainingCheckpointError, type Position } from './run/checkpoint';
export { TrainingDataError } from './run/data-error';
export { RunFolderError } from './run/run-folder';
export { TrainingDivergedError } from './run/divergence';

// Several processes that train together
export { joinRanks, Ranks, type RanksOptions } from './parallel/ranks';
export type { Communicator } from './parallel/communicator';
export { ParallelError, type ParallelErrorCode } from './parallel/errors';
export type { Wire } from './parallel/wire';

// Steps of any model
export {
  createEngine,
  EngineUnavailableError,
  type EngineKind,
  type EngineOptions,
  type Provider,
} from './engine/create-engine';
export { EagerEngine, NonFiniteLossError, TracedEngine, type Batch, type Engine, type Metrics } from './engine/engine';
export { AdamW, type AdamWOptions } from './engine/optimizers/adamw';
export type { Optimizer } from './engine/optimizers/optimizer';
export { ScaledAdam, type ScaledAdamOptions } from './engine/optimizers/scaled-adam';
export { exponentialDecay, warmupCosine, type Schedule, type WarmupCosineOptions } from './engine/schedules';
export { TrainingState } from './engine/state';
export {
  stopGradient,
  type AcrossRanks,
  type StepContext,
  type StepDefinition,
  type StepLoss,
  type TermWeight,
  type TermWeights,
} from './engine/step';
