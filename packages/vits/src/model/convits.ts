// ConVITS, the second stage of GPT-Talker (the SoVITS v1, v2 and v2Pro of GPT-SoVITS; upstream `models.SynthesizerTrn`): semantic tokens,
// phonemes and a style vector → waveform. A conditional VAE (VITS, Kim et al. 2021) whose prior reads tokens and phonemes:
//
//   reference spectrogram ─► ref_enc ─► style ──┬──────────────┬──────────┬─────────┐
//   ssl ─► ssl_proj ─► quantizer ─► codes ─► enc_p ─► prior ─► flow⁻¹ ─► latent ─► dec ─► audio      (speaking)
//   phonemes ───────────────────────────────►┘            ▲ KL          ▲
//   target spectrogram ─► enc_q ─► posterior ─► flow ─────┘    latent ──┘                             (training)
//
// | state dict | here             || state dict | here               |
// | ref_enc    | styleEncoder     || enc_q      | posteriorEncoder   |
// | ssl_proj   | featureInput     || flow       | flow               |
// | quantizer  | quantizer        || dec        | decoder            |
// | enc_p      | priorEncoder     || sv_emb, prelu, ge_to512 | speakerStyle (v2Pro) |
//
// Shapes: B batch, W width of a code's vector, T tokens (25 Hz), F = 2·T frames (50 Hz), L phonemes, S spectrogram bins,
// G style channels, Z latent channels, E numbers of a speaker embedding (v2Pro).
import * as tf from '@tensorflow/tfjs-core';
import { Conv1d, type Noise, type Scope } from '@gpt-talker/nn';
import { checkConVitsConfig, crossAttentionChannelsOf, styleBinsOf, type ConVitsConfig } from './config';
import { type Decoder } from './decoder/decoder';
import { ConVitsConfigError } from './errors';
import { CouplingFlow } from './flow';
import { HifiganDecoder } from './decoder/hifigan-decoder';
import { IstftDecoder } from './decoder/istft-decoder';
import { PitchPredictor } from './decoder/pitch-predictor';
import { PosteriorEncoder } from './posterior-encoder';
import { PriorEncoder, type Gaussian, type Prior } from './prior-encoder';
import { Quantizer, type Quantized } from './quantizer';
import { SourceFilterDecoder } from './decoder/source-filter-decoder';
import { SpeakerStyle } from './speaker-style';
import { StyleEncoder } from './style-encoder';
import { detached, masked, repeatTime, sliceSegments } from './tensors';

/** Frames of the latent for one token. */
export const FRAMES_PER_TOKEN = 2;

/** Marks padding: 1 where something is, 0 where not. Absent: nothing is padded. */
export interface Masks {
  /** [B, 1, F] */
  frameMask?: tf.Tensor;
  /** [B, 1, L] */
  textMask?: tf.Tensor;
}

export interface PriorRequest extends Masks {
  /** int32 [B, 1, T] */
  codes: tf.Tensor;
  /** int32 [B, L] */
  text: tf.Tensor;
  /** [B, G, 1] */
  style: tf.Tensor;
  /** Random numbers for dropout; absent: none. */
  dropout?: Noise;
}

export interface LatentRequest extends PriorRequest {
  /** Standard normal numbers [B, Z, F]. */
  noise: tf.Tensor;
  /** How far the sample strays from the prior's mean: a number or a scalar tensor; upstream speaks with 0.5. */
  noiseScale: number | tf.Tensor;
}

