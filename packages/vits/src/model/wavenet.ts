// WaveNet stack with gated activations, conditioned on a style vector: the body of the posterior encoder and of every coupling
// layer (VITS, section 2.3; upstream `modules.WN`). Not causal, no dilation in the published size.
// Shapes: B batch, H channels, T frames, G style channels.
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, type Scope } from '@gpt-talker/nn';
import { masked, splitChannels } from './tensors';

export interface WaveNetConfig {
  channels: number;
  /** Odd. */
  kernel: number;
  layers: number;
  styleChannels: number;
  /** Layer i is dilated by dilationRate^i; 1 by default. */
  dilationRate?: number;
}

export class WaveNet {
  private readonly inputLayers: Conv1d[];
  private readonly outputLayers: Conv1d[];
  private readonly styleLayer: Conv1d;

  constructor(
    scope: Scope,
    private readonly config: WaveNetConfig,
  ) {
    const { channels, kernel, layers, styleChannels, dilationRate = 1 } = config;
    this.styleLayer = new Conv1d(scope.child('cond_layer'), styleChannels, 2 * channels * layers, 1, {
      weightNorm: true,
    });
    this.inputLayers = Array.from({ length: layers }, (_, layer) => {
      const dilation = dilationRate ** layer;
      return new Conv1d(scope.child('in_layers', layer), channels, 2 * channels, kernel, {
        weightNorm: true,
        dilation,
        padding: 'same',
      });
    });
    this.outputLayers = Array.from({ length: layers }, (_, layer) => {
      // The last layer feeds no further layer, so it has a skip output alone.
      const outputs = layer < layers - 1 ? 2 * channels : channels;
      return new Conv1d(scope.child('res_skip_layers', layer), channels, outputs, 1, { weightNorm: true });
    });
  }

  /** x [B, H, T], mask [B, 1, T], style [B, G, 1] → [B, H, T] */
  forward(x: tf.Tensor, mask: tf.Tensor | undefined, style: tf.Tensor): tf.Tensor {
    const { channels, layers } = this.config;
    const styles = this.styleLayer.forward(style); // (B, 2·H·layers, 1)
    let hidden = x;
    let output: tf.Tensor | undefined;
    for (let layer = 0; layer < layers; layer++) {
      const layerStyle = tf.slice(styles, [0, 2 * channels * layer, 0], [styles.shape[0], 2 * channels, 1]);
      const [content, gate] = splitChannels(tf.add(this.inputLayers[layer].forward(hidden), layerStyle));
      const outcome = this.outputLayers[layer].forward(tf.mul(tf.tanh(content), tf.sigmoid(gate)));
      let skip = outcome;
      if (layer < layers - 1) {
        const [residual, rest] = splitChannels(outcome);
        hidden = masked(tf.add(hidden, residual), mask);
        skip = rest;
      }
      output = output ? tf.add(output, skip) : skip;
    }
    return masked(output!, mask);
  }
}
