// How recordings become semantic tokens: either straight from the sound (SpectralEncoder), or by way of SSL features that are
// kept (HuBERT) and a quantiser. Workers make their own tools from a plain description.
import { readFile } from 'node:fs/promises';
import { SpectralEncoder } from '@gpt-talker/tokenizer';
import { DatasetError } from '../errors';
import { sha256 } from '../files/hash';
import { hubertTools, type HubertSpec } from './hubert-tools';
import { callExport } from './module-tools';
import { type SpeechTools } from './tools';

/** A description of speech tools that can be sent to a worker. */
export type SpeechSpec =
  /** A voice's speech codes, from `gpt-talker-train encoder` or a voice folder. */
  | { kind: 'spectral'; codebook: string }
  /** HuBERT and a quantiser as exported graphs. */
  | HubertSpec
  /** Anything else: a JavaScript module whose `createSpeechTools(options)` returns (a promise of) SpeechTools. */
  | { kind: 'module'; file: string; options?: unknown };

/** Makes the tools that a description names. @throws DatasetError `option` */
export async function createSpeechTools(spec: SpeechSpec): Promise<SpeechTools> {
  switch (spec.kind) {
    case 'spectral':
      return spectralTools(spec.codebook);
    case 'hubert':
      return hubertTools(spec);
    case 'module':
      return (await callExport(spec.file, 'createSpeechTools', spec.options)) as SpeechTools;
  }
}

async function spectralTools(codebook: string): Promise<SpeechTools> {
  const bytes = await readFile(codebook).catch((cause: NodeJS.ErrnoException) => {
    throw new DatasetError('option', `${codebook}: the speech codes cannot be read (${cause.code}); check the path`, {
      cause,
    });
  });
  const encoder = SpectralEncoder.fromBytes(bytes);
  return { fingerprint: `spectral ${sha256(bytes)}`, vocabulary: encoder.vocabulary, encoder };
}
