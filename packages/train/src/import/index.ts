// Voices from others' weights.
export { ImportError, type ImportErrorCode } from './errors';
export { type VoiceFamily } from './families';
export { importVoice, type ImportedVoice, type ImportVoiceOptions } from './import-voice';
export { exportSpeechGraphs, type SpeechGraphOptions, type SpeechGraphs } from './speech-graphs';
