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
export { loadTraining, saveTraining, TrainingCheckpointError, type Position } from './run/checkpoint';
export { keptCheckpoints } from './run/checkpoint-folder';
export {
  createEngine,
  EngineUnavailableError,
  ENGINES,
  PROVIDERS,
  type EngineKind,
  type EngineOptions,
  type Provider,
} from './engine/create-engine';
export { TrainingDivergedError } from './run/divergence';
export { TrainingDataError } from './run/data-error';
export { compareSpeech, type SpeechDistance } from './evaluate/compare-speech';
export { scoreContext, type ContextScoreOptions, type ContextScores, type TokenScore } from './evaluate/context-gain';
export { evaluate, evaluationTable, type EvaluateOptions, type Evaluation } from './evaluate/evaluate';
export { repeatedSequence, tokenHealth, type TokenHealth } from './evaluate/token-health';
export { EagerEngine, NonFiniteLossError, TracedEngine, type Batch, type Engine, type Metrics } from './engine/engine';
export { Evaluator, type EvaluationDefinition } from './engine/evaluator';
export { AdamW, type AdamWOptions } from './engine/optimizers/adamw';
export type {
  Hyperparameters,
  Optimizer,
  ParameterGradient,
  Slot,
  UpdatedParameter,
} from './engine/optimizers/optimizer';
export { ScaledAdam, type ScaledAdamOptions } from './engine/optimizers/scaled-adam';
export { readLog, run, type LogEntry, type RunOptions, type RunResult } from './run/run';
export { exponentialDecay, warmupCosine, type Schedule, type WarmupCosineOptions } from './engine/schedules';
export { gptBatchSpecs, gptLoss, gptStep } from './congpt/loss';
export { exampleSegments, ExampleSampler, type Example, type ExampleOptions } from './congpt/examples';
export { packRows, type RowShape } from './congpt/rows';
export {
  reconstructionLoss,
  spokenReconstruction,
  vitsBatchSpecs,
  vitsLosses,
  vitsStep,
  type VitsStepOptions,
} from './convits/reconstruction';
export { StretchSampler, type StretchOptions } from './convits/crops';
export { TrainingState } from './engine/state';
export {
  offTape,
  parameterKey,
  runStep,
  stateSpecs,
  type StepContext,
  type StepDefinition,
  type StepLoss,
} from './engine/step';
export { describeInitialization, initializeFrom, readWeights, type Initialization } from './run/initialize';
export { LoraAdapters, mergeLora, type LoraOptions } from './engine/lora';
export { createConGpt, type ConGptOfConfig } from './congpt/model';
export { createConVits, type ConVitsOfConfig } from './convits/model';
export { congptStep, trainConGpt } from './congpt/train';
export { convitsStep } from './convits/adversarial';
export { trainConVits, type ConVitsTrainingOptions } from './convits/train';
export type { TrainingOptions } from './run/training-options';
export { EventFile, type EventAudio, type EventImage } from './run/watch/event-file';
export { RunWatch, type Illustration } from './run/watch/run-watch';
export { fitEncoder } from './voice/encoder';
export { createGpt, createVits, gptModelConfig, vitsModelConfig } from './voice/models';
export type { StageOptions } from './voice/stage-options';
export { trainGpt } from './congpt/train-voice';
export { stretchOptions, trainVits } from './convits/train-voice';
