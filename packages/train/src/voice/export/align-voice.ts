// Teaches a voice which of its speech tokens are which phoneme, from the corpus that it was trained on (or any that it can encode), and
// adds that to its folder: replies then know when each word is said, and whether it was.
import { createHash } from 'node:crypto';
import { readFile, rename, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { readWavFile } from '@gpt-talker/audio';
import { readManifest } from '@gpt-talker/dataset';
import { writeEmissions } from '@gpt-talker/gpt';
import { MANIFEST_FILE, openVoice, voiceManifestSchema, type VoiceManifest } from '@gpt-talker/voice';
import { SpectralEncoder, phonemize } from '@gpt-talker/tokenizer';
import { estimateEmissions } from '../emissions';

/** The key of the emissions among a voice's files. */
export const ALIGNMENT_KEY = 'alignment';
const FILE = 'alignment.safetensors';

export interface AlignVoiceOptions {
  /** A voice's folder, whose encoder is spectral and which has an alignment prior (`layout.alignment`). */
  voice: string;
  /** Corpus: JSON Lines, one dialogue a line. */
  manifest: string;
  onProgress?: (message: string) => void;
}

/** @returns the voice's manifest as it is now @throws Error for a voice that cannot be aligned; what reading corpus and voice throws */
export async function alignVoice({
  voice: folder,
  manifest: corpus,
  onProgress,
}: AlignVoiceOptions): Promise<VoiceManifest> {
  const voice = await openVoice(folder);
  const { manifest } = voice;
  const { alignment: prior } = manifest.layout;
  if (manifest.encoder.kind !== 'spectral' || !prior)
    throw new Error(
      `${folder}: only a voice with a spectral encoder and an alignment prior (layout.alignment) can be aligned; train one`,
    );
  const encoder = SpectralEncoder.fromBytes(await readFile(voice.path(manifest.encoder.file)));
  const ids = new Map(manifest.symbols.map((symbol, id) => [symbol, id]));
  const turns: { phonemes: Int32Array; tokens: Int32Array }[] = [];
  for await (const dialogue of readManifest(corpus)) {
    if (dialogue.split !== 'train') continue;
    for (const { text, audio } of dialogue.turns) {
      if (audio === undefined) continue;
      const { phonemes } = phonemize(text);
      const known = phonemes.map((symbol) => ids.get(symbol));
      if (known.includes(undefined)) continue;
      turns.push({
        phonemes: Int32Array.from(known as number[]),
        tokens: await encoder.encode(await readWavFile(audio)),
      });
      if (turns.length % 200 === 0) onProgress?.(`${turns.length} recordings encoded`);
    }
  }
  if (turns.length === 0) throw new Error(`${corpus}: has no recording with a text; name a corpus with audio`);
  const { vocabulary } = manifest.semantic;
  const options = { phonemeVocabulary: manifest.symbols.length, tokens: vocabulary - 1, prior };
  const emissions = estimateEmissions(turns, options, (round, score) =>
    onProgress?.(`round ${round}: ${score.toFixed(2)} nats a recording above chance`),
  );
  return addFile(folder, manifest, writeEmissions(emissions));
}

async function addFile(folder: string, manifest: VoiceManifest, bytes: Uint8Array): Promise<VoiceManifest> {
  const sha256 = createHash('sha256').update(bytes).digest('hex');
  const file = { path: FILE, bytes: bytes.byteLength, sha256 };
  const changed = voiceManifestSchema.parse({
    ...manifest,
    alignment: { file: ALIGNMENT_KEY },
    files: { ...manifest.files, [ALIGNMENT_KEY]: file },
  });
  // The manifest last: until it is there, the folder is the voice that it was.
  await replace(path.join(folder, FILE), bytes);
  await replace(path.join(folder, MANIFEST_FILE), `${JSON.stringify(changed, null, 2)}\n`);
  return changed;
}

async function replace(file: string, content: Uint8Array | string): Promise<void> {
  await writeFile(`${file}.partial`, content);
  await rename(`${file}.partial`, file);
}
