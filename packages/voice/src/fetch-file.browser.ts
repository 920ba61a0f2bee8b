// One file of a voice over HTTP: whole, of the right size and SHA-256, or an error.
import { VoiceFileError } from './errors';
import type { FileCache } from './file-cache.browser';
import { sha256 } from './sha256';
import type { VoiceFile } from './voice-manifest';

interface FetchOptions {
  /** More bytes than this are refused. */
  limit: number;
  signal?: AbortSignal;
  onBytes?(bytes: number): void;
}

/** What lies at an address. @throws VoiceFileError `missing`, `unreadable` or `altered` */
export async function fetchBytes(address: string, { limit, signal, onBytes }: FetchOptions): Promise<Uint8Array> {
  const response = await fetch(address, { signal }).catch((error: unknown) => {
    signal?.throwIfAborted();
    throw unreachable(address, error);
  });
  if (!response.ok || !response.body) {
    const code = response.status === 404 || response.status === 410 ? 'missing' : 'unreadable';
    throw new VoiceFileError(code, `${address}: the server answers ${response.status}; check the address`);
  }
  const pieces: Uint8Array[] = [];
  let length = 0;
  const reader = response.body.getReader();
  for (;;) {
    const { done, value } = await reader.read().catch((error: unknown) => {
      signal?.throwIfAborted();
      throw unreachable(address, error);
    });
    if (done) break;
    length += value.length;
    if (length > limit) {
      void reader.cancel().catch(() => undefined);
      throw new VoiceFileError('altered', `${address}: is longer than ${limit} bytes; check the address`);
    }
    pieces.push(value);
    onBytes?.(value.length);
  }
  const bytes = new Uint8Array(length);
  let position = 0;
  for (const piece of pieces) {
    bytes.set(piece, position);
    position += piece.length;
  }
  return bytes;
}

/** A listed file, from what is kept or from its address. It is kept only after it has been checked. @throws VoiceFileError */
export async function fetchFile(
  address: string,
  file: VoiceFile,
  { cache, signal, onBytes }: { cache: FileCache; signal?: AbortSignal; onBytes(bytes: number): void },
): Promise<Blob> {
  const kept = await cache.get(file);
  if (kept) {
    onBytes(file.bytes);
    return kept;
  }
  const bytes = await fetchBytes(address, { limit: file.bytes, signal, onBytes });
  if (bytes.length !== file.bytes) {
    const what = startsAsHtml(bytes) ? 'is a web page' : `is ${bytes.length} bytes`;
    throw new VoiceFileError('altered', `${address}: ${what}, but voice.json says ${file.bytes} bytes; load it again`);
  }
  if ((await digestOf(bytes)) !== file.sha256) {
    throw new VoiceFileError('altered', `${address}: SHA-256 differs from voice.json; export the voice again`);
  }
  const blob = new Blob([bytes as Uint8Array<ArrayBuffer>]);
  await cache.put(file, blob);
  return blob;
}

/** By the browser itself where the page is secure, which is many times as fast. */
async function digestOf(bytes: Uint8Array): Promise<string> {
  if (!globalThis.crypto?.subtle) return sha256(bytes);
  const digest = await crypto.subtle.digest('SHA-256', bytes as Uint8Array<ArrayBuffer>);
  return Array.from(new Uint8Array(digest), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

function startsAsHtml(bytes: Uint8Array): boolean {
  return /^\s*<(?:!doctype|html)/i.test(new TextDecoder().decode(bytes.subarray(0, 64)));
}

function unreachable(address: string, cause: unknown): VoiceFileError {
  const reason = cause instanceof Error ? cause.message : String(cause);
  return new VoiceFileError(
    'unreadable',
    `${address}: cannot be fetched (${reason}); check the connection, then load it again`,
    {
      cause,
    },
  );
}
