// Weights to begin with: GPT-SoVITS's and GPT-Talker's checkpoints (for inference, or as training saves them), this package's own,
// and plain safetensors. What fits is taken; what is missing and what is left over is reported, not guessed at.
import { isDict, readCheckpointFile, stateDict, type ArrayTensor } from '@gpt-talker/checkpoint';
import type { ParameterStore } from '@gpt-talker/nn';
import { TrainingCheckpointError } from './checkpoint';
import { parameterKey } from '../engine/step';
import { layersBeyond, withUpstreamNames } from './weight-names';

/** Where upstream's files keep their weights: inference checkpoints, stage-2 training, Lightning. */
const PLACES = ['weight', 'model', 'state_dict'];
const OWN_PREFIX = parameterKey('');

export interface InitializeOptions {
  /** Which of the store's parameters to fill. */
  among?: (name: string) => boolean;
  /** Brings a tensor of the file to the shape that it has here. */
  adapt?: (name: string, tensor: ArrayTensor) => ArrayTensor;
}

export interface Initialization {
  /** Parameters that the file does not have; they keep their initial values. */
  missing: string[];
  /** Names in the file that the model does not have. */
  unexpected: string[];
  /** How many parameters were taken. */
  taken: number;
}

/** The weights of a file by name. @throws TrainingCheckpointError where it has none, CheckpointError where it is damaged */
export async function readWeights(file: string): Promise<Map<string, ArrayTensor>> {
  const checkpoint = await readCheckpointFile(file);
  const { value } = checkpoint;
  const place = isDict(value) ? PLACES.find((name) => isDict(value[name])) : undefined;
  const weights = place === undefined ? stateDict(checkpoint) : stateDict(checkpoint, place);
  const own = [...weights].filter(([name]) => name.startsWith(OWN_PREFIX));
  if (own.length > 0) return new Map(own.map(([name, tensor]) => [name.slice(OWN_PREFIX.length), tensor]));
  return withUpstreamNames(weights);
}

/**
 * Puts a file's weights into those parameters of the store that `among` admits.
 * @throws TrainingCheckpointError where none fits or one has another shape; then nothing has changed
 */
export async function initializeFrom(
  file: string,
  store: ParameterStore,
  options: InitializeOptions = {},
): Promise<Initialization> {
  const { among = () => true, adapt = (_, tensor) => tensor } = options;
  const weights = new Map([...(await readWeights(file))].map(([name, tensor]) => [name, adapt(name, tensor)]));
  const wanted = store.names().filter(among);
  const taken = wanted.filter((name) => weights.has(name));
  if (taken.length === 0) {
    throw new TrainingCheckpointError(
      'mismatch',
      `${file}: none of its ${weights.size} weights has the name of one of this model's; is it a checkpoint of the other stage?`,
    );
  }
  const beyond = layersBeyond(weights.keys(), wanted);
  if (beyond.length > 0)
    throw new TrainingCheckpointError(
      'mismatch',
      `${file} has more layers than this model: ${beyond.length} of its weights, ${beyond[0]} first, have no place; begin with the configuration that it was made with`,
    );
  try {
    store.load(new Map(taken.map((name) => [name, weights.get(name)!])), { strict: false });
  } catch (error) {
    throw new TrainingCheckpointError('mismatch', `${file}: ${(error as Error).message}`, { cause: error });
  }
  return {
    missing: wanted.filter((name) => !weights.has(name)),
    unexpected: [...weights.keys()].filter((name) => !taken.includes(name)),
    taken: taken.length,
  };
}

/** Puts a file's weights into the store, and says what was taken. */
export async function beginWith(
  file: string,
  store: ParameterStore,
  onMessage?: (line: string) => void,
  options?: InitializeOptions,
): Promise<void> {
  const report = await initializeFrom(file, store, options);
  for (const line of describeInitialization(file, report)) onMessage?.(line);
}

const SHOWN = 6;

/** One line a list, long lists shortened. */
export function describeInitialization(file: string, { missing, unexpected, taken }: Initialization): string[] {
  const list = (names: readonly string[]) =>
    names.slice(0, SHOWN).join(', ') + (names.length > SHOWN ? `, … (${names.length} in all)` : '');
  return [
    `${file}: ${taken} parameters taken`,
    ...(missing.length > 0 ? [`  missing (begin anew): ${list(missing)}`] : []),
    ...(unexpected.length > 0 ? [`  unexpected (left out): ${list(unexpected)}`] : []),
  ];
}
