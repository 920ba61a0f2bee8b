// Making voices: from our checkpoints, and (with voice import) from others'.
export { exportVoice, type ExportVoiceOptions } from './export-voice';
export { writeVoiceFolder, type VoiceContent } from './voice-folder';
export {
  ImportError,
  importVoice,
  type ImportedVoice,
  type ImportErrorCode,
  type ImportVoiceOptions,
  type VoiceFamily,
} from '../import';
