// Puts the embedded voice beside the page that speaks by itself.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import type { Plugin } from 'vite';

export const VOICE_FOLDER = path.dirname(createRequire(__filename).resolve('@gpt-talker/voice-tiny/voice.json'));

const NOTICE = path.resolve(__dirname, '../../../NOTICE');

interface Listed {
  files: Record<string, { path: string }>;
}

/** A Vite plugin that copies what voice.json lists, under `voice/`. */
export function voiceFiles(): Plugin {
  return {
    name: 'voice-files',
    apply: 'build',
    generateBundle() {
      const manifest = JSON.parse(readFileSync(path.join(VOICE_FOLDER, 'voice.json'), 'utf8')) as Listed;
      // Whose words and recordings are in the dictionary and the voice.
      this.emitFile({ type: 'asset', fileName: 'NOTICE.txt', source: readFileSync(NOTICE) });
      for (const file of ['voice.json', ...Object.values(manifest.files).map((listed) => listed.path)])
        this.emitFile({
          type: 'asset',
          fileName: `voice/${file}`,
          source: readFileSync(path.join(VOICE_FOLDER, file)),
        });
    },
  };
}