export interface TrainingBatch extends Masks {
  /** int32 [B, 1, T]; or `ssl`. */
  codes?: tf.Tensor;
  /** Self-supervised features at 50 Hz [B, W, F]; or `codes`. Only where the config's quantiser is 'ssl'. */
  ssl?: tf.Tensor;
  /** int32 [B, L] */
  text: tf.Tensor;
  /** Linear magnitudes of the whole target [B, S, F]. */
  spectrogram: tf.Tensor;
  /** Takes the style from this speech instead of the target (upstream: the target). Magnitudes [B, S, R], mask [B, 1, R]. */
  reference?: { spectrogram: tf.Tensor; mask?: tf.Tensor };
  /** Embedding of each item's speaker [B, E], where the config has a `speaker`. */
  speaker?: tf.Tensor;
  /** Standard normal numbers [B, Z, F] for the posterior's sample. */
  noise: tf.Tensor;
  /** What a 'source-filter' decoder shapes into speech [B, 2, F·hop]: pulses, noise. */
  source?: tf.Tensor;
  /** Decode only `frames` frames of each item, from `starts` (int32 [B]); absent: everything. */
  segments?: { starts: tf.Tensor; frames: number };
  /** Random numbers for dropout; absent: none. */
  dropout?: Noise;
}

export interface TrainingPass {
  /** Decoded from the posterior's latent [B, 1, segment frames·hop]. */
  audio: tf.Tensor;
  /** [B, G, 1] */
  style: tf.Tensor;
  prior: Prior;
  posterior: Gaussian;
  /** The posterior's sample [B, Z, F]. */
  latent: tf.Tensor;
  /** The sample after the flow, where the prior is Gaussian [B, Z, F]. */
  zp: tf.Tensor;
  /** int32 [B, 1, T] */
  codes: tf.Tensor;
  /** Given for `ssl` input: the projected features [B, W, T] and the commitment loss, for training the quantiser. */
  quantization?: Quantized & { features: tf.Tensor };
}

export interface ConVitsOptions {
  /** false leaves out `enc_q`, as inference checkpoints do; then `trainingPass` throws. */
  posterior?: boolean;
}

export class ConVits {
  readonly config: ConVitsConfig;
  readonly quantizer: Quantizer;
  private readonly styleEncoder: StyleEncoder;
  private readonly speakerStyle: SpeakerStyle | undefined;
  private readonly featureInput: Conv1d | undefined;
  private readonly priorEncoder: PriorEncoder;
  private readonly posteriorEncoder: PosteriorEncoder | undefined;
  private readonly flow: CouplingFlow;
  private readonly decoder: Decoder;
  private readonly pitchPredictor: PitchPredictor | undefined;

  /** Declares the parameters under `scope` with upstream's state-dict keys. @throws ConVitsConfigError */
  constructor(scope: Scope, config: ConVitsConfig, { posterior = true }: ConVitsOptions = {}) {
    this.config = checkConVitsConfig(config);
    const { interChannels, hiddenChannels, styleChannels, spectrogramBins, quantizer } = config;
    this.priorEncoder = new PriorEncoder(scope.child('enc_p'), config);
    this.decoder = decoderOf(scope.child('dec'), config);
    if (config.decoder.kind === 'source-filter')
      this.pitchPredictor = new PitchPredictor(
        scope.child('pitch'),
        interChannels,
        styleChannels,
        config.decoder.pitchWidth,
        config.decoder.pitchReach,
      );
    if (posterior) {
      this.posteriorEncoder = new PosteriorEncoder(scope.child('enc_q'), {
        ...config.posterior,
        bins: spectrogramBins,
        outputChannels: interChannels,
        hiddenChannels,
        styleChannels,
      });
    }
    this.flow = new CouplingFlow(scope.child('flow'), {
      ...config.flow,
      channels: interChannels,
      hiddenChannels,
      styleChannels,
    });
    this.styleEncoder = new StyleEncoder(scope.child('ref_enc'), {
      ...config.styleEncoder,
      bins: styleBinsOf(config),
      styleChannels,
      dropout: config.dropout,
    });
    if (config.speaker) {
      this.speakerStyle = new SpeakerStyle(scope, {
        speakerWidth: config.speaker.width,
        styleChannels,
        crossAttentionChannels: crossAttentionChannelsOf(config),
      });
    }
    if (quantizer.kind === 'ssl') {
      this.featureInput = new Conv1d(scope.child('ssl_proj'), quantizer.width, quantizer.width, FRAMES_PER_TOKEN, {
        stride: FRAMES_PER_TOKEN,
      });
    }
    this.quantizer = new Quantizer(scope.child('quantizer'), quantizer);
  }

