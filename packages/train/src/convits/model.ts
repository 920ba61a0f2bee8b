// The ConVITS of a recipe, and its discriminators where it has some; both players share one parameter store.
import { ParameterStore } from '@gpt-talker/nn';
import { ConVits, Discriminators } from '@gpt-talker/vits/model';
import { ensureBackend } from '../engine/backend';
import type { ConVitsRecipe } from './recipe';

/** Discriminators have names of their own, so one store holds both players. */
export const isDiscriminator = (name: string): boolean => name.startsWith('discriminators.');

export interface ConVitsNetwork {
  store: ParameterStore;
  model: ConVits;
  discriminators?: Discriminators;
}

/** Both players with the initial weights of the recipe's seed; names are upstream's. */
export function createConVits({ weightSeed, model: sizes, examples, discriminators }: ConVitsRecipe): ConVitsNetwork {
  ensureBackend();
  const store = new ParameterStore({ seed: weightSeed });
  const posterior = examples.kind !== 'crops' || examples.posteriorShare !== 0;
  const model = new ConVits(store.scope(), sizes, { posterior });
  return { store, model, ...(discriminators && { discriminators: new Discriminators(store.scope(), discriminators) }) };
}

/** The model alone, without its posterior encoder: what speaks. */
export function createSpeaker({ model: sizes }: Pick<ConVitsRecipe, 'model'>): Omit<ConVitsNetwork, 'discriminators'> {
  ensureBackend();
  const store = new ParameterStore({ initialize: false });
  return { store, model: new ConVits(store.scope(), sizes, { posterior: false }) };
}
