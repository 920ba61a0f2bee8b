// The sizes of a BERT, as its config.json says them.
import { z } from 'zod';

export interface BertConfig {
  vocabulary: number;
  width: number;
  layers: number;
  heads: number;
  feedForward: number;
  /** The longest sequence, marks at both ends included. */
  maximumPositions: number;
  tokenTypes: number;
  epsilon: number;
}

const count = z.number().int().positive();

/** Hugging Face's config.json of a BertModel, or of one with any head. */
export const bertConfigSchema = z
  .object({
    model_type: z.literal('bert', { error: "only models of type 'bert' are known" }).default('bert'),
    hidden_act: z.literal('gelu', { error: "only the activation 'gelu' is known" }),
    position_embedding_type: z
      .literal('absolute', { error: "only 'absolute' positions are known" })
      .default('absolute'),
    vocab_size: count,
    hidden_size: count,
    num_hidden_layers: count,
    num_attention_heads: count,
    intermediate_size: count,
    max_position_embeddings: count,
    type_vocab_size: count.default(2),
    layer_norm_eps: z.number().positive().default(1e-12),
  })
  .refine((config) => config.hidden_size % config.num_attention_heads === 0, {
    path: ['hidden_size'],
    error: 'is no multiple of num_attention_heads',
  })
  .transform((config): BertConfig => ({
    vocabulary: config.vocab_size,
    width: config.hidden_size,
    layers: config.num_hidden_layers,
    heads: config.num_attention_heads,
    feedForward: config.intermediate_size,
    maximumPositions: config.max_position_embeddings,
    tokenTypes: config.type_vocab_size,
    epsilon: config.layer_norm_eps,
  }));
