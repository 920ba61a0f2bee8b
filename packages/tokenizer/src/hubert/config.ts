// The sizes of a HuBERT, as its config.json and preprocessor_config.json say them. Only the base kind is defined here (group norm in
// the first convolution, layer norms after each sub-layer): the one that chinese-hubert-base and hubert-base-ls960 are of.
import { z } from 'zod';

/** Sample rate that HuBERT takes. */
export const SAMPLE_RATE = 16_000;
/** Samples from one frame to the next: 50 frames a second. */
export const FRAME_SAMPLES = 320;
/** Samples that one frame is computed from, attention aside. */
export const RECEPTIVE_SAMPLES = 400;

/** Of the first convolution, in samples. */
export const FIRST_KERNEL = 10;
export const FIRST_STRIDE = 5;

export interface HubertConvolution {
  channels: number;
  kernel: number;
  stride: number;
}

export interface HubertConfig {
  convolutions: readonly HubertConvolution[];
  convolutionBias: boolean;
  /** Whether frames are normalised before they are projected to the transformer's width. */
  projectionNorm: boolean;
  width: number;
  layers: number;
  heads: number;
  feedForward: number;
  /** Kernel and groups of the convolution that stands for positions. */
  positionKernel: number;
  positionGroups: number;
  epsilon: number;
}

const count = z.number().int().positive();
const only = <T extends z.core.util.Literal>(value: T, what: string) => z.literal(value, { error: `only ${what}` });

/** Hugging Face's config.json of a HubertModel. */
export const hubertConfigSchema = z
  .object({
    model_type: only('hubert', "models of type 'hubert' are known"),
    feat_extract_norm: only('group', "'group' is known: use a base-size HuBERT").default('group'),
    do_stable_layer_norm: only(false, 'false is known: use a base-size HuBERT').default(false),
    conv_pos_batch_norm: only(false, 'false is known').default(false),
    hidden_act: only('gelu', "the activation 'gelu' is known"),
    feat_extract_activation: only('gelu', "the activation 'gelu' is known").default('gelu'),
    conv_dim: z.array(count).min(1),
    conv_kernel: z.array(count),
    conv_stride: z.array(count),
    conv_bias: z.boolean().default(false),
    feat_proj_layer_norm: z.boolean().default(true),
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    intermediate_size: count,
    num_conv_pos_embeddings: count.default(128),
    num_conv_pos_embedding_groups: count.default(16),
    layer_norm_eps: z.number().positive().default(1e-5),
  })
  .superRefine((config, context) => {
    const report = (path: string, message: string) => context.addIssue({ code: 'custom', path: [path], message });
    const { conv_dim, conv_kernel, conv_stride } = config;
    if (conv_kernel.length !== conv_dim.length || conv_stride.length !== conv_dim.length) {
      report('conv_dim', 'conv_dim, conv_kernel and conv_stride differ in length');
      return;
    }
    let [step, reach] = [1, 1];
    conv_kernel.forEach((kernel, index) => {
      reach += (kernel - 1) * step;
      step *= conv_stride[index];
    });
    if (step !== FRAME_SAMPLES || reach !== RECEPTIVE_SAMPLES) {
      report(
        'conv_stride',
        `a frame is ${reach} samples every ${step}, only ${RECEPTIVE_SAMPLES} every ${FRAME_SAMPLES} is known`,
      );
    }
    if (conv_kernel[0] !== FIRST_KERNEL || conv_stride[0] !== FIRST_STRIDE) {
      report('conv_kernel', `only a first kernel of ${FIRST_KERNEL} with stride ${FIRST_STRIDE} is known`);
    }
    if (config.hidden_size % config.num_attention_heads !== 0)
      report('hidden_size', 'is no multiple of num_attention_heads');
  })
  .transform((config): HubertConfig => ({
    convolutions: config.conv_dim.map((channels, index) => ({
      channels,
      kernel: config.conv_kernel[index],
      stride: config.conv_stride[index],
    })),
    convolutionBias: config.conv_bias,
    projectionNorm: config.feat_proj_layer_norm,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    feedForward: config.intermediate_size,
    positionKernel: config.num_conv_pos_embeddings,
    positionGroups: config.num_conv_pos_embedding_groups,
    epsilon: config.layer_norm_eps,
  }));

/** preprocessor_config.json: how the samples are prepared. */
export const hubertPreprocessorSchema = z.object({
  sampling_rate: only(SAMPLE_RATE, `${SAMPLE_RATE} is known`).default(SAMPLE_RATE),
  do_normalize: z.boolean().default(true),
});
