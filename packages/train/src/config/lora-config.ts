// Low-rank adapters of a ConGPT, in either dialect.
import { z } from 'zod';

/** Adapter targets in a configuration's words → ends of parameter names. */
export const LORA_TARGETS = {
  in_proj: 'self_attn.in_proj_weight',
  out_proj: 'self_attn.out_proj.weight',
  linear1: 'linear1.weight',
  linear2: 'linear2.weight',
} as const;

export const loraSchema = z.strictObject({
  rank: z.number().int().positive(),
  alpha: z.number().positive().default(16),
  targets: z
    .array(z.enum(['in_proj', 'out_proj', 'linear1', 'linear2']))
    .min(1)
    .default(['in_proj', 'out_proj']),
});
