// Which of GPT-SoVITS's versions a second stage is, and its sizes, told by the shapes of its weights: tags in files and versions in
// configurations come and go with the programs that saved them, shapes cannot be wrong.
import {
  PUBLISHED_VERSIONS,
  type ConVitsConfig,
  type HifiganConfig,
  type QuantizerConfig,
  type SovitsVersion,
} from './config';
import { ConVitsWeightsError } from './errors';

/** Weights as far as they are looked at here. */
export type ShapedWeights = ReadonlyMap<string, { readonly shape: readonly number[] }>;

/** v3 and v4 are another model: a diffusion transformer and a vocoder. */
export type UpstreamVersion = SovitsVersion | 'v3 or v4';

const STYLE_INPUT = 'ref_enc.spectral.0.fc.weight';
const SPEAKER_INPUT = 'sv_emb.weight';
const FIRST_UPSAMPLING = 'dec.ups.0.weight_v';
const TEXT_TABLE = 'enc_p.text_embedding.weight';
const CODEBOOK = 'quantizer.vq.layers.0._codebook.embed';

/**
 * @throws ConVitsWeightsError where the weights are of no second stage at all, or of one whose symbols are of no known version
 */
export function versionFromShapes(weights: ShapedWeights): UpstreamVersion {
  for (const name of weights.keys()) if (/(^|\.)cfm\.|^bridge\.|^wns1\.|^linear_mel\./.test(name)) return 'v3 or v4';
  const symbols = shapeOf(weights, TEXT_TABLE)[0];
  if (weights.has(SPEAKER_INPUT)) {
    const usual = (PUBLISHED_VERSIONS.v2Pro.decoder as HifiganConfig).upsampleKernels[0];
    return shapeOf(weights, FIRST_UPSAMPLING)[2] > usual ? 'v2ProPlus' : 'v2Pro';
  }
  if (symbols === PUBLISHED_VERSIONS.v1.symbols) return 'v1';
  if (symbols === PUBLISHED_VERSIONS.v2.symbols) return 'v2';
  throw new ConVitsWeightsError(
    `the weights have ${symbols} symbols, where v1 has ${PUBLISHED_VERSIONS.v1.symbols} and v2 has ${PUBLISHED_VERSIONS.v2.symbols}; give weights of one of those`,
  );
}

/**
 * The sizes that the weights themselves say, to be taken instead of a configuration's.
 * @param base what shapes do not say (heads, upsampling rates, dilations), as the configuration or the published version has it
 */
export function sizesFromShapes(weights: ShapedWeights, base: ConVitsConfig): ConVitsConfig {
  const [symbols] = shapeOf(weights, TEXT_TABLE);
  const [styleChannels] = shapeOf(weights, 'ref_enc.fc.fc.weight');
  const [hiddenChannels, styleBins] = shapeOf(weights, STYLE_INPUT);
  const [size, width] = shapeOf(weights, CODEBOOK);
  const [crossAttention] = shapeOf(weights, 'enc_p.mrte.c_pre.weight');
  const speaker = weights.get(SPEAKER_INPUT)?.shape[1];
  const quantizer: QuantizerConfig = { kind: 'ssl', size, width };
  return {
    ...base,
    symbols,
    styleChannels,
    styleEncoder: {
      ...base.styleEncoder,
      hiddenChannels,
      ...(styleBins !== base.spectrogramBins && { bins: styleBins }),
    },
    ...(crossAttention !== styleChannels && { crossAttentionChannels: crossAttention }),
    ...(speaker !== undefined && { speaker: { width: speaker } }),
    quantizer,
    decoder: decoderSizes(weights, base.decoder),
  };
}

function decoderSizes(weights: ShapedWeights, decoder: ConVitsConfig['decoder']): ConVitsConfig['decoder'] {
  if (decoder.kind !== 'hifigan') return decoder;
  const upsampleKernels = decoder.upsampleRates.map((_, stage) => shapeOf(weights, `dec.ups.${stage}.weight_v`)[2]);
  return { ...decoder, initialChannels: shapeOf(weights, FIRST_UPSAMPLING)[0], upsampleKernels };
}

function shapeOf(weights: ShapedWeights, name: string): readonly number[] {
  const shape = weights.get(name)?.shape;
  if (shape) return shape;
  throw new ConVitsWeightsError(`the weights lack ${name}; give a SoVITS checkpoint of v1, v2, v2Pro or v2ProPlus`);
}
