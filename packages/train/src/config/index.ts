// Configurations: of a voice (both stages, our words), and of each stage in upstream's words.
export { checkConfig, nearestName, readConfigFile } from './check-config';
export { VoiceConfigError } from './config-error';
export { readGptConfig, type GptConfig } from './gpt-config';
export { readVitsConfig, type VitsConfig } from './vits-config';
export { readVoiceConfig, type VoiceConfig } from './voice-config';
export { readStageConfig, type StageConfig } from './stage-config';
