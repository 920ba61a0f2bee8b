// Files of voices that have been fetched, kept by the browser under their SHA-256: equal files are kept once, and two tabs that fetch the
// same voice write the same thing. Storage is a convenience: where it is refused or full, everything works without.
import type { VoiceFile } from './voice-manifest';

const CACHE_NAME = 'gpt-talker-voices';

export class FileCache {
  private constructor(private readonly cache: Cache | undefined) {}

  static async open(wanted: boolean): Promise<FileCache> {
    if (!wanted || typeof caches === 'undefined') return new FileCache(undefined);
    return new FileCache(await caches.open(CACHE_NAME).catch(() => undefined));
  }

  async get(file: VoiceFile): Promise<Blob | undefined> {
    const response = await this.cache?.match(keyOf(file)).catch(() => undefined);
    const blob = await response?.blob().catch(() => undefined);
    // What was checked when it was kept may still have been cut short by a full disk.
    return blob?.size === file.bytes ? blob : undefined;
  }

  async put(file: VoiceFile, blob: Blob): Promise<void> {
    await this.cache?.put(keyOf(file), new Response(blob)).catch(() => undefined);
  }
}

/** A made-up address: the cache wants one. */
function keyOf({ sha256 }: VoiceFile): string {
  return `https://voice.invalid/${sha256}`;
}
