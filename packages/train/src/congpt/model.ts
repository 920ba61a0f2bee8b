// The ConGPT of a recipe, with the parameters that it is trained by.
import { ConGpt } from '@gpt-talker/gpt/model';
import { ParameterStore } from '@gpt-talker/nn';
import { ensureBackend } from '../engine/backend';
import { LoraAdapters } from '../engine/lora';
import type { ConGptRecipe } from './recipe';

export interface ConGptNetwork {
  store: ParameterStore;
  model: ConGpt;
  /** Where the recipe asks for low-rank adapters. */
  lora?: LoraAdapters;
}

/** The model with the initial weights of the recipe's seed; names are upstream's. */
export function createConGpt({ weightSeed, model: sizes, lora }: ConGptRecipe): ConGptNetwork {
  ensureBackend();
  const store = new ParameterStore({ seed: weightSeed });
  const model = new ConGpt(store.scope('model'), sizes);
  if (!lora) return { store, model };
  const targets = store.names().filter((name) => lora.targets.some((end) => name.endsWith(end)));
  return { store, model, lora: new LoraAdapters(store, targets, lora) };
}

/** Runs the model, with its adapters where it has some. */
export const adapted = <T>({ lora }: ConGptNetwork, compute: () => T): T => (lora ? lora.bind(compute) : compute());
