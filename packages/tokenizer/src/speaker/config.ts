// The sizes of an ERes2NetV2, told from the shapes of its weights: its files are bare state dicts without a configuration.
import type { ArrayTensor } from '@gpt-talker/checkpoint';
import { SpeakerEncoderError } from './errors';

/** Sample rate that the encoder takes. */
export const SAMPLE_RATE = 16_000;
/** Bands of Kaldi's filter banks. */
export const BANDS = 80;

/** One of the four stages: blocks of the same width. */
export interface StageConfig {
  blocks: number;
  /** Channels of each of the `scale` parts of a block. */
  width: number;
}

export interface SpeakerEncoderConfig {
  /** Channels after the first convolution; each stage has twice those of the one before. */
  channels: number;
  /** Into how many parts a block splits its channels. */
  scale: number;
  /** A block's output has this many times the channels of its stage. */
  expansion: number;
  stages: readonly StageConfig[];
}

/** GPT-SoVITS's `pretrained_eres2netv2w24s4ep4.ckpt`: base width 24, scale 4, expansion 4; 53.5 M weights, embeddings of 20480. */
export const PUBLISHED_SPEAKER_ENCODER: SpeakerEncoderConfig = {
  channels: 64,
  scale: 4,
  expansion: 4,
  stages: [
    { blocks: 3, width: 24 },
    { blocks: 4, width: 48 },
    { blocks: 6, width: 96 },
    { blocks: 3, width: 192 },
  ],
};

const STAGES = 4;
/** Stages from this one on fuse their parts by attention instead of adding them. */
export const FIRST_FUSED_STAGE = 2;

/** Numbers of an utterance's embedding: channels × bands of the last stage. */
export function embeddingWidth({ channels, expansion, stages }: SpeakerEncoderConfig): number {
  const halvings = stages.length - 1;
  return channels * 2 ** halvings * expansion * Math.ceil(BANDS / 2 ** halvings);
}

/** @throws SpeakerEncoderError `weights` where the shapes are not those of an ERes2NetV2 */
export function configFromShapes(weights: ReadonlyMap<string, ArrayTensor>, source: string): SpeakerEncoderConfig {
  const shape = (name: string): readonly number[] => {
    const found = weights.get(name)?.shape;
    if (found?.length === 4 && found.every((length) => length > 0)) return found;
    throw new SpeakerEncoderError(
      'weights',
      `${source}: the weights lack ${name}; give the speaker encoder of v2Pro, pretrained_eres2netv2w24s4ep4.ckpt`,
    );
  };
  const count = (prefix: string) => {
    let found = 0;
    while (weights.has(`${prefix}.${found}.weight`) || weights.has(`${prefix}.${found}.conv1.weight`)) found++;
    return found;
  };
  const [channels] = shape('conv1.weight');
  const [output] = shape('layer1.0.conv3.weight');
  shape('fuse34.local_att.0.weight');
  return {
    channels,
    scale: count('layer1.0.convs'),
    expansion: output / channels,
    stages: Array.from({ length: STAGES }, (_, stage) => ({
      blocks: count(`layer${stage + 1}`),
      width: shape(`layer${stage + 1}.0.convs.0.weight`)[0],
    })),
  };
}
