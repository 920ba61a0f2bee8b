// Puts a folder's weights into a model: other spellings of the same names are brought to one, what belongs to other heads is left out.
import { type ParameterStore } from '@gpt-talker/nn';
import { type ArrayTensor } from '@gpt-talker/checkpoint';
import { ModelFolderError } from './errors';

export interface WeightNames {
  /** The model's own name for one of the file. */
  rename(name: string): string;
  /** Names, after `rename`, of what other uses of the model need. */
  ignored: { test(name: string): boolean };
}

const SHOWN = 5;

/**
 * @param source the folder or file, for messages
 * @returns names of the file that nothing here knows
 * @throws ModelFolderError `weights` listing what is missing, or naming what has another shape
 */
export function loadWeights(
  store: ParameterStore,
  weights: ReadonlyMap<string, ArrayTensor>,
  { rename, ignored }: WeightNames,
  source: string,
): string[] {
  const renamed = new Map([...weights].map(([name, tensor]) => [rename(name), tensor]));
  const missing = store.names().filter((name) => !renamed.has(name));
  if (missing.length > 0) {
    const more = missing.length > SHOWN ? `, … (${missing.length} in all)` : '';
    throw new ModelFolderError(
      'weights',
      `${source}: the weights lack ${missing.slice(0, SHOWN).join(', ')}${more}; use the weights that config.json belongs to`,
    );
  }
  try {
    const { unexpected } = store.load(renamed, { strict: false });
    return unexpected.filter((name) => !ignored.test(name));
  } catch (error) {
    throw new ModelFolderError('weights', `${source}: ${(error as Error).message}`, { cause: error });
  }
}
