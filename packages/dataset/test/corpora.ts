// Small corpora made for tests.
import { createHash } from 'node:crypto';
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { writeWav, type Audio } from '@gpt-talker/audio';
import { type SpeechTools } from '../src';

/** A tone that differs from name to name. */
export function tone(seconds: number, { hertz = 200, sampleRate = 16_000, level = 0.3 } = {}): Audio {
  const samples = Float32Array.from(
    { length: Math.round(seconds * sampleRate) },
    (_, index) => level * Math.sin((2 * Math.PI * hertz * index) / sampleRate),
  );
  return { samples, sampleRate };
}

export function writeFiles(folder: string, files: Record<string, string | Uint8Array | Audio>): void {
  for (const [name, content] of Object.entries(files)) {
    const file = path.join(folder, name);
    mkdirSync(path.dirname(file), { recursive: true });
    writeFileSync(file, typeof content === 'object' && 'samples' in content ? writeWav(content) : content);
  }
}

/** One token for every 40 ms, from the loudness there: enough to distinguish recordings. */
export const loudnessTools: SpeechTools = {
  fingerprint: 'loudness 1',
  vocabulary: 64,
  encoder: {
    vocabulary: 64,
    encode: async ({ samples, sampleRate }) => {
      const width = Math.round(sampleRate / 25);
      return Int32Array.from({ length: Math.max(1, Math.floor(samples.length / width)) }, (_, token) => {
        let most = 0;
        for (let index = token * width; index < (token + 1) * width && index < samples.length; index++) {
          if (samples[index] > most) most = samples[index];
        }
        return Math.min(63, Math.floor(most * 64));
      });
    },
  },
};

/** SSL features of three numbers a frame, and a quantiser that rounds the first. */
export const featureTools: SpeechTools = {
  fingerprint: 'features 1',
  vocabulary: 16,
  ssl: {
    width: 3,
    extract: async ({ samples, sampleRate }) => {
      const frames = Math.floor((samples.length / sampleRate) * 50);
      return Float32Array.from({ length: frames * 3 }, (_, index) => (index % 48) / 4);
    },
  },
  quantizer: {
    quantize: async (features, frames) =>
      Int32Array.from({ length: frames / 2 }, (_, token) => Math.floor(features[token * 6]) % 16),
  },
};

/** The SHA-256 of every file of a folder, by name. */
export async function folderSnapshot(folder: string): Promise<Record<string, string>> {
  const entries = await readdir(folder, { recursive: true, withFileTypes: true });
  const files = entries.filter((entry) => entry.isFile()).map((entry) => path.join(entry.parentPath, entry.name));
  const hashed = files.map((file) => {
    const hash = createHash('sha256').update(readFileSync(file)).digest('hex');
    return [path.relative(folder, file), hash];
  });
  return Object.fromEntries(hashed.sort());
}
