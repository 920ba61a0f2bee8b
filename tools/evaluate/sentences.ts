// The sentences that a voice is tried on: one a line, none of them in the corpus that it was trained on.
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { type CorpusConfig } from '../corpus/config';
import { planDialogues } from '../corpus/dialogues';
import { readGrammar } from '../corpus/grammar';

const GRAMMAR = path.resolve(__dirname, '../corpus/grammar');

/** A list of sentences that cannot be used; the message names the file and the line. */
export class SentencesError extends Error {
  readonly code = 'SENTENCES';
}

/**
 * Reads sentences, one a line; empty lines are skipped.
 *
 * @throws SentencesError for an unreadable file, fewer than two sentences, or one that stands there twice
 */
export function readSentences(file: string): string[] {
  let text: string;
  try {
    text = readFileSync(file, 'utf8');
  } catch (error) {
    throw new SentencesError(`${file}: cannot be read (${(error as NodeJS.ErrnoException).code}); check the path`);
  }
  const sentences = text
    .split('\n')
    .map((line) => line.trim())
    .filter(Boolean);
  if (sentences.length < 2)
    throw new SentencesError(`${file}: retrieval needs at least two sentences, one a line; add some`);
  const twice = sentences.find((sentence, index) => sentences.indexOf(sentence) !== index);
  if (twice) throw new SentencesError(`${file}: "${twice}" stands there twice; remove one`);
  return sentences;
}

/** Those of the sentences that are utterances of the corpus, or whole sentences within one, whatever their case and punctuation. */
export function sentencesInCorpus(sentences: readonly string[], config: CorpusConfig): string[] {
  const spoken = new Set<string>();
  for (const { turns } of planDialogues(readGrammar(GRAMMAR), config)) {
    for (const { text } of turns) for (const part of [text, ...text.split(/(?<=[.?!]) /)]) spoken.add(bare(part));
  }
  return sentences.filter((sentence) => spoken.has(bare(sentence)));
}

function bare(sentence: string): string {
  return sentence.toLowerCase().replace(/[^a-z' ]/g, '');
}
