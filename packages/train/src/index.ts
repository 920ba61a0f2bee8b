// Training: steps as graphs, optimisers, schedules, runs that survive, and the stages of a voice.
export {
  nearestName,
  readGptConfig,
  readStageConfig,
  readVitsConfig,
  readVoiceConfig,
  VoiceConfigError,
  type GptConfig,
  type StageConfig,
  type VitsConfig,
  type VoiceConfig,
} from './config';
export { loadTraining, saveTraining, TrainingCheckpointError, type Position } from './checkpoint';
export { keptCheckpoints } from './checkpoint-folder';
export {
  createEngine,
  EngineUnavailableError,
  ENGINES,
  PROVIDERS,
  type EngineKind,
  type EngineOptions,
  type Provider,
} from './create-engine';
export { TrainingDivergedError } from './divergence';
export { TrainingDataError } from './data-error';
export { compareSpeech, type SpeechDistance } from './evaluate/compare-speech';
export { scoreContext, type ContextScoreOptions, type ContextScores, type TokenScore } from './evaluate/context-gain';
export { evaluate, evaluationTable, type EvaluateOptions, type Evaluation } from './evaluate/evaluate';
export { repeatedSequence, tokenHealth, type TokenHealth } from './evaluate/token-health';
export { EagerEngine, NonFiniteLossError, TracedEngine, type Batch, type Engine, type Metrics } from './engine';
export { Evaluator, type EvaluationDefinition } from './evaluator';
export { AdamW, type AdamWOptions } from './optimizers/adamw';
export type { Hyperparameters, Optimizer, ParameterGradient, Slot, UpdatedParameter } from './optimizers/optimizer';
export { ScaledAdam, type ScaledAdamOptions } from './optimizers/scaled-adam';
export { readLog, run, type LogEntry, type RunOptions, type RunResult } from './run';
export { exponentialDecay, warmupCosine, type Schedule, type WarmupCosineOptions } from './schedules';
export { gptBatchSpecs, gptLoss, gptStep } from './stages/gpt';
export { exampleSegments, ExampleSampler, type Example, type ExampleOptions } from './stages/gpt-examples';
export { packRows, type RowShape } from './stages/gpt-rows';
export {
  reconstructionLoss,
  spokenReconstruction,
  vitsBatchSpecs,
  vitsLosses,
  vitsStep,
  type VitsStepOptions,
} from './stages/vits';
export { StretchSampler, type StretchOptions } from './stages/vits-data';
export { TrainingState } from './state';
export {
  offTape,
  parameterKey,
  runStep,
  stateSpecs,
  type StepContext,
  type StepDefinition,
  type StepLoss,
} from './step';
export { describeInitialization, initializeFrom, readWeights, type Initialization } from './initialize';
export { LoraAdapters, mergeLora, type LoraOptions } from './lora';
export { createConGpt, type ConGptOfConfig } from './training/congpt-model';
export { createConVits, type ConVitsOfConfig } from './training/convits-model';
export { congptStep, trainConGpt } from './training/train-congpt';
export { convitsStep } from './training/convits-step';
export { trainConVits, type ConVitsTrainingOptions } from './training/train-convits';
export type { TrainingOptions } from './training/training-options';
export { EventFile, type EventAudio, type EventImage } from './watch/event-file';
export { RunWatch, type Illustration } from './watch/run-watch';
export { fitEncoder } from './voice/encoder';
export { createGpt, createVits, gptModelConfig, vitsModelConfig } from './voice/models';
export type { StageOptions } from './voice/stage-options';
export { trainGpt } from './voice/train-gpt';
export { stretchOptions, trainVits } from './voice/train-vits';
