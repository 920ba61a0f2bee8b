// The parts that every voice is put together from, whether its weights are imported or of runs of one's own: the speaker encoder, BERT, the
// references.
import { readFile } from 'node:fs/promises';
import path from 'node:path';
import { WordPiece } from '@gpt-talker/tokenizer';
import { bertGraph, readBertFolder } from '@gpt-talker/tokenizer/bert';
import { embeddingWidth, speakerEncoderGraph, type SpeakerEncoderFile } from '@gpt-talker/tokenizer/speaker';
import { type VoiceManifest } from '@gpt-talker/voice';
import { ImportError } from './import/errors';
import { type ImportVoiceOptions } from './import/options';
import { type StageOne } from './import/stage-one';
import { type VoiceBuilder } from './voice-builder';

export async function addSpeakerEncoder(
  builder: VoiceBuilder,
  { speakerEncoder }: { speakerEncoder?: Pick<SpeakerEncoderFile, 'model' | 'config'> },
): Promise<VoiceManifest['speaker']> {
  if (!speakerEncoder) return undefined;
  await builder.addGraph('speaker', speakerEncoderGraph(speakerEncoder.model));
  return { file: 'speaker', width: embeddingWidth(speakerEncoder.config) };
}

/** The largest part by far: read, exported and let go at once. */
export async function addBert(
  builder: VoiceBuilder,
  { bertFolder: folder, gptCheckpoint }: Pick<ImportVoiceOptions, 'bertFolder' | 'gptCheckpoint'>,
  { gpt }: { gpt: Pick<StageOne, 'config'> },
): Promise<VoiceManifest['text']> {
  if (folder === undefined) return { features: 'none', featureWidth: 0 };
  await builder.step(`reading ${folder}`);
  const { config, model, store, tokenizer, unexpected } = await readBertFolder(folder);
  try {
    builder.noteUnexpected(folder, unexpected);
    const { width: featureWidth, maximumPositions } = config;
    requireEqual(
      [`${folder} gives`, featureWidth],
      [`${gptCheckpoint} takes`, gpt.config.featureWidth],
      'text features',
    );
    const json = JSON.stringify(tokenizer);
    new WordPiece(json, folder); // Refuses now what could not be used later.
    builder.add({ key: 'bert-tokenizer', path: 'bert-tokenizer.json', bytes: Buffer.from(json) });
    await builder.addGraph('bert', bertGraph(model));
    return { features: 'bert', featureWidth, bert: { file: 'bert', tokenizer: 'bert-tokenizer', maximumPositions } };
  } finally {
    store.dispose();
  }
}

export async function addReferences(
  builder: VoiceBuilder,
  { references = [] }: Pick<ImportVoiceOptions, 'references'>,
): Promise<void> {
  for (const [index, { file }] of references.entries()) {
    const name = `references/${index}-${path.basename(file)}`;
    builder.add({ key: `reference-${index}`, path: name, bytes: await readReference(file) });
  }
}

async function readReference(file: string): Promise<Uint8Array> {
  try {
    return await readFile(file);
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    throw new ImportError('option', `${file}: cannot be read (${code}); give a wav file`, { cause: error });
  }
}

export function requireEqual([one, first]: [string, number], [other, second]: [string, number], what: string): void {
  if (first === second) return;
  throw new ImportError(
    'mismatch',
    `${one} ${first} ${what}, ${other} ${second}; give parts that were trained together`,
  );
}
