// Opens the file of a speaker encoder that a user brings.
import { ParameterStore } from '@gpt-talker/nn';
import { isDict, readCheckpointFile, stateDict } from '@gpt-talker/checkpoint';
import { configFromShapes, type SpeakerEncoderConfig } from './config';
import { SpeakerEncoderError } from './errors';
import { foldBatchNorms } from './fold-batch-norms';
import { ERes2NetV2 } from './model';

export interface SpeakerEncoderFile {
  config: SpeakerEncoderConfig;
  model: ERes2NetV2;
  /** The model's weights; dispose it after use. */
  store: ParameterStore;
  /** Names among the weights that are of no known use. */
  unexpected: string[];
}

/** What a state dict may lie under, and what its names may begin with, from people's own scripts. */
const WRAPPERS = ['state_dict', 'model', 'embedding_model'];
const PREFIX = /^(?:module\.|_orig_mod\.|embedding_model\.)+/;
/** Counters of training, and the projection of speaker verification, which is not part of what v2Pro reads. */
const IGNORED = /(^|\.)num_batches_tracked$|^seg_\d\.|^seg_bn_\d\.|^pool\./;

const SHOWN = 5;

/**
 * Reads a bare state dict (or one under a usual key) of any format; sizes are told by the weights' shapes.
 * @throws SpeakerEncoderError `weights`, CheckpointError
 */
export async function readSpeakerEncoder(file: string): Promise<SpeakerEncoderFile> {
  const checkpoint = await readCheckpointFile(file);
  const { value } = checkpoint;
  const key = isDict(value) ? WRAPPERS.find((name) => isDict(value[name])) : undefined;
  const entries = [...stateDict(checkpoint, ...(key === undefined ? [] : [key]))];
  const named = new Map(entries.map(([name, tensor]) => [name.replace(PREFIX, ''), tensor]));
  const weights = foldBatchNorms(named, file);
  const config = configFromShapes(weights, file);
  const store = new ParameterStore({ initialize: false });
  try {
    const model = new ERes2NetV2(store.scope(), config);
    const missing = store.names().filter((name) => !weights.has(name));
    if (missing.length > 0) {
      const more = missing.length > SHOWN ? `, … (${missing.length} in all)` : '';
      throw new SpeakerEncoderError(
        'weights',
        `${file}: the weights lack ${missing.slice(0, SHOWN).join(', ')}${more}; give a whole speaker encoder`,
      );
    }
    const { unexpected } = store.load(weights, { strict: false });
    return { config, model, store, unexpected: unexpected.filter((name) => !IGNORED.test(name)) };
  } catch (error) {
    store.dispose();
    if (error instanceof SpeakerEncoderError) throw error;
    throw new SpeakerEncoderError('weights', `${file}: ${(error as Error).message}`, { cause: error });
  }
}
