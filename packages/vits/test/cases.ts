// The modules that have a parity file of their own: how each is built from its file and called.
import * as tf from '@tensorflow/tfjs-core';
import { type Scope } from '@gpt-talker/nn';
import { CouplingFlow } from '../src/model/flow';
import { HifiganDecoder } from '../src/model/decoder/hifigan-decoder';
import { PhonemeAttention } from '../src/model/cross-attention';
import { PosteriorEncoder } from '../src/model/posterior-encoder';
import { RelativeEncoder } from '../src/model/relative-encoder';
import { StyleEncoder } from '../src/model/style-encoder';
import { WaveNet } from '../src/model/wavenet';
import { PUBLISHED_CONVITS, type HifiganConfig } from '../src/model/config';

export type Tensors = Record<string, tf.Tensor>;

export interface ModuleCase {
  file: string;
  /** Too much for tfjs's CPU backend in an everyday test. */
  slow?: boolean;
  make(scope: Scope): (inputs: Tensors) => Tensors;
}

const FLOW = { channels: 8, hiddenChannels: 16, kernel: 5, layers: 3, couplings: 4, styleChannels: 8 };

/** [B] lengths → [B, 1, T], 1 where a step is inside. */
function maskOf(lengths: tf.Tensor, time: number): tf.Tensor {
  return tf.expandDims(tf.cast(tf.less(tf.range(0, time, 1, 'int32'), tf.expandDims(lengths, 1)), 'float32'), 1);
}

export const MODULE_CASES: ModuleCase[] = [
  {
    file: 'unit-relative-attention-encoder',
    make: (scope) => {
      const sizes = {
        channels: 16,
        filterChannels: 32,
        heads: 2,
        layers: 2,
        kernel: 3,
        relativeWindow: 4,
        attentionWindow: null,
        dropout: 0.1,
      };
      const encoder = new RelativeEncoder(scope, sizes);
      return ({ x, mask }) => ({ y: encoder.forward(x, mask) });
    },
  },
  {
    file: 'unit-wavenet',
    make: (scope) => {
      const wavenet = new WaveNet(scope, { channels: 16, kernel: 5, layers: 4, styleChannels: 8 });
      return ({ x, mask, g }) => ({ y: wavenet.forward(x, mask, g) });
    },
  },
  {
    file: 'unit-flow-forward',
    make: (scope) => {
      const flow = new CouplingFlow(scope, FLOW);
      return ({ x, mask, g }) => ({ y: flow.forward(x, mask, g) });
    },
  },
  {
    file: 'unit-flow-reverse',
    make: (scope) => {
      const flow = new CouplingFlow(scope, FLOW);
      return ({ x, mask, g }) => ({ y: flow.reverse(x, mask, g) });
    },
  },
  {
    file: 'unit-posterior-encoder',
    make: (scope) => {
      const sizes = { bins: 33, outputChannels: 8, hiddenChannels: 16, kernel: 5, layers: 4, styleChannels: 8 };
      const encoder = new PosteriorEncoder(scope, sizes);
      return ({ x, lengths, g }) => {
        const { mean, logScale } = encoder.forward(x, maskOf(lengths, x.shape[2]!), g);
        return { mean, logs: logScale };
      };
    },
  },
  {
    file: 'unit-generator',
    slow: true,
    make: (scope) => {
      const sizes: HifiganConfig = { ...(PUBLISHED_CONVITS.decoder as HifiganConfig), initialChannels: 32 };
      const generator = new HifiganDecoder(scope, 8, 8, sizes);
      return ({ x, g }) => ({ y: generator.forward(x, g) });
    },
  },
  {
    file: 'unit-style-encoder',
    make: (scope) => {
      const encoder = new StyleEncoder(scope, {
        bins: 33,
        hiddenChannels: 16,
        kernel: 5,
        heads: 2,
        styleChannels: 8,
        dropout: 0.1,
      });
      return ({ x, mask }) => ({ y: encoder.forward(x, mask) });
    },
  },
  {
    file: 'unit-mrte',
    make: (scope) => {
      const attention = new PhonemeAttention(scope, {
        contentChannels: 16,
        styleChannels: 24,
        outputChannels: 16,
        heads: 4,
      });
      return ({ ssl, text, ge, ssl_mask, text_mask }) => ({
        y: attention.forward(ssl, text, ge, ssl_mask, text_mask).output,
      });
    },
  },
];
