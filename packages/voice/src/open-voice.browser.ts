// Opening a voice by its address. As with a folder, nothing of it is used before its manifest is understood and every file is what the
// manifest says; and nothing is kept that has not been checked.
import { VoiceFileError } from './errors';
import { FileCache } from './file-cache.browser';
import { fetchBytes, fetchFile } from './fetch-file.browser';
import { MANIFEST_FILE, MAXIMUM_MANIFEST_BYTES, parseManifest, staysInside } from './parse-manifest';
import type { OpenVoiceOptions, Voice } from './voice';

/**
 * Fetches `voice.json` from an address and every file that it lists, and checks their size and SHA-256.
 * @param address of the voice's folder, absolute or relative to the page
 * @throws VoiceFileError with a one-line message that names the file and the remedy
 */
export async function openVoice(address: string, options: OpenVoiceOptions = {}): Promise<Voice> {
  const folder = new URL(address.endsWith('/') ? address : `${address}/`, globalThis.location?.href).href;
  const manifestAddress = new URL(MANIFEST_FILE, folder).href;
  const text = new TextDecoder().decode(
    await fetchBytes(manifestAddress, { limit: MAXIMUM_MANIFEST_BYTES, signal: options.signal }),
  );
  const manifest = parseManifest(text, manifestAddress);
  const cache = await FileCache.open(options.keep ?? true);
  const entries = Object.entries(manifest.files);
  const totalBytes = entries.reduce((sum, [, { bytes }]) => sum + bytes, 0);
  let loadedBytes = 0;
  const report = (bytes: number) => options.onProgress?.({ loadedBytes: (loadedBytes += bytes), totalBytes });
  report(0);
  const blobs = new Map<string, Blob>();
  await Promise.all(
    entries.map(async ([key, file]) => {
      if (!staysInside(file.path)) {
        throw new VoiceFileError(
          'path',
          `${manifestAddress}: files.${key}.path '${file.path}' leaves the voice's folder; do not use this voice`,
        );
      }
      const location = new URL(file.path, folder).href;
      blobs.set(key, await fetchFile(location, file, { cache, signal: options.signal, onBytes: report }));
    }),
  );
  return new FetchedVoice(folder, manifest, blobs);
}

class FetchedVoice implements Voice {
  private readonly addresses = new Map<string, string>();

  constructor(
    readonly folder: string,
    readonly manifest: Voice['manifest'],
    private readonly blobs: ReadonlyMap<string, Blob>,
  ) {}

  path(fileKey: string): string {
    const blob = this.blob(fileKey);
    // Kept until the page goes: a worker may open it at any time.
    const address = this.addresses.get(fileKey) ?? URL.createObjectURL(blob);
    this.addresses.set(fileKey, address);
    return address;
  }

  async read(fileKey: string): Promise<Uint8Array> {
    return new Uint8Array(await this.blob(fileKey).arrayBuffer());
  }

  private blob(fileKey: string): Blob {
    const found = this.blobs.get(fileKey);
    if (found) return found;
    throw new VoiceFileError('missing', `${this.folder}: lists no file '${fileKey}'; export the voice again`);
  }
}
