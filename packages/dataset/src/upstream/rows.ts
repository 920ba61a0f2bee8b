// Rows of upstream's text files. A row is about a turn together with the history before it: all sequences are those of the history
// turns and of the turn itself, joined, with a list of their lengths.
import { parseCounts, parsePythonList, pythonList } from './python-list';

/** A row of 2-name2text.txt. */
export interface TextRow {
  name: string;
  phonemes: string[];
  /** Of Chinese characters; empty for English. */
  word2ph: number[];
  normalized: string;
  phonemeCounts: number[];
  /** Columns of BERT features; empty for English. */
  featureCounts: number[];
  speakers: string[];
}

export function parseTextRow(line: string): TextRow | undefined {
  const columns = line.split('\t');
  if (columns.length !== 7) return undefined;
  const [name, phonemes, word2ph, normalized, phonemeCounts, featureCounts, speakers] = columns;
  const lists = [parseCounts(word2ph), parseCounts(phonemeCounts), parseCounts(featureCounts)];
  const speakerList = parsePythonList(speakers);
  if (lists.includes(undefined) || speakerList === undefined) return undefined;
  return {
    name,
    phonemes: phonemes.split(' ').filter((phoneme) => phoneme !== ''),
    word2ph: lists[0]!,
    normalized,
    phonemeCounts: lists[1]!,
    featureCounts: lists[2]!,
    speakers: speakerList.map(String),
  };
}

export function textRow({
  name,
  phonemes,
  word2ph,
  normalized,
  phonemeCounts,
  featureCounts,
  speakers,
}: TextRow): string {
  const text = normalized.replace(/[\t\r\n]+/g, ' ');
  const lists = [pythonList(phonemeCounts), pythonList(featureCounts), pythonList(speakers)];
  return [name, phonemes.join(' '), pythonList(word2ph), text, ...lists].join('\t');
}

/** A row of 6-name2semantic.tsv. */
export interface SemanticRow {
  name: string;
  tokens: number[];
  tokenCounts: number[];
}

export const SEMANTIC_HEADER = 'item_name\tsemantic_audio\tsemantic_len';

export function parseSemanticRow(line: string): SemanticRow | undefined {
  const [name, tokens, counts, ...rest] = line.split('\t');
  const tokenCounts = counts === undefined ? undefined : parseCounts(counts);
  if (tokenCounts === undefined || rest.length > 0) return undefined;
  const numbers = tokens
    .split(' ')
    .filter((token) => token !== '')
    .map(Number);
  return numbers.every((token) => Number.isInteger(token) && token >= 0)
    ? { name, tokens: numbers, tokenCounts }
    : undefined;
}

export function semanticRow({ name, tokens, tokenCounts }: SemanticRow): string {
  return `${name}\t${tokens.join(' ')}\t${pythonList(tokenCounts)}`;
}
