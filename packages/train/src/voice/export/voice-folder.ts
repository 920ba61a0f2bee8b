// Writes a voice: graphs, references and a manifest that names each file with its size and SHA-256. The folder appears whole or
// not at all: it is written beside its place and renamed.
import { createHash } from 'node:crypto';
import { mkdir, rename, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { MANIFEST_FILE, voiceManifestSchema, type VoiceManifest } from '@gpt-talker/voice';

/** A file of a voice: the key under which the manifest knows it, its name in the folder, its content. */
export interface VoiceContent {
  key: string;
  path: string;
  bytes: Uint8Array;
}

/**
 * @param manifest everything but `files`, which is made from the contents
 * @returns the manifest as written
 * @throws ZodError where manifest and contents do not fit each other; nothing is written then
 */
export async function writeVoiceFolder(
  folder: string,
  manifest: Omit<VoiceManifest, 'files'>,
  contents: readonly VoiceContent[],
): Promise<VoiceManifest> {
  const files = Object.fromEntries(
    contents.map(({ key, path: name, bytes }) => [
      key,
      { path: name, bytes: bytes.byteLength, sha256: createHash('sha256').update(bytes).digest('hex') },
    ]),
  );
  const checked = voiceManifestSchema.parse({ ...manifest, files });
  const target = path.resolve(folder);
  const partial = `${target}.${process.pid}.partial`;
  const previous = `${target}.${process.pid}.previous`;
  try {
    await mkdir(partial, { recursive: true });
    for (const { path: name, bytes } of contents) {
      await mkdir(path.dirname(path.join(partial, name)), { recursive: true });
      await writeFile(path.join(partial, name), bytes);
    }
    await writeFile(path.join(partial, MANIFEST_FILE), JSON.stringify(checked, null, 2) + '\n');
    await rename(target, previous).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await rename(partial, target);
    await rm(previous, { recursive: true, force: true });
    return checked;
  } catch (error) {
    await rm(partial, { recursive: true, force: true });
    throw error;
  }
}
