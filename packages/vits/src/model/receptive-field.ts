// How far a latent frame's neighbours reach into its samples: the margin with which chunks must be computed so that, put
// together, they equal the whole.
import { type ConVitsConfig, type HifiganConfig, type IstftConfig, type SourceFilterConfig } from './config';
import { PITCH_KERNEL, PITCH_LAYERS } from './decoder/pitch-predictor';
import { FRAMES_PER_TOKEN } from './convits';

/** Tokens of context that a chunk needs on either side; null where attention is unlimited and no margin is enough. */
export function contextTokens(config: ConVitsConfig): number | null {
  const frames = latentContextFrames(config);
  return frames === null ? null : Math.ceil((frames + decoderContextFrames(config.decoder)) / FRAMES_PER_TOKEN);
}

/** Frames on either side that influence one latent frame; null where attention is unlimited. */
export function latentContextFrames({ attentionWindow, speechLayers, kernel, flow }: ConVitsConfig): number | null {
  if (attentionWindow === null) return null;
  const encoderLayer = attentionWindow + 2 * Math.floor(kernel / 2);
  const encoders = 2 * speechLayers * encoderLayer;
  return encoders + flow.couplings * flow.layers * ((flow.kernel - 1) / 2);
}

/** Frames on either side that influence the samples of one frame. */
export function decoderContextFrames(decoder: ConVitsConfig['decoder']): number {
  switch (decoder.kind) {
    case 'hifigan':
      return hifiganContext(decoder);
    case 'istft':
      return istftContext(decoder);
    case 'source-filter':
      return sourceFilterContext(decoder);
  }
}

function sourceFilterContext(config: SourceFilterConfig): number {
  const { kernel, blocks, fftSize, hopSamples, parts, pitchReach = 0 } = config;
  const hop = hopSamples / parts;
  // A sample depends on filters, in parts of a frame, and on the source as far as two windows reach; the pitch on further frames.
  const overlap = Math.ceil(((2 * fftSize) / hop + 1) / 2 / parts);
  const pitch = ((PITCH_KERNEL - 1) / 2) * PITCH_LAYERS + pitchReach + 1;
  return Math.max(((kernel - 1) / 2) * (blocks + 1), pitch) + overlap;
}

function istftContext({ kernel, blocks, fftSize, hopSamples }: IstftConfig): number {
  const overlap = Math.ceil((fftSize / hopSamples + 1) / 2) - 1;
  return ((kernel - 1) / 2) * (blocks + 1) + overlap;
}

function hifiganContext(config: HifiganConfig): number {
  const { upsampleRates, upsampleKernels, residualBlock, residualKernels, residualDilations } = config;
  const blocks = residualKernels.map((kernel, index) =>
    residualDilations[index].reduce(
      (sum, dilation) => sum + ((kernel - 1) / 2) * (dilation + (residualBlock === '1' ? 1 : 0)),
      0,
    ),
  );
  // From the samples backwards: each stage widens by its blocks, then shrinks by its upsampling.
  const beforeUpsampling = upsampleRates.reduceRight(
    (reach, rate, stage) => Math.ceil((reach + Math.max(...blocks) + upsampleKernels[stage]) / rate),
    3,
  );
  return beforeUpsampling + 3;
}
