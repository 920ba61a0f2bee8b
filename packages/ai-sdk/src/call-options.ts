// What the AI SDK asks for, as a talker is asked; what a voice cannot do becomes a warning, as the SDK wants it.
import type { SharedV3Warning, SpeechModelV3CallOptions } from '@ai-sdk/provider';
import type { Dialogue } from '@gpt-talker/context';
import { GptTalkerError } from '@gpt-talker/errors';
import type { ReplyOptions, Talker } from '@gpt-talker/talker';
import { z } from 'zod';

/** The key of `providerOptions`. */
export const PROVIDER = 'gpt-talker';

const schema = z.strictObject({
  /** What was said, as words; sound comes by the provider's own `dialogue`. */
  turns: z
    .array(z.strictObject({ role: z.enum(['user', 'agent']), text: z.string(), language: z.string().optional() }))
    .optional(),
  seed: z.int().optional(),
  historyTurns: z.int().min(0).optional(),
});

/** `providerOptions['gpt-talker']`. */
export type GptTalkerProviderOptions = z.infer<typeof schema>;

/** providerOptions that are not ours. */
export class GptTalkerOptionError extends GptTalkerError<'option'> {
  override readonly name = 'GptTalkerOptionError';
}

export type CallOptions = Pick<
  SpeechModelV3CallOptions,
  'voice' | 'instructions' | 'speed' | 'language' | 'providerOptions' | 'abortSignal'
>;

export interface TalkerCall {
  dialogue: Dialogue;
  options: ReplyOptions & { language?: string };
  warnings: SharedV3Warning[];
}

/** @throws GptTalkerOptionError for unknown or wrong provider options */
export function talkerCall(call: CallOptions, said: Dialogue, talker: Pick<Talker, 'speakers'>): TalkerCall {
  const { turns, seed, historyTurns } = ownOptions(call.providerOptions);
  const { voice, instructions, speed, language, abortSignal } = call;
  const warnings: SharedV3Warning[] = [];
  const known = voice !== undefined && talker.speakers.includes(voice);
  if (voice !== undefined && !known) {
    const details = `this voice has no speaker ${JSON.stringify(voice)}, only ${talker.speakers.join(', ')}`;
    warnings.push({ type: 'unsupported', feature: 'voice', details });
  }
  return {
    dialogue: { turns: [...(turns ?? []), ...said.turns] },
    options: {
      seed,
      historyTurns,
      instructions,
      speed,
      speaker: known ? voice : undefined,
      language: language === 'auto' ? undefined : language,
      signal: abortSignal,
    },
    warnings,
  };
}

function ownOptions(providerOptions: CallOptions['providerOptions']): GptTalkerProviderOptions {
  const parsed = schema.safeParse(providerOptions?.[PROVIDER] ?? {});
  if (parsed.success) return parsed.data;
  const [{ path, message }] = parsed.error.issues;
  throw new GptTalkerOptionError(
    'option',
    `providerOptions['${PROVIDER}']${path.map((key) => `.${String(key)}`).join('')}: ${message}; see the README of @gpt-talker/ai-sdk`,
  );
}
