// Where a spectral voice's code embedding starts: at what the codes were fitted on. Codes that sound alike, or differ in pitch alone,
// then lie together from the first step, and what is learnt of one helps the others; from random places each of the hundreds has to be
// learnt by itself, and pitch, which the loss weighs little, last of all.
import * as tf from '@tensorflow/tfjs-core';
import type { ParameterStore } from '@gpt-talker/nn';
import { SpectralEncoder } from '@gpt-talker/tokenizer';

/** The name of the embedding, `[codes, width]`, in ConVITS's parameters. */
export const CODE_EMBEDDING = 'quantizer.vq.layers.0._codebook.embed';

/** The other dimensions keep their random start, scaled down to this. */
const RANDOM_PART = 0.3;

/**
 * @param codebook the speech codes, as `SpectralEncoder.toBytes` writes them
 * @throws RangeError where they are not as many as the embedding has, or wider
 */
export function startFromCodebook(store: ParameterStore, codebook: Uint8Array): void {
  const encoder = SpectralEncoder.fromBytes(codebook);
  const parameter = store.get(CODE_EMBEDDING);
  const [codes, width] = parameter.shape;
  const features = encoder.centroid(0).length;
  if (encoder.vocabulary !== codes || features > width)
    throw new RangeError(
      `the codebook has ${encoder.vocabulary} codes of ${features} features, but the model ${codes} codes of width ${width}; use the codebook that the corpus was prepared with, and a codeWidth of at least ${features}`,
    );
  const values = (parameter.value.dataSync() as Float32Array).map((value) => value * RANDOM_PART);
  for (let code = 0; code < codes; code++) values.set(encoder.centroid(code), code * width);
  store.set(CODE_EMBEDDING, tf.tensor2d(values, [codes, width]));
}
