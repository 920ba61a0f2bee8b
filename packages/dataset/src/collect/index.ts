// @gpt-talker/dataset/collect: from videos and recordings to a corpus in NCSSD's layout.
export { collect, type CollectRun } from './collect';
export {
  COLLECT_OPTIONS,
  type CollectOptions,
  type DiarizationOptions,
  type EnhancementOptions,
  type SecondTranscriptionOptions,
  type SeparationOptions,
  type TranscriptionOptions,
  type VadOptions,
} from './options';
export { STEPS, type StepName } from './records';
export { reportText, type LeftOut, type StepReport } from './report';
export { type Progress } from './steps/context';
export { type CollectedTurn, type Span, type SpeakerSpan, type Utterance } from './types';

// The rules, each by itself.
export { cutScenes, SCENE_RULES, type Scene, type SceneRules } from './rules/scenes';
export { NOISE_RULES, speechToPauseDecibels, voiceToBackgroundDecibels, type NoiseRules } from './rules/noise';
export { endsSentence, joinTexts } from './rules/sentences';
export { mergeTurns, TURN_RULES, type MergedTurns, type TurnRules } from './rules/turns';
export { RUN_RULES, twoSpeakerRuns, type RunRules, type Runs } from './rules/runs';
export { SPEAKER_RULES, speakerOf, type SpeakerRules } from './rules/speakers';

// The tools that steps use, for use elsewhere.
export { EnergyDetector, ENERGY_OPTIONS, type EnergyOptions } from './vad/energy';
export { SileroDetector } from './vad/silero';
export { SPEECH_RULES, type SpeechRules, type VoiceDetector } from './vad/detector';
export { type Separated, type SoundSeparator } from './models/separated';
export { ENHANCEMENT_PLACE, SEPARATION_PLACE, Separator } from './models/separator';
export { type ModelPlace } from './models/open-model';
export { Rnnoise } from './models/rnnoise';
export { COMPONENTS_INSTALL } from './packaged';
export { ClusterDiarizer, CLUSTER_OPTIONS, type ClusterOptions } from './clusters/diarizer';
export { PocketsphinxRecognizer } from './pocketsphinx/recognizer';
export { SherpaDiarizer, DIARIZER_OPTIONS, type DiarizerOptions } from './sherpa/diarizer';
export {
  Recognizer,
  RECOGNIZER_KINDS,
  RECOGNIZER_OPTIONS,
  type RecognizerKind,
  type RecognizerOptions,
} from './sherpa/recognizer';
export { parseRttm } from './imports/rttm';
export { parseSrt } from './imports/srt';
export { parseJsonTranscript } from './imports/json-transcript';
