// @gpt-talker/voice: voice.json, and voice folders whose files are what it says.
export { VoiceFileError, type VoiceFileErrorCode } from './errors';
export { VOICE_FORMAT, VOICE_VERSION, voiceManifestSchema, type VoiceFile, type VoiceManifest } from './voice-manifest';
export { MANIFEST_FILE, openVoice, parseManifest, type Voice } from './open-voice';
