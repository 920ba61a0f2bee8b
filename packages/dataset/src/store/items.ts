// What a prepared corpus says of each turn, beside its numbers: one item a turn in the files of steps 2 to 4.
import { z } from 'zod';

export const textItemSchema = z.object({
  skipped: z.string().optional(),
  normalized: z.string(),
  warnings: z.array(z.string()).optional(),
});
export type TextItem = z.infer<typeof textItemSchema>;

export const audioItemSchema = z.object({
  skipped: z.string().optional(),
  notes: z.array(z.string()).optional(),
  seconds: z.number(),
});
export type AudioItem = z.infer<typeof audioItemSchema>;

export const tokensItemSchema = z.object({ skipped: z.string().optional() });
export type TokensItem = z.infer<typeof tokensItemSchema>;
