// Making voices: from our checkpoints, and (with voice import) from others'.
export { exportVoice, type ExportVoiceOptions } from './export-voice';
export {
  exportUpstreamGpt,
  exportUpstreamVits,
  type ExportedUpstream,
  type ExportUpstreamOptions,
} from './export-upstream';
export { writeVoiceFolder, type VoiceContent } from './voice-folder';
export {
  compareGraphs,
  exportSpeechGraphs,
  ImportError,
  importVoice,
  type ComparedOutput,
  type CompareOptions,
  type ImportedVoice,
  type ImportErrorCode,
  type ImportVoiceOptions,
  type SpeechGraphOptions,
  type SpeechGraphs,
  type VoiceFamily,
} from '../import';
export { alignVoice, type AlignVoiceOptions } from './align-voice';