  /**
   * Linear magnitude spectrogram [B, S, F] of some speech, mask [B, 1, F] → style [B, G, 1]; the style of several recordings is the
   * mean of theirs. Where the config has a `speaker`, the speaker's embedding [B, E] is needed too.
   * @throws ConVitsConfigError where it is missing, or given to a model that takes none
   */
  style(spectrogram: tf.Tensor, mask?: tf.Tensor, dropout?: Noise, speaker?: tf.Tensor): tf.Tensor {
    if ((speaker === undefined) !== (this.speakerStyle === undefined)) {
      throw new ConVitsConfigError(
        speaker ? 'this model takes no speaker embedding' : 'this model needs a speaker embedding as well',
      );
    }
    const bins = styleBinsOf(this.config);
    const [batch, height, frames] = spectrogram.shape;
    const heard = height === bins ? spectrogram : tf.slice(spectrogram, [0, 0, 0], [batch, bins, frames!]);
    const style = this.styleEncoder.forward(heard, mask, dropout);
    return this.speakerStyle && speaker ? this.speakerStyle.forward(style, speaker) : style;
  }

  /** What the cross-attention gets of a style: itself, or, with a `speaker`, a narrower projection [B, A, 1]. */
  textStyle(style: tf.Tensor): tf.Tensor {
    return this.speakerStyle ? this.speakerStyle.forText(style) : style;
  }

  /** Self-supervised features [B, W, F] at 50 Hz → codes, int32 [B, 1, T] at 25 Hz. @throws ConVitsConfigError for a spectral voice */
  extractLatent(ssl: tf.Tensor): tf.Tensor {
    return tf.expandDims(this.quantizer.encode(this.features(ssl)), 1);
  }

  /** Codes, int32 [B, 1, T] → their vectors at frame rate [B, W, F]. */
  quantized(codes: tf.Tensor): tf.Tensor {
    const [batch, , tokens] = codes.shape;
    return repeatTime(this.quantizer.decode(tf.reshape(codes, [batch, tokens!])), FRAMES_PER_TOKEN);
  }

  /** Mean and log σ of the prior for every frame. */
  prior({ codes, style, dropout, ...rest }: PriorRequest): Prior {
    return this.priorEncoder.forward({
      ...rest,
      style: this.textStyle(style),
      quantized: this.quantized(codes),
      noise: dropout,
    });
  }

  /** A latent drawn from the prior [B, Z, F]; differentiable in all weights that speaking uses. */
  latentFromPrior({ noise, noiseScale, ...request }: LatentRequest): tf.Tensor {
    return this.latentOf(this.prior(request), noise, noiseScale, request.style, request.frameMask);
  }

  /** A latent drawn from an already computed prior [B, Z, F]. */
  latentOf(
    prior: Gaussian,
    noise: tf.Tensor,
    noiseScale: number | tf.Tensor,
    style: tf.Tensor,
    frameMask?: tf.Tensor,
  ): tf.Tensor {
    const deviation = tf.mul(tf.mul(noise, tf.exp(prior.logScale)), noiseScale);
    const zp = masked(tf.add(prior.mean, deviation), frameMask);
    return masked(this.flow.reverse(zp, frameMask, style), frameMask);
  }

  /**
   * The pitch that goes with a prior, in hertz [B, F]: where nothing is voiced, what lies between.
   * @throws ConVitsConfigError where the decoder is not a 'source-filter'
   */
  pitch(prior: Gaussian, style: tf.Tensor): tf.Tensor {
    if (!this.pitchPredictor)
      throw new ConVitsConfigError(`a decoder of kind '${this.config.decoder.kind}' needs no pitch and predicts none`);
    return this.pitchPredictor.forward(prior.mean, style);
  }

  /** Latent [B, Z, F], style [B, G, 1] → audio [B, 1, F·hop]; a 'source-filter' decoder also needs a source [B, 2, F·hop]. */
  decode(latent: tf.Tensor, style: tf.Tensor, source?: tf.Tensor): tf.Tensor {
    return this.decoder.forward(latent, style, source);
  }

