// Step 2: phonemes of every text, and BERT features where a language has them.
import { phonemize, TextError, type Phonemized, type TextLanguage } from '@gpt-talker/tokenizer';
import { contentKey } from '../files/hash';
import { writeShard, type Column } from '../files/shard';
import { type TextItem } from '../store/items';
import { type ChunkTurn } from './chunk';
import { type TextFeatureExtractor } from './tools';

/** Raise it whenever the tokenizer reads texts differently: prepared phonemes are then made again. */
const VERSION = 1;

export function textKey(turns: readonly ChunkTurn[], features: TextFeatureExtractor | undefined): string {
  const inputs = turns.map(({ name, text, language }) => [name, text, language]);
  return contentKey('text', VERSION, features?.fingerprint ?? null, inputs);
}

export async function textStep(
  file: string,
  turns: readonly ChunkTurn[],
  features: TextFeatureExtractor | undefined,
): Promise<void> {
  const items: TextItem[] = [];
  const phonemes: (Int32Array | undefined)[] = [];
  const wordLengths: (Int32Array | undefined)[] = [];
  const vectors: (Float32Array | undefined)[] = [];
  for (const { text, language } of turns) {
    const reading = read(text, language);
    if (typeof reading === 'string') {
      items.push({ skipped: reading, normalized: '' });
      phonemes.push(undefined);
      wordLengths.push(undefined);
      vectors.push(undefined);
      continue;
    }
    const { normalized, warnings } = reading;
    items.push({ normalized, ...(warnings.length > 0 && { warnings }) });
    phonemes.push(reading.ids);
    wordLengths.push(Int32Array.from(reading.word2ph));
    vectors.push(await features?.extract(reading, language));
  }
  const columns: Column[] = [
    { name: 'phonemes', dtype: 'uint16', values: phonemes },
    { name: 'word_lengths', dtype: 'uint16', values: wordLengths },
  ];
  if (features) columns.push({ name: 'features', dtype: 'float16', width: features.width, values: vectors });
  await writeShard(file, { step: 'text', items, columns });
}

/** A reading, or why there is none. */
function read(text: string, language: string): Phonemized | string {
  try {
    // A language without a front end is refused there, with a TextError.
    return phonemize(text, { language: language as TextLanguage });
  } catch (error) {
    if (!(error instanceof TextError)) throw error;
    if (error.code === 'option') return `in a language that cannot be read ('${language}')`;
    return error.code === 'empty' || error.code === 'unspeakable'
      ? 'without speakable text'
      : 'with wrong markup in the text';
  }
}
