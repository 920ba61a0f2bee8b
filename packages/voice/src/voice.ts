// A voice, wherever it lies.
import type { VoiceManifest } from './voice-manifest';

/** A voice whose files have been checked. */
export interface Voice {
  /** The folder's absolute path, or the address of the voice's folder. */
  readonly folder: string;
  readonly manifest: VoiceManifest;
  /**
   * Where a file lies, by its key in `manifest.files`: an absolute path; for a voice that was fetched, an address that `fetch` and a session
   * host can open.
   * @throws VoiceFileError `missing` for an unknown key
   */
  path(fileKey: string): string;
  /** A file's bytes. @throws VoiceFileError `missing` for an unknown key, `unreadable` */
  read(fileKey: string): Promise<Uint8Array>;
}

export interface OpenVoiceOptions {
  /** Told how much of a voice has been fetched; a folder on disk has nothing to report. */
  onProgress?(progress: VoiceProgress): void;
  /** Stops fetching; the promise is rejected with the signal's reason. */
  signal?: AbortSignal;
  /**
   * Whether fetched files are kept in the browser's Cache Storage, by their SHA-256. Where storage is refused or full, the voice is fetched
   * again the next time. Default true.
   */
  keep?: boolean;
}

export interface VoiceProgress {
  loadedBytes: number;
  /** Of all files of the voice. */
  totalBytes: number;
}
