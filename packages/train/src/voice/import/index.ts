// Voices from others' weights.
export { compareGraphs, type ComparedOutput, type CompareOptions } from './compare-graphs';
export { ImportError, type ImportErrorCode } from './errors';
export { type VoiceFamily } from './families';
export { importVoice } from './import-voice';
export { type ImportedVoice, type ImportVoiceOptions } from './options';
export { exportSpeechGraphs, type SpeechGraphOptions, type SpeechGraphs } from './speech-graphs';
