// Which way of learning from recordings a recipe's examples call for.
import type { ConVitsNetwork } from './model';
import type { ConVitsRecipe } from './recipe';
import { CropReconstruction } from './reconstruct-crops';
import { UtteranceReconstruction } from './reconstruct-utterances';
import type { Reconstruction } from './reconstruction';

export function reconstructionOf(network: ConVitsNetwork, recipe: ConVitsRecipe): Reconstruction {
  const { examples } = recipe;
  return examples.kind === 'crops'
    ? new CropReconstruction(network, recipe)
    : new UtteranceReconstruction(network, recipe, examples);
}
