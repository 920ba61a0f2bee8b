// Opening a voice folder: nothing of it is used before its manifest is understood and every file is what the manifest
// says. An altered graph would not fail, it would speak wrongly; so it is refused.
import { createHash } from 'node:crypto';
import { open, readFile, realpath, stat } from 'node:fs/promises';
import path from 'node:path';
import { VoiceFileError } from './errors';
import { MANIFEST_FILE, MAXIMUM_MANIFEST_BYTES, parseManifest, staysInside } from './parse-manifest';
import type { OpenVoiceOptions, Voice } from './voice';
import type { VoiceFile } from './voice-manifest';

/**
 * Reads and validates `voice.json` in a folder, and checks the presence, size and SHA-256 of every file that it lists.
 * @throws VoiceFileError with a one-line message that names the file and the remedy.
 */
export async function openVoice(folder: string, _options: OpenVoiceOptions = {}): Promise<Voice> {
  if (/^https?:/i.test(folder)) {
    throw new VoiceFileError('missing', `${folder}: is an address, which only pages open; download the voice's folder`);
  }
  const root = await realFolder(folder);
  const manifest = parseManifest(await readManifest(path.join(root, MANIFEST_FILE)), path.join(folder, MANIFEST_FILE));
  const paths = new Map<string, string>();
  for (const [key, file] of Object.entries(manifest.files)) {
    paths.set(key, await checkFile(root, folder, key, file));
  }
  const pathOf = (fileKey: string): string => {
    const found = paths.get(fileKey);
    if (found) return found;
    throw new VoiceFileError(
      'missing',
      `${path.join(folder, MANIFEST_FILE)}: lists no file '${fileKey}'; export the voice again`,
    );
  };
  return { folder: root, manifest, path: pathOf, read: async (fileKey) => readWhole(pathOf(fileKey)) };
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

async function readWhole(file: string): Promise<Uint8Array> {
  try {
    const { buffer, byteOffset, byteLength } = await readFile(file);
    return new Uint8Array(buffer, byteOffset, byteLength);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new VoiceFileError('unreadable', `${file}: cannot be read (${code}); check its permissions`, {
      cause: error,
    });
  }
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

/** Reads into one buffer again and again: a stream takes a new one for every piece, and touching fresh memory takes longer than hashing it. */
async function sha256(file: string): Promise<string> {
  const hash = createHash('sha256');
  const piece = Buffer.allocUnsafeSlow(1024 * 1024);
  const handle = await open(file);
  try {
    for (;;) {
      const { bytesRead } = await handle.read(piece, 0, piece.length);
      if (bytesRead === 0) return hash.digest('hex');
      hash.update(piece.subarray(0, bytesRead));
    }
  } finally {
    await handle.close();
  }
}
