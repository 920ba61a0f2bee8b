// Which of the three kinds of configuration a file is (a voice of ours, or one stage in upstream's words), and what it says to train.
import type { ConGptRecipe } from '../congpt/recipe';
import type { ConVitsRecipe } from '../convits/recipe';
import { VoiceConfigError } from './config-error';
import { checkConfig, readConfigFile } from './check-config';
import { conGptRecipeOf, gptConfigSchema, type GptConfig } from './gpt-config';
import { conVitsRecipeOf, vitsConfigSchema, type VitsConfig } from './vits-config';
import { voiceConfigSchema, voiceRecipesOf, type VoiceConfig } from './voice-config';

export type StageConfig =
  { kind: 'voice'; config: VoiceConfig } | { kind: 'gpt'; config: GptConfig } | { kind: 'vits'; config: VitsConfig };

/** The recipes that a configuration holds: both of a voice's, or one stage's. */
export interface Recipes {
  gpt?: ConGptRecipe;
  vits?: ConVitsRecipe;
}

/**
 * Reads a configuration of any kind; its sections say which it is.
 * @throws VoiceConfigError naming the file and the key
 */
export async function readStageConfig(file: string): Promise<StageConfig> {
  const value = await readConfigFile(file);
  const has = (section: string) => typeof value === 'object' && value !== null && section in value;
  if (has('encoder') || has('gpt') || has('vits'))
    return { kind: 'voice', config: checkConfig(file, value, voiceConfigSchema) };
  if (has('optimizer')) return { kind: 'gpt', config: checkConfig(file, value, gptConfigSchema) };
  if (has('data') && has('model')) return { kind: 'vits', config: checkConfig(file, value, vitsConfigSchema) };
  throw new VoiceConfigError(
    `${file}: neither a voice (sections encoder, gpt, vits) nor a stage of upstream's (train, optimizer, data, model); see configs/`,
  );
}

/** @throws VoiceConfigError naming the file and what is wrong */
export async function readRecipes(file: string): Promise<Recipes> {
  const stage = await readStageConfig(file);
  try {
    switch (stage.kind) {
      case 'voice':
        return voiceRecipesOf(stage.config);
      case 'gpt':
        return { gpt: conGptRecipeOf(stage.config) };
      case 'vits':
        return { vits: conVitsRecipeOf(stage.config) };
    }
  } catch (error) {
    throw new VoiceConfigError(`${file}: ${(error as Error).message}`, { cause: error });
  }
}
