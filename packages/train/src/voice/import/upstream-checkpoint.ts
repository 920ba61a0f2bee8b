// A checkpoint as GPT-SoVITS and GPT-Talker save it for inference: {weight, config, info}; or, of the second stage, as training
// saves it: {model, iteration, …} without a configuration.
import { open } from 'node:fs/promises';
import { type ParameterStore } from '@gpt-talker/nn';
import { isDict, readCheckpointFile, stateDict, type ArrayTensor, type CheckpointDict } from '@gpt-talker/checkpoint';
import { withUpstreamNames } from '../../run/weight-names';
import { listed } from '../listed';
import { ImportError } from './errors';

export interface UpstreamCheckpoint {
  file: string;
  weights: Map<string, ArrayTensor>;
  /** Plain nested data; undefined in a training checkpoint. */
  config: CheckpointDict | undefined;
  /** What this project's own export has beside upstream's weights: more of them, and how the model reads. */
  own?: CheckpointDict;
  /** What else is at the top: `lora_rank` and the like. */
  entries: string[];
  /** The file's first two characters: newer GPT-SoVITS versions write their number there, which only LoRA files are told by. */
  tag: string;
}

/** @throws CheckpointError, ImportError `checkpoint` */
export async function readUpstreamCheckpoint(file: string): Promise<UpstreamCheckpoint> {
  const checkpoint = await readCheckpointFile(file);
  const { value } = checkpoint;
  const top: CheckpointDict = isDict(value) ? value : {};
  const key = ['weight', 'model'].find((name) => isDict(top[name]));
  if (key === undefined) {
    const hint = 'state_dict' in top ? ' (it is what Lightning saves while training)' : '';
    throw new ImportError(
      'checkpoint',
      `${file}: has no weights under 'weight'${hint}; give the .ckpt or .pth that upstream saves for inference`,
    );
  }
  return {
    file,
    weights: withUpstreamNames(stateDict(checkpoint, key)),
    config: isDict(top.config) ? top.config : undefined,
    own: isDict(top.gpt_talker) ? top.gpt_talker : undefined,
    entries: Object.keys(top),
    tag: await firstTwoCharacters(file),
  };
}

async function firstTwoCharacters(file: string): Promise<string> {
  const handle = await open(file);
  try {
    const { buffer } = await handle.read(Buffer.alloc(2), 0, 2, 0);
    return buffer.toString('latin1');
  } finally {
    await handle.close();
  }
}

/**
 * Puts a checkpoint's weights into a model.
 * @returns names that the model does not have
 * @throws ImportError `weights` naming what is missing, or what has another shape
 */
export function loadUpstreamWeights(store: ParameterStore, { file, weights }: UpstreamCheckpoint): string[] {
  const missing = store.names().filter((name) => !weights.has(name));
  if (missing.length > 0) {
    throw new ImportError(
      'weights',
      `${file}: the weights lack ${listed(missing)}; give a whole checkpoint with the configuration that it was trained with`,
    );
  }
  try {
    return store.load(weights, { strict: false }).unexpected;
  } catch (error) {
    throw new ImportError('weights', `${file}: ${(error as Error).message}`, { cause: error });
  }
}
