// Opens the folder of a HuBERT that a user brings: its sizes, its weights, how it wants its samples.
import { ParameterStore } from '@gpt-talker/nn';
import { ModelFolderError } from '../hugging-face/errors';
import { loadWeights } from '../hugging-face/load-weights';
import { ModelFolder } from '../hugging-face/model-folder';
import { hubertConfigSchema, hubertPreprocessorSchema, type HubertConfig } from './config';
import { Hubert } from './model';

export interface HubertFolder {
  config: HubertConfig;
  model: Hubert;
  /** The model's weights; dispose it after use. */
  store: ParameterStore;
  /** Whether preprocessor_config.json asks for samples of mean 0 and variance 1. Upstream passes them as they are all the same. */
  normalize: boolean;
  /** Names among the weights that are of no known use. */
  unexpected: string[];
}

/**
 * Reads config.json, model.safetensors or pytorch_model.bin, and preprocessor_config.json where there is one.
 * @throws ModelFolderError or CheckpointError
 */
export async function readHubertFolder(path: string): Promise<HubertFolder> {
  const folder = await ModelFolder.open(path);
  const config = await folder.config(hubertConfigSchema);
  const normalize = await readNormalize(folder);
  const store = new ParameterStore({ initialize: false });
  try {
    const model = new Hubert(store.scope(), config);
    const unexpected = loadWeights(store, await folder.weights(), WEIGHT_NAMES, path);
    return { config, model, store, normalize, unexpected };
  } catch (error) {
    store.dispose();
    throw error;
  }
}

/** Weight norm has had two spellings in PyTorch; models with a head keep the encoder below `hubert.`. */
const WEIGHT_NAMES = {
  rename: (name: string) =>
    name
      .replace(/^hubert\./, '')
      .replace(/\.parametrizations\.weight\.original0$/, '.weight_g')
      .replace(/\.parametrizations\.weight\.original1$/, '.weight_v'),
  ignored: /^(masked_spec_embed$|lm_head\.|final_proj\.|label_embs_concat$|projector\.|classifier\.)/,
};

async function readNormalize(folder: ModelFolder): Promise<boolean> {
  const content = await folder.json('preprocessor_config.json');
  if (content === undefined) return false;
  const parsed = hubertPreprocessorSchema.safeParse(content);
  if (parsed.success) return parsed.data.do_normalize;
  const [issue] = parsed.error.issues;
  throw new ModelFolderError(
    'unsupported',
    `${folder.folder}/preprocessor_config.json: ${issue.path.join('.')}: ${issue.message}`,
  );
}
