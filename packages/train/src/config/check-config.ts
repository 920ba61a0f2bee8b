// Reads a configuration file and checks it against a schema. An unknown key is an error that names the nearest known one, so
// that a misspelt key is never silently ignored.
import { readFile } from 'node:fs/promises';
import { distance } from 'fastest-levenshtein';
import { parse } from 'yaml';
import type { z } from 'zod';
import { VoiceConfigError } from './config-error';

/** Reads YAML or JSON. @throws VoiceConfigError where the file is not there or malformed */
export async function readConfigFile(file: string): Promise<unknown> {
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new VoiceConfigError(`${file}: cannot be read (${cause.code}); check the path`, { cause });
  });
  try {
    return parse(text);
  } catch (error) {
    throw new VoiceConfigError(`${file}: ${(error as Error).message.split('\n')[0]}`, { cause: error });
  }
}

/** @throws VoiceConfigError naming the file, the key, and what it should have been */
export function checkConfig<Schema extends z.ZodType>(file: string, value: unknown, schema: Schema): z.infer<Schema> {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  // A misspelt key is also a missing one; the spelling is what helps.
  const { issues } = parsed.error;
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  const place = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const key = issue.keys[0];
    const known = keysAt(schema, place);
    const nearest = nearestName(key, known);
    const hint = nearest === undefined ? `known here: ${known.join(', ')}` : `did you mean '${nearest}'?`;
    throw new VoiceConfigError(`${file}: unknown key '${[...place, key].join('.')}'; ${hint}`);
  }
  throw new VoiceConfigError(`${file}: ${place.join('.') || 'configuration'}: ${issue.message}`);
}

/** The known name that `name` was probably meant to be; undefined where none is near. */
export function nearestName(name: string, known: readonly string[]): string | undefined {
  const ranked = known
    .map((candidate) => ({ candidate, edits: distance(name.toLowerCase(), candidate.toLowerCase()) }))
    .sort((a, b) => a.edits - b.edits);
  const best = ranked[0];
  return best !== undefined && best.edits <= Math.max(2, Math.ceil(name.length * 0.5)) ? best.candidate : undefined;
}

/** The names that an object schema knows at a place within it. */
function keysAt(schema: z.ZodType, place: readonly string[]): string[] {
  let current: unknown = unwrap(schema);
  for (const key of place) current = unwrap(shapeOf(current)?.[key]);
  return Object.keys(shapeOf(current) ?? {});
}

const shapeOf = (schema: unknown): Record<string, unknown> | undefined =>
  (schema as { shape?: Record<string, unknown> } | undefined)?.shape;

/** What optional, defaulted and nullable schemas wrap. */
function unwrap(schema: unknown): unknown {
  let current = schema as { def?: { innerType?: unknown } } | undefined;
  while (current?.def?.innerType !== undefined) current = current.def.innerType as typeof current;
  return current;
}
