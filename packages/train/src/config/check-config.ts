// Reads a configuration file and checks it against a schema. An unknown key is an error that names the nearest known one, so
// that a misspelt key is never silently ignored.
import { readFile, stat } from 'node:fs/promises';
import { distance } from 'fastest-levenshtein';
import { parseDocument } from 'yaml';
import type { z } from 'zod';
import { VoiceConfigError } from './config-error';

/** Reads YAML or JSON. @throws VoiceConfigError where the file is not there or malformed */
export async function readConfigFile(file: string): Promise<unknown> {
  const found = await stat(file).catch((cause: NodeJS.ErrnoException) => {
    throw new VoiceConfigError(`${file}: cannot be read (${cause.code}); check the path`, { cause });
  });
  if (!found.isFile()) throw new VoiceConfigError(`${file}: is no file; name the configuration's file`);
  if (found.size > MOST_BYTES)
    throw new VoiceConfigError(
      `${file}: has ${found.size} bytes, a configuration at most ${MOST_BYTES}; check the path`,
    );
  const text = await readFile(file, 'utf8').catch((cause: NodeJS.ErrnoException) => {
    throw new VoiceConfigError(`${file}: cannot be read (${cause.code}); check the path`, { cause });
  });
  if (deepest(text) > MOST_LEVELS)
    throw new VoiceConfigError(`${file}: is nested more than ${MOST_LEVELS} levels deep, which no configuration is`);
  try {
    const document = parseDocument(text);
    // What YAML only warns of, an unknown tag for example, would be read as something else than was meant.
    const [problem] = [...document.errors, ...document.warnings];
    if (problem) throw problem;
    return document.toJS({ maxAliasCount: MOST_ALIASES });
  } catch (error) {
    throw new VoiceConfigError(`${file}: ${(error as Error).message.split('\n')[0].replace(/:$/, '')}`, {
      cause: error,
    });
  }
}

const MOST_BYTES = 2 ** 20;
const MOST_LEVELS = 32;
const MOST_ALIASES = 100;

/** How deep brackets and indentation nest, at most: told before a parser recurses into them. */
function deepest(text: string): number {
  let [brackets, most] = [0, 0];
  for (const character of text) {
    if (character === '[' || character === '{') most = Math.max(most, ++brackets);
    else if (character === ']' || character === '}') brackets = Math.max(0, brackets - 1);
  }
  for (const line of text.split('\n')) {
    const [indentation] = /^[ -]*/.exec(line)!;
    most = Math.max(most, indentation.length / 2);
  }
  return most;
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
  const name = place.join('.') || 'configuration';
  // Configurations of an earlier version lack what later ones have.
  if (issue.message.endsWith('received undefined'))
    throw new VoiceConfigError(
      `${file}: ${name} is missing; take it from a configuration of today (gpt-talker-train config)`,
    );
  throw new VoiceConfigError(`${file}: ${name}: ${issue.message}`);
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
