// BERT's encoder (Devlin et al. 2019): token, position and type embeddings, then post-norm transformer layers. Parameter names are
// those of Hugging Face's BertModel.
// Shapes: B batch, T tokens, W width.
import * as tf from '@tensorflow/tfjs-core';
import { Embedding, LayerNorm, zeros, type Scope } from '@gpt-talker/nn';
import { PostNormLayer, type PostNormNames } from '../hugging-face/post-norm-layer';
import { type BertConfig } from './config';

class BertEmbeddings {
  private readonly words: Embedding;
  private readonly positions: Embedding;
  private readonly types: Embedding;
  private readonly norm: LayerNorm;

  constructor(
    scope: Scope,
    private readonly config: BertConfig,
  ) {
    const { vocabulary, width, maximumPositions, tokenTypes, epsilon } = config;
    const empty = { initializer: zeros };
    this.words = new Embedding(scope.child('word_embeddings'), vocabulary, width, empty);
    this.positions = new Embedding(scope.child('position_embeddings'), maximumPositions, width, empty);
    this.types = new Embedding(scope.child('token_type_embeddings'), tokenTypes, width, empty);
    this.norm = new LayerNorm(scope.child('LayerNorm'), width, { epsilon });
  }

  /** int32 ids [B, T] of one sentence each → [B, T, W] */
  forward(ids: tf.Tensor): tf.Tensor {
    const { width } = this.config;
    const positions = tf.slice(this.positions.weight.value, [0, 0], [ids.shape[1]!, width]); // (T, W)
    const firstType = tf.slice(this.types.weight.value, [0, 0], [1, width]); // (1, W)
    return this.norm.forward(tf.add(tf.add(this.words.forward(ids), firstType), positions));
  }
}

const LAYER_NAMES: PostNormNames = {
  query: ['attention', 'self', 'query'],
  key: ['attention', 'self', 'key'],
  value: ['attention', 'self', 'value'],
  attended: ['attention', 'output', 'dense'],
  attentionNorm: ['attention', 'output', 'LayerNorm'],
  expand: ['intermediate', 'dense'],
  contract: ['output', 'dense'],
  outputNorm: ['output', 'LayerNorm'],
};

export interface BertOptions {
  /** How many layers, from the first: all that a hidden state from within needs. Default: all. */
  layers?: number;
}

export class Bert {
  private readonly embeddings: BertEmbeddings;
  private readonly layers: PostNormLayer[];

  /** Declares the parameters, as zeros: load a folder's weights before use. */
  constructor(
    scope: Scope,
    readonly config: BertConfig,
    { layers = config.layers }: BertOptions = {},
  ) {
    this.embeddings = new BertEmbeddings(scope.child('embeddings'), config);
    this.layers = Array.from(
      { length: layers },
      (_, index) => new PostNormLayer(scope.child('encoder', 'layer', index), config, LAYER_NAMES),
    );
  }

  /** int32 ids [B, T] of whole sentences without padding → the last layer's hidden state [B, T, W] */
  forward(ids: tf.Tensor): tf.Tensor {
    let hidden = this.embeddings.forward(ids);
    for (const layer of this.layers) hidden = layer.forward(hidden);
    return hidden;
  }
}
