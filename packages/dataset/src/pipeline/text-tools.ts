// What texts get besides their phonemes: vectors from a language model (BERT), for the languages that it knows.
import { bertTools, type BertSpec } from './hubert-tools';
import { callExport } from './module-tools';
import { type TextFeatureExtractor } from './tools';

/** A description that can be sent to a worker. */
export type TextFeatureSpec =
  /** BERT as an exported graph. */
  | BertSpec
  /** A JavaScript module whose `createTextFeatures(options)` returns (a promise of) a TextFeatureExtractor. */
  | { kind: 'module'; file: string; options?: unknown };

/** Makes the extractor that a description names. @throws DatasetError `option` */
export async function createTextFeatures(spec: TextFeatureSpec): Promise<TextFeatureExtractor> {
  if (spec.kind === 'bert') return bertTools(spec);
  return (await callExport(spec.file, 'createTextFeatures', spec.options)) as TextFeatureExtractor;
}
