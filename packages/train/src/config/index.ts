// Configurations: of a voice (both stages, our words), and of each stage in upstream's words; either is read into recipes.
export { nearestName } from './check-config';
export { VoiceConfigError } from './config-error';
export { conGptRecipeOf, readGptConfig, UPSTREAM_SAMPLING, type GptConfig } from './gpt-config';
export { conVitsRecipeOf, readVitsConfig, UPSTREAM_NOISE_SCALE, type VitsConfig } from './vits-config';
export { readVoiceConfig, voiceRecipesOf, type VoiceConfig } from './voice-config';
export { readRecipes, readStageConfig, type Recipes, type StageConfig } from './stage-config';
