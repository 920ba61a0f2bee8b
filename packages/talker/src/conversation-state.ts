// A conversation as plain JSON, to be kept elsewhere and gone on with later: what was said, as text and tokens, and in whose voice.
// What can be computed again (keys and values) is not part of it.
import type { Turn } from '@gpt-talker/context';
import { sha256, type VoiceManifest } from '@gpt-talker/voice';
import { z } from 'zod';
import { TalkerError } from './errors';

const STATE_VERSION = 1;

const count = z.number().int().nonnegative();
const vector = z.array(z.number()).max(100_000);

const samplingSchema = z.object({
  topK: z.number().optional(),
  topP: z.number().optional(),
  temperature: z.number().optional(),
  repetitionPenalty: z.number().optional(),
  minimumTokens: z.number().optional(),
  stutterTokens: z.number().optional(),
  maximumTokens: z.number().optional(),
});

const stateSchema = z.object({
  version: z.literal(STATE_VERSION),
  /** The voice whose tokens and styles these are. */
  voice: z.object({ name: z.string(), fingerprint: z.string() }),
  historyTurns: count,
  sampling: samplingSchema.optional(),
  /** The style of the reference that the conversation was opened with. */
  style: vector.optional(),
  turns: z.array(
    z.object({
      role: z.enum(['user', 'agent']),
      speaker: z.string().optional(),
      text: z.string(),
      language: z.string().optional(),
      tokens: z.array(count).max(1_000_000).optional(),
      style: vector.optional(),
    }),
  ),
});

/** A conversation as JSON. */
export type ConversationState = z.infer<typeof stateSchema>;

/** Distinguishes voices whose tokens or styles mean different things. */
export function voiceIdentity({ name, files }: VoiceManifest): ConversationState['voice'] {
  const sums = Object.entries(files)
    .map(([key, file]) => `${key} ${file.sha256}`)
    .sort();
  return { name, fingerprint: sha256(sums.join('\n')).slice(0, 16) };
}

export function stateOfTurn({
  role,
  speaker,
  text,
  language,
  tokens,
  style,
}: Turn): ConversationState['turns'][number] {
  return {
    role,
    ...(speaker !== undefined && { speaker }),
    text,
    ...(language !== undefined && { language }),
    ...(tokens && { tokens: [...tokens] }),
    ...(style && { style: [...style] }),
  };
}

export function turnOfState({ tokens, style, ...turn }: ConversationState['turns'][number]): Turn {
  return {
    ...turn,
    ...(tokens && { tokens: Int32Array.from(tokens) }),
    ...(style && { style: Float32Array.from(style) }),
  };
}

/** @throws TalkerError `state` for what is not a conversation, or is one with another voice */
export function parseState(state: unknown, manifest: VoiceManifest): ConversationState {
  const { success, data, error } = stateSchema.safeParse(state);
  if (!success) {
    const [{ path, message }] = error.issues;
    throw new TalkerError(
      'state',
      `the kept conversation cannot be read: ${path.join('.') || 'it'}: ${message}; begin a new one`,
    );
  }
  const own = voiceIdentity(manifest);
  if (data.voice.fingerprint !== own.fingerprint) {
    throw new TalkerError(
      'state',
      `the kept conversation was made with voice '${data.voice.name}' (${data.voice.fingerprint}), not with this '${own.name}' ` +
        `(${own.fingerprint}); load that voice, or begin a new conversation`,
    );
  }
  return data;
}
