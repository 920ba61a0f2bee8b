// BERT's encoder (Devlin et al. 2019): token, position and type embeddings, then post-norm transformer layers. Parameter names are
// those of Hugging Face's BertModel.
// Shapes: B batch, T tokens, W width, F feed-forward width.
import * as tf from '@tensorflow/tfjs-core';
import { Embedding, LayerNorm, zeros, type Linear, type Scope } from '@gpt-talker/nn';
import { multiHeadAttention } from '@gpt-talker/tfjs-onnx';
import { gelu } from '../hugging-face/gelu';
import { emptyLinear } from '../hugging-face/layers';
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

class BertLayer {
  private readonly query: Linear;
  private readonly key: Linear;
  private readonly value: Linear;
  private readonly attended: Linear;
  private readonly attentionNorm: LayerNorm;
  private readonly expand: Linear;
  private readonly contract: Linear;
  private readonly outputNorm: LayerNorm;

  constructor(
    scope: Scope,
    private readonly config: BertConfig,
  ) {
    const { width, feedForward, epsilon } = config;
    const attention = scope.child('attention');
    this.query = emptyLinear(attention.child('self', 'query'), width, width);
    this.key = emptyLinear(attention.child('self', 'key'), width, width);
    this.value = emptyLinear(attention.child('self', 'value'), width, width);
    this.attended = emptyLinear(attention.child('output', 'dense'), width, width);
    this.attentionNorm = new LayerNorm(attention.child('output', 'LayerNorm'), width, { epsilon });
    this.expand = emptyLinear(scope.child('intermediate', 'dense'), width, feedForward);
    this.contract = emptyLinear(scope.child('output', 'dense'), feedForward, width);
    this.outputNorm = new LayerNorm(scope.child('output', 'LayerNorm'), width, { epsilon });
  }

  /** [B, T, W] → [B, T, W] */
  forward(x: tf.Tensor): tf.Tensor {
    const { heads } = this.config;
    const seen = multiHeadAttention(this.query.forward(x), this.key.forward(x), this.value.forward(x), { heads });
    const middle = this.attentionNorm.forward(tf.add(x, this.attended.forward(seen)));
    const expanded = gelu(this.expand.forward(middle)); // (B, T, F)
    return this.outputNorm.forward(tf.add(middle, this.contract.forward(expanded)));
  }
}

export interface BertOptions {
  /** Only the first so many layers: all that a hidden state from within needs. Default: all. */
  layers?: number;
}

export class Bert {
  private readonly embeddings: BertEmbeddings;
  private readonly layers: BertLayer[];

  /** Declares the parameters, as zeros: load a folder's weights before use. */
  constructor(
    scope: Scope,
    readonly config: BertConfig,
    { layers = config.layers }: BertOptions = {},
  ) {
    this.embeddings = new BertEmbeddings(scope.child('embeddings'), config);
    this.layers = Array.from(
      { length: layers },
      (_, index) => new BertLayer(scope.child('encoder', 'layer', index), config),
    );
  }

  /** int32 ids [B, T] of whole sentences without padding → the last layer's hidden state [B, T, W] */
  forward(ids: tf.Tensor): tf.Tensor {
    let hidden = this.embeddings.forward(ids);
    for (const layer of this.layers) hidden = layer.forward(hidden);
    return hidden;
  }
}
