// The functions of ConVITS that a voice's graph files are traced from, with their inputs. Lengths are symbolic: T tokens,
// L phonemes, F frames; one graph serves every length.
import * as tf from '@tensorflow/tfjs-core';
import { type InputSpec, type TracedFunction } from '@gpt-talker/tfjs-onnx';
import { FRAMES_PER_TOKEN, type ConVits } from './convits';

/** What `trace(run, inputs)` needs. */
export interface ConvitsGraph {
  inputs: InputSpec[];
  run: TracedFunction;
}

export interface ConvitsGraphs extends Record<string, ConvitsGraph> {
  /** spectrogram [1, bins, F], with a `speaker` in the config also speaker [1, E] → style [1, G, 1] */
  style: ConvitsGraph;
  /** codes [1, 1, T], text [1, L], style, noise [1, Z, T, 2] (two frames a token), noise_scale [] → latent [1, Z, 2·T], with a 'source-filter' decoder also pitch [1, 2·T] */
  latent: ConvitsGraph;
  /** latent [1, Z, F], style → audio [1, F·hop]; a 'source-filter' decoder also takes source [1, 2, F, hop] */
  decoder: ConvitsGraph;
}

/** The graphs that speaking needs; for an 'ssl' model also `quantizer`: ssl [1, W, T, 2] → codes [1, 1, T]. */
export function convitsGraphs(model: ConVits): ConvitsGraphs {
  const { spectrogramBins, styleChannels, interChannels, quantizer, decoder, speaker: embedding } = model.config;
  const style: InputSpec = { name: 'style', shape: [1, styleChannels, 1] };
  const graphs: ConvitsGraphs = {
    style: {
      inputs: [
        { name: 'spectrogram', shape: [1, spectrogramBins, 'F'] },
        ...(embedding ? [{ name: 'speaker', shape: [1, embedding.width] }] : []),
      ],
      run: ({ spectrogram, speaker }) => ({ style: model.style(spectrogram, undefined, undefined, speaker) }),
    },
    latent: {
      inputs: [
        { name: 'codes', shape: [1, 1, 'T'], dtype: 'int32' },
        { name: 'text', shape: [1, 'L'], dtype: 'int32' },
        style,
        { name: 'noise', shape: [1, interChannels, 'T', FRAMES_PER_TOKEN] },
        { name: 'noise_scale', shape: [] },
      ],
      run: (inputs) => {
        const { codes, text, noise, noise_scale: noiseScale } = inputs;
        const prior = model.prior({ codes, text, style: inputs.style });
        const latent = model.latentOf(prior, joinLast(noise), noiseScale, inputs.style);
        const outputs: Record<string, tf.Tensor> = { latent };
        if (decoder.kind === 'source-filter') outputs.pitch = model.pitch(prior, inputs.style);
        return outputs;
      },
    },
    decoder: {
      inputs: [
        { name: 'latent', shape: [1, interChannels, 'F'] },
        style,
        ...(decoder.kind === 'source-filter' ? [{ name: 'source', shape: [1, 2, 'F', decoder.hopSamples] }] : []),
      ],
      run: ({ latent, style: vector, source }) => ({
        audio: tf.squeeze(model.decode(latent, vector, source && joinLast(source)), [1]),
      }),
    },
  };
  if (quantizer.kind === 'ssl') {
    graphs.quantizer = {
      inputs: [{ name: 'ssl', shape: [1, quantizer.width, 'T', FRAMES_PER_TOKEN] }],
      run: ({ ssl }) => ({ codes: model.extractLatent(joinLast(ssl)) }),
    };
  }
  return graphs;
}

/** [B, C, T, N] → [B, C, T·N]: frames come in pairs and samples in hops, so that their number is tied to the tokens' or frames'. */
function joinLast(parts: tf.Tensor): tf.Tensor {
  const [batch, channels, count, each] = parts.shape;
  return tf.reshape(parts, [batch, channels, count! * each!]);
}
