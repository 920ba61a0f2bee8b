// The transformer layer that BERT and HuBERT share: attention, add, norm, feed-forward, add, norm. Only its parameters' names differ.
// Shapes: B batch, T positions, W width, F feed-forward width.
import * as tf from '@tensorflow/tfjs-core';
import { LayerNorm, type Linear, type Scope } from '@gpt-talker/nn';
import { multiHeadAttention } from '@gpt-talker/tfjs-onnx';
import { gelu } from './gelu';
import { emptyLinear } from './layers';

export interface PostNormConfig {
  width: number;
  heads: number;
  feedForward: number;
  epsilon: number;
}

type Path = readonly [string, ...string[]];

/** Where each part's parameters lie below the layer's scope. */
export interface PostNormNames {
  query: Path;
  key: Path;
  value: Path;
  attended: Path;
  attentionNorm: Path;
  expand: Path;
  contract: Path;
  outputNorm: Path;
}

export class PostNormLayer {
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
    private readonly config: PostNormConfig,
    names: PostNormNames,
  ) {
    const { width, feedForward, epsilon } = config;
    this.query = emptyLinear(scope.child(...names.query), width, width);
    this.key = emptyLinear(scope.child(...names.key), width, width);
    this.value = emptyLinear(scope.child(...names.value), width, width);
    this.attended = emptyLinear(scope.child(...names.attended), width, width);
    this.attentionNorm = new LayerNorm(scope.child(...names.attentionNorm), width, { epsilon });
    this.expand = emptyLinear(scope.child(...names.expand), width, feedForward);
    this.contract = emptyLinear(scope.child(...names.contract), feedForward, width);
    this.outputNorm = new LayerNorm(scope.child(...names.outputNorm), width, { epsilon });
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
