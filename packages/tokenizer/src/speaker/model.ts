// ERes2NetV2 (Chen et al. 2024, "ERes2NetV2: Boosting Short-Duration Speaker Verification Performance with Computational Efficiency"):
// Kaldi's filter banks → who speaks. GPT-SoVITS's v2Pro reads its fused map averaged over time, before the statistics pooling
// and the projection that speaker verification would use (upstream `forward3`).
//
//   fbank ─► conv1 ─► layer1 ─► layer2 ─► layer3 ──┬─► layer4 ─┐
//                                                 └─► ÷ 2 ─────┴─► fuse34 ─► mean over time
//
// Shapes: B batch, T frames (100 a second), C channels, H bands.
import * as tf from '@tensorflow/tfjs-core';
import { type Conv2d, type Scope } from '@gpt-talker/nn';
import { Block } from './block';
import { FIRST_FUSED_STAGE, type SpeakerEncoderConfig } from './config';
import { emptyConvolution } from './convolution';
import { FeatureFusion } from './feature-fusion';

export class ERes2NetV2 {
  private readonly input: Conv2d;
  private readonly stages: Block[][];
  private readonly narrowed: Conv2d;
  private readonly fusion: FeatureFusion;

  /** Declares the parameters under upstream's state-dict keys, batch norms folded into the convolutions before them. */
  constructor(
    scope: Scope,
    readonly config: SpeakerEncoderConfig,
  ) {
    const { channels, expansion, scale, stages } = config;
    this.input = emptyConvolution(scope.child('conv1'), 1, channels, { kernel: 3 });
    const outputOf = (stage: number) => (stage < 0 ? channels : channels * 2 ** stage * expansion);
    this.stages = stages.map(({ blocks, width }, stage) =>
      Array.from(
        { length: blocks },
        (_, index) =>
          new Block(scope.child(`layer${stage + 1}`, index), {
            inputChannels: outputOf(index === 0 ? stage - 1 : stage),
            outputChannels: outputOf(stage),
            width,
            scale,
            stride: stage > 0 && index === 0 ? 2 : 1,
            fused: stage >= FIRST_FUSED_STAGE,
          }),
      ),
    );
    const last = outputOf(stages.length - 1);
    const options = { kernel: 3, stride: 2, bias: false };
    this.narrowed = emptyConvolution(scope.child('layer3_ds'), outputOf(stages.length - 2), last, options);
    this.fusion = new FeatureFusion(scope.child('fuse34'), last);
  }

  /** Filter banks [B, T, bands] → embeddings [B, C · H]. */
  forward(fbank: tf.Tensor): tf.Tensor {
    let x = tf.relu(this.input.forward(tf.expandDims(tf.transpose(fbank, [0, 2, 1]), 1))); // (B, C, H, T)
    let before = x;
    for (const stage of this.stages) {
      before = x;
      for (const block of stage) x = block.forward(x);
    }
    const map = this.fusion.forward(x, this.narrowed.forward(before)); // (B, C, H, T)
    const mean = tf.mean(map, 3); // (B, C, H)
    return tf.reshape(mean, [mean.shape[0], mean.shape[1]! * mean.shape[2]!]);
  }
}
