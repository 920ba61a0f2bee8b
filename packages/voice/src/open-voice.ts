// Opening a voice folder: nothing of it is used before its manifest is understood and every file is what the manifest
// says. An altered graph would not fail, it would speak wrongly; so it is refused.
import { createHash } from 'node:crypto';
import { createReadStream } from 'node:fs';
import { open, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { pipeline } from 'node:stream/promises';
import { VoiceFileError } from './errors';
import { VOICE_FORMAT, VOICE_VERSION, voiceManifestSchema, type VoiceFile, type VoiceManifest } from './voice-manifest';

export const MANIFEST_FILE = 'voice.json';

/** A manifest has symbols and a few numbers; more than this is something else. */
const MAXIMUM_MANIFEST_BYTES = 1024 * 1024;

/** A voice whose files have been checked. */
export interface Voice {
  /** The folder's absolute path. */
  readonly folder: string;
  readonly manifest: VoiceManifest;
  /** Absolute path of a file by its key in `manifest.files`. @throws VoiceFileError `missing` for an unknown key. */
  path(fileKey: string): string;
}

/**
 * Reads and validates `voice.json` in a folder, and checks the presence, size and SHA-256 of every file that it lists.
 * @throws VoiceFileError with a one-line message that names the file and the remedy.
 */
export async function openVoice(folder: string): Promise<Voice> {
  const root = await realFolder(folder);
  const manifest = parseManifest(await readManifest(path.join(root, MANIFEST_FILE)), path.join(folder, MANIFEST_FILE));
  const paths = new Map<string, string>();
  for (const [key, file] of Object.entries(manifest.files)) {
    paths.set(key, await checkFile(root, folder, key, file));
  }
  return {
    folder: root,
    manifest,
    path(fileKey) {
      const found = paths.get(fileKey);
      if (found) return found;
      throw new VoiceFileError(
        'missing',
        `${path.join(folder, MANIFEST_FILE)}: lists no file '${fileKey}'; export the voice again`,
      );
    },
  };
}

async function realFolder(folder: string): Promise<string> {
  try {
    const root = await realpath(folder);
    if ((await stat(root)).isDirectory()) return root;
  } catch (error) {
    throw new VoiceFileError('missing', `${folder}: there is no such voice folder; check the path`, { cause: error });
  }
  throw new VoiceFileError(
    'missing',
    `${folder}: is a file, not a voice folder; name the folder that holds ${MANIFEST_FILE}`,
  );
}

async function readManifest(file: string): Promise<string> {
  let handle;
  try {
    handle = await open(file, 'r');
    const { size } = await handle.stat();
    if (size > MAXIMUM_MANIFEST_BYTES) {
      throw new VoiceFileError(
        'manifest',
        `${file}: is ${size} bytes, more than a voice's description can have; export the voice again`,
      );
    }
    return await handle.readFile('utf8');
  } catch (error) {
    if (error instanceof VoiceFileError) throw error;
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'ENOENT')
      throw new VoiceFileError('missing', `${file}: is missing, so this is not a voice folder; check the path`, {
        cause: error,
      });
    throw new VoiceFileError('unreadable', `${file}: cannot be read (${code}); check its permissions`, {
      cause: error,
    });
  } finally {
    await handle?.close();
  }
}

/**
 * Validates the text of a voice.json; `where` is named in errors.
 * @throws VoiceFileError `manifest` or `version`.
 */
export function parseManifest(text: string, where: string = MANIFEST_FILE): VoiceManifest {
  let json: unknown;
  try {
    json = JSON.parse(text);
  } catch (error) {
    throw new VoiceFileError('manifest', `${where}: is not JSON; export the voice again`, { cause: error });
  }
  const { format, version } = Object(json) as { format?: unknown; version?: unknown };
  if (format !== VOICE_FORMAT)
    throw new VoiceFileError('manifest', `${where}: is not a voice (format is not '${VOICE_FORMAT}'); check the path`);
  if (version !== VOICE_VERSION) {
    throw new VoiceFileError(
      'version',
      `${where}: is of version ${JSON.stringify(version)}, but this program reads version ${VOICE_VERSION}; update the older of the two`,
    );
  }
  const parsed = voiceManifestSchema.safeParse(json);
  if (parsed.success) return parsed.data;
  const [issue] = parsed.error.issues;
  throw new VoiceFileError('manifest', `${where}: ${issue.path.join('.')}: ${issue.message}; export the voice again`, {
    cause: parsed.error,
  });
}

async function checkFile(root: string, folder: string, key: string, file: VoiceFile): Promise<string> {
  const refuse = (code: VoiceFileError['code'], what: string, remedy: string, cause?: unknown) =>
    new VoiceFileError(code, `${path.join(folder, file.path)}: ${what}; ${remedy}`, { cause });
  if (!staysInside(file.path)) {
    throw new VoiceFileError(
      'path',
      `${path.join(folder, MANIFEST_FILE)}: files.${key}.path '${file.path}' leaves the voice's folder; do not use this voice`,
    );
  }
  let real: string;
  let bytes: number;
  try {
    real = await realpath(path.join(root, file.path));
    const stats = await stat(real);
    if (!stats.isFile()) throw refuse('missing', 'is not a file', 'export the voice again');
    bytes = stats.size;
  } catch (error) {
    if (error instanceof VoiceFileError) throw error;
    throw refuse('missing', `is missing, though ${MANIFEST_FILE} lists it`, 'export the voice again', error);
  }
  if (!real.startsWith(root + path.sep))
    throw refuse('path', "is a link that leaves the voice's folder", 'do not use this voice');
  if (bytes !== file.bytes)
    throw refuse('altered', `is ${bytes} bytes, but ${MANIFEST_FILE} says ${file.bytes}`, 'export the voice again');
  let digest: string;
  try {
    digest = await sha256(real);
  } catch (error) {
    throw refuse(
      'unreadable',
      `cannot be read (${(error as NodeJS.ErrnoException).code})`,
      'check its permissions',
      error,
    );
  }
  if (digest !== file.sha256)
    throw refuse('altered', `SHA-256 differs from ${MANIFEST_FILE}`, 'export the voice again');
  return real;
}

/** Whether a listed path is relative and plain, on every operating system. */
function staysInside(listed: string): boolean {
  return (
    !/[\\:\0]/.test(listed) &&
    !listed.startsWith('/') &&
    listed.split('/').every((part) => part !== '' && part !== '.' && part !== '..')
  );
}

async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  await pipeline(createReadStream(file, { highWaterMark: 1024 * 1024 }), hash);
  return hash.digest('hex');
}
