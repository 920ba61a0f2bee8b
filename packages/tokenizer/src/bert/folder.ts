// Opens the folder of a BERT that a user brings: its sizes, its weights, its vocabulary.
import { ParameterStore } from '@gpt-talker/nn';
import { ModelFolderError } from '../hugging-face/errors';
import { loadWeights } from '../hugging-face/load-weights';
import { ModelFolder } from '../hugging-face/model-folder';
import { bertConfigSchema, type BertConfig } from './config';
import { Bert } from './model';
import { wordPieceFromVocabulary, type WordPieceFile } from './vocabulary';

/** Upstream takes `hidden_states[-3]`: what comes out of the layer before the last two. */
const LAYERS_AFTER_FEATURE = 2;

export interface BertFolder {
  config: BertConfig;
  /** As far as the layer whose output is the text feature. */
  model: Bert;
  /** The model's weights; dispose it after use. */
  store: ParameterStore;
  /** A tokenizer.json: the folder's own, or one made from its vocab.txt. */
  tokenizer: WordPieceFile;
  /** Names among the weights that are of no known use. */
  unexpected: string[];
}

export interface ReadBertOptions {
  /** How many layers to leave out at the end; default 2, as upstream. */
  skipLayers?: number;
}

/**
 * Reads config.json, model.safetensors or pytorch_model.bin, and tokenizer.json or vocab.txt.
 * @throws ModelFolderError or CheckpointError
 */
export async function readBertFolder(
  path: string,
  { skipLayers = LAYERS_AFTER_FEATURE }: ReadBertOptions = {},
): Promise<BertFolder> {
  const folder = await ModelFolder.open(path);
  const config = await folder.config(bertConfigSchema);
  const layers = config.layers - skipLayers;
  if (layers < 0) {
    throw new ModelFolderError(
      'unsupported',
      `${path}: has ${config.layers} layers, and the feature is taken ${skipLayers} layers before the last; use a deeper BERT`,
    );
  }
  const tokenizer = await readTokenizer(folder);
  const store = new ParameterStore({ initialize: false });
  try {
    const model = new Bert(store.scope(), config, { layers });
    const unexpected = loadWeights(store, await folder.weights(), weightNames(layers), path);
    return { config, model, store, tokenizer, unexpected };
  } catch (error) {
    store.dispose();
    throw error;
  }
}

/** Models with a head keep the encoder below `bert.`; checkpoints from TensorFlow's days say gamma and beta. */
function weightNames(layers: number) {
  return {
    rename: (name: string) =>
      name
        .replace(/^bert\./, '')
        .replace(/LayerNorm\.gamma$/, 'LayerNorm.weight')
        .replace(/LayerNorm\.beta$/, 'LayerNorm.bias'),
    ignored: {
      test: (name: string) => {
        const layer = /^encoder\.layer\.(\d+)\./.exec(name);
        return layer ? Number(layer[1]) >= layers : /^(cls|pooler|classifier)\.|position_ids$/.test(name);
      },
    },
  };
}

async function readTokenizer(folder: ModelFolder): Promise<WordPieceFile> {
  const whole = (await folder.json('tokenizer.json')) as WordPieceFile | undefined;
  if (whole !== undefined) return whole;
  const vocabulary = await folder.text('vocab.txt');
  if (vocabulary === undefined) {
    throw new ModelFolderError(
      'missing',
      `${folder.folder}: has neither tokenizer.json nor vocab.txt; put the model's vocabulary there`,
    );
  }
  const settings = ((await folder.json('tokenizer_config.json')) ?? {}) as { do_lower_case?: boolean };
  return wordPieceFromVocabulary(vocabulary, { lowerCase: settings.do_lower_case ?? true });
}
