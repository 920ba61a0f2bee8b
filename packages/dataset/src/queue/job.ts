// A task and its answer as they lie in Redis. What comes from there is checked like anything else that comes from outside: keys become names of
// files, and paths are opened.
import path from 'node:path';
import { z } from 'zod';
import { DatasetError, type DatasetErrorCode } from '../errors';
import { contentKey } from '../files/hash';
import { chunkTurnSchema } from '../pipeline/chunk';
import { type Task } from '../pipeline/task';

const keySchema = z.string().regex(/^[0-9a-f]{32}$/, 'no content hash');
const pathSchema = z.string().refine((value) => path.isAbsolute(value), 'no absolute path');

const speechSpecSchema = z.discriminatedUnion('kind', [
  z.object({ kind: z.literal('spectral'), codebook: pathSchema }),
  z.object({
    kind: z.literal('hubert'),
    graph: pathSchema,
    statistics: pathSchema,
    quantizer: pathSchema,
    vocabulary: z.number(),
    width: z.number(),
    normalize: z.boolean().optional(),
    tailSeconds: z.number().optional(),
    speaker: z.object({ graph: pathSchema, width: z.number() }).optional(),
    fingerprint: z.string(),
  }),
  z.object({ kind: z.literal('module'), file: pathSchema, options: z.unknown().optional() }),
]);

const textFeatureSpecSchema = z.discriminatedUnion('kind', [
  z.object({
    kind: z.literal('bert'),
    graph: pathSchema,
    tokenizer: pathSchema,
    maximumPositions: z.number(),
    width: z.number(),
    fingerprint: z.string(),
  }),
  z.object({ kind: z.literal('module'), file: pathSchema, options: z.unknown().optional() }),
]);

const settingsSchema = z.object({
  output: pathSchema,
  stored: z.object({ sampleRate: z.number().int().min(8000), level: z.enum(['upstream', 'as-is']) }).optional(),
  speech: speechSpecSchema,
  textFeatures: textFeatureSpecSchema.optional(),
  expected: z.object({ speech: z.string(), textFeatures: z.string().optional() }),
});

/** Before recordings were read. */
const plannedTurnSchema = chunkTurnSchema.omit({ sha256: true, aboutSeconds: true });

export const taskSchema = z.discriminatedUnion('step', [
  z.object({ step: z.literal('manifest'), settings: settingsSchema, turns: z.array(plannedTurnSchema).max(1000) }),
  z.object({ step: z.enum(['text', 'audio', 'tokens']), settings: settingsSchema, chunk: keySchema }),
]);

/** Keeps the order in which members were written: what is made of a task depends on it. */
export function parseTask(data: unknown): Task {
  const parsed = taskSchema.safeParse(data);
  if (parsed.success) return data as Task;
  const [{ path: where, message }] = parsed.error.issues;
  throw new DatasetError('option', `a task in the queue is not understood (${where.join('.')}: ${message})`);
}

export const answerSchema = z.object({
  key: keySchema,
  turns: z.number().int(),
  seconds: z.number(),
  recognised: z.boolean(),
  missing: z.array(z.string()).optional(),
  /** Who did it, and how many tasks it does at once. */
  worker: z.string(),
  threads: z.number().int(),
});
export type Answer = z.infer<typeof answerSchema>;

/** Step, chunk, and a hash of all that the task says: the same work has the same name, no matter who asks for it. */
export function jobId(task: Task): string {
  const chunk = task.step === 'manifest' ? contentKey(task.turns) : task.chunk;
  return `${task.step}-${chunk}-${contentKey(task).slice(0, 16)}`;
}

/** BullMQ keeps a text of what went wrong; ours holds the error's code and who says so. */
export function failureText(error: unknown, worker: string): string {
  const { message } = error as Error;
  return JSON.stringify({ code: error instanceof DatasetError ? error.code : 'queue', message, worker });
}

const failureSchema = z.object({ code: z.string(), message: z.string(), worker: z.string() });

export function failureFrom(text: string, id: string): DatasetError {
  try {
    const { code, message, worker } = failureSchema.parse(JSON.parse(text));
    return new DatasetError(code as DatasetErrorCode, `${message} (on ${worker})`);
  } catch {
    const stalled = /stalled/.test(text);
    const what = stalled ? 'its workers ended or lost the queue again and again while they did it' : text;
    return new DatasetError('queue', `task ${id} was given up: ${what}; see to the workers and run it again`);
  }
}

/** All paths that a task names, beside those of recordings that are already part of a manifest. */
export function pathsOf({ settings, ...task }: Task): string[] {
  const { output, speech, textFeatures } = settings;
  const recordings = 'turns' in task ? task.turns.map(({ audio }) => audio) : [];
  const strings = (value: unknown): string[] =>
    typeof value === 'string' ? [value] : Object.values((value ?? {}) as object).flatMap(strings);
  const named = [...strings(speech), ...strings(textFeatures)].filter((value) => path.isAbsolute(value));
  return [output, ...recordings, ...named];
}

/** Whether a path lies in one of the folders. */
export function isInside(file: string, folders: readonly string[]): boolean {
  return folders.some((folder) => {
    const relative = path.relative(path.resolve(folder), path.resolve(file));
    return relative === '' || (!relative.startsWith('..') && !path.isAbsolute(relative));
  });
}
