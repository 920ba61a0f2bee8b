// Dialogue files: {"turns": [{"role": "user", "text": "…", "audio": "a file beside this one"}, …]}.
import { z } from 'zod';
import { DialogueError } from './errors';

const turnSchema = z.object(
  {
    // OpenAI's word for the agent is understood too.
    role: z
      .enum(['user', 'agent', 'assistant'], {
        error: ({ input }) =>
          (input === undefined ? 'is missing' : `is ${JSON.stringify(input)}`) + "; write 'user' or 'agent'",
      })
      .transform((role) => (role === 'assistant' ? 'agent' : role)),
    speaker: z.string({ error: 'must be a name; correct or remove it' }).optional(),
    text: z
      .string({ error: 'is missing; write what was said' })
      .max(100_000, { error: 'is longer than 100,000 characters; split the turn' })
      .refine((text) => text.trim() !== '', { error: 'is empty; write what was said, or remove the turn' }),
    language: z.string({ error: "must be a language such as 'en'; correct or remove it" }).optional(),
    audio: z
      .string({ error: 'must be the path of a wav file; correct or remove it' })
      .min(1, { error: 'is empty; name a wav file, or remove it' })
      .optional(),
  },
  { error: 'must be an object with role and text' },
);

const dialogueSchema = z.object(
  { turns: z.array(turnSchema, { error: 'is missing; write {"turns": [{"role": "user", "text": "…"}]}' }) },
  { error: 'must be an object; write {"turns": [{"role": "user", "text": "…"}]}' },
);

/** A dialogue as it stands in a file: audio is a path. */
export type DialogueFile = z.infer<typeof dialogueSchema>;

/**
 * Validates the JSON value of a dialogue file.
 * @param where named in errors: the file's path
 * @throws DialogueError `shape`, such as `weekend.json: turn 2: role is "bot"; write 'user' or 'agent'`
 */
export function parseDialogue(json: unknown, where: string = 'dialogue'): DialogueFile {
  const parsed = dialogueSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [{ path: place, message }] = parsed.error.issues;
  const [list, index, field] = place;
  const subject = typeof index === 'number' ? [`turn ${index + 1}:`, field] : [list];
  throw new DialogueError('shape', `${where}: ${[...subject, message].filter(Boolean).join(' ')}`);
}