  /** Everything that the losses need, from one batch of whole utterances. @throws ConVitsConfigError without a posterior encoder */
  trainingPass(batch: TrainingBatch): TrainingPass {
    const {
      text,
      spectrogram,
      reference = { spectrogram, mask: batch.frameMask },
      speaker,
      noise,
      source,
      segments,
      frameMask,
      textMask,
      dropout,
    } = batch;
    if (!this.posteriorEncoder)
      throw new ConVitsConfigError('training needs the posterior encoder, this model was made with posterior: false');
    const style = this.style(reference.spectrogram, reference.mask, dropout, speaker);
    const { codes, quantized, quantization } = this.codesOf(batch);
    const prior = this.priorEncoder.forward({
      quantized,
      text,
      style: this.textStyle(style),
      frameMask,
      textMask,
      noise: dropout,
    });
    // The posterior must not shape the style: it sees the target itself and would hide things in it.
    const posterior = this.posteriorEncoder.forward(spectrogram, frameMask, detached(style));
    const latent = masked(tf.add(posterior.mean, tf.mul(noise, tf.exp(posterior.logScale))), frameMask);
    const zp = this.flow.forward(latent, frameMask, style);
    const decoded = segments ? sliceSegments(latent, segments.starts, segments.frames) : latent;
    const heard = source && segments ? sliceSource(source, latent.shape[2]!, segments) : source;
    return { audio: this.decode(decoded, style, heard), style, prior, posterior, latent, zp, codes, quantization };
  }

  private codesOf({
    codes,
    ssl,
  }: TrainingBatch): Pick<TrainingPass, 'codes' | 'quantization'> & { quantized: tf.Tensor } {
    if (codes) return { codes, quantized: this.quantized(codes) };
    if (!ssl) throw new ConVitsConfigError('a training batch needs codes or ssl features');
    const features = this.features(ssl);
    const quantization = this.quantizer.quantize(features);
    return {
      codes: tf.expandDims(quantization.codes, 1),
      quantized: repeatTime(quantization.quantized, FRAMES_PER_TOKEN),
      quantization: { ...quantization, features },
    };
  }

  private features(ssl: tf.Tensor): tf.Tensor {
    if (!this.featureInput)
      throw new ConVitsConfigError(
        "a 'spectral' voice has no feature projection: its codes come from a SpectralEncoder",
      );
    return this.featureInput.forward(ssl);
  }
}

function decoderOf(scope: Scope, { decoder, interChannels, styleChannels }: ConVitsConfig): Decoder {
  switch (decoder.kind) {
    case 'hifigan':
      return new HifiganDecoder(scope, interChannels, styleChannels, decoder);
    case 'istft':
      return new IstftDecoder(scope, interChannels, styleChannels, decoder);
    case 'source-filter':
      return new SourceFilterDecoder(scope, interChannels, styleChannels, decoder);
  }
}

/** The samples [B, 2, segment] of the segments' frames, of [B, 2, F·hop]. */
function sliceSource(source: tf.Tensor, frames: number, segments: { starts: tf.Tensor; frames: number }): tf.Tensor {
  const [batch, parts, samples] = source.shape;
  const hop = samples! / frames;
  const rows = tf.transpose(tf.reshape(source, [batch, parts!, frames, hop]), [0, 1, 3, 2]); // (B, 2, hop, F)
  const cut = sliceSegments(tf.reshape(rows, [batch, parts! * hop, frames]), segments.starts, segments.frames);
  const back = tf.transpose(tf.reshape(cut, [batch, parts!, hop, segments.frames]), [0, 1, 3, 2]);
  return tf.reshape(back, [batch, parts!, segments.frames * hop]);
}

/**
 * Which group of a fine-tuning optimiser a parameter belongs to: the quantiser is frozen, upstream trains text modules at 0.4
 * times the learning rate.
 */
export function parameterGroup(name: string): 'quantizer' | 'text' | 'main' {
  if (/^(ssl_proj|quantizer)\./.test(name)) return 'quantizer';
  return /^enc_p\.(text_embedding|encoder_text|mrte)\./.test(name) ? 'text' : 'main';
}
