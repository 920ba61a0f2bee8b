import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCorpusConfig } from '../corpus/config';
import { planDialogues } from '../corpus/dialogues';
import { readGrammar } from '../corpus/grammar';
import { readSentences, sentencesInCorpus } from './sentences';

const ROOT = path.resolve(__dirname, '../..');
const config = readCorpusConfig(path.join(ROOT, 'configs/voice-tiny.corpus.json'));
const builtIn = readSentences(path.join(ROOT, 'configs/voice-tiny.sentences.txt'));

describe('the built-in sentences', () => {
  it('are two hundred different ones of 3 to 25 words without digits, questions and exclamations among them', () => {
    expect(builtIn).toHaveLength(200);
    for (const sentence of builtIn) {
      expect(sentence).toMatch(/^[A-Za-z' ,]+[.?!]$/);
      const words = sentence.split(' ').length;
      expect(words).toBeGreaterThanOrEqual(3);
      expect(words).toBeLessThanOrEqual(25);
    }
    for (const mark of ['?', '!'])
      expect(builtIn.filter((sentence) => sentence.endsWith(mark)).length).toBeGreaterThan(9);
  });

  it('are not in the corpus', () => {
    expect(sentencesInCorpus(builtIn, config)).toEqual([]);
  });
});

describe('sentencesInCorpus', () => {
  it('finds an utterance of the corpus, whatever its case and punctuation', () => {
    const [{ turns }] = planDialogues(readGrammar(path.join(ROOT, 'tools/corpus/grammar')), config);
    expect(sentencesInCorpus([turns[0].text.toUpperCase().replace(/[.?!]$/, '')], config)).toHaveLength(1);
  });
});

describe('readSentences', () => {
  it('names the file and the remedy', () => {
    const folder = mkdtempSync(path.join(tmpdir(), 'sentences-'));
    const file = path.join(folder, 'list.txt');
    expect(() => readSentences(file)).toThrow(/list\.txt: cannot be read \(ENOENT\)/);
    writeFileSync(file, 'Only one.\n');
    expect(() => readSentences(file)).toThrow(/at least two/);
    writeFileSync(file, 'One.\nOne.\n');
    expect(() => readSentences(file)).toThrow(/"One\." stands there twice/);
    rmSync(folder, { recursive: true });
  });
});
