// @gpt-talker/voice: voice.json, and voices whose files are what it says.
export { VoiceFileError, type VoiceFileErrorCode } from './errors';
export { VOICE_FORMAT, VOICE_VERSION, voiceManifestSchema, type VoiceFile, type VoiceManifest } from './voice-manifest';
export { MANIFEST_FILE, parseManifest } from './parse-manifest';
export { checkRequirement } from './requirements';
export { openVoice } from './open-voice';
export { sha256 } from './sha256';
export type { OpenVoiceOptions, Voice, VoiceProgress } from './voice';
