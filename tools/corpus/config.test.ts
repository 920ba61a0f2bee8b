import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { readCorpusConfig } from './config';

const DEFAULT = path.resolve(__dirname, '../../configs/voice-tiny.corpus.json');
const folder = mkdtempSync(path.join(tmpdir(), 'corpus-config-'));
const file = path.join(folder, 'corpus.json');
const written = (change: object): string => {
  writeFileSync(file, JSON.stringify({ ...JSON.parse(readFileSync(DEFAULT, 'utf8')), ...change }));
  return file;
};

afterAll(() => rmSync(folder, { recursive: true }));

describe('readCorpusConfig', () => {
  it('reads the configuration of the embedded voice', () => {
    expect(readCorpusConfig(DEFAULT)).toMatchObject({ agentSpeaker: 'slt', userSpeakers: ['rms', 'awb'] });
  });

  it('names the file and the field that is wrong', () => {
    expect(() => readCorpusConfig(written({ dialogues: -1 }))).toThrow(/corpus\.json: dialogues: /);
    expect(() => readCorpusConfig(written({ turns: { minimum: 5, maximum: 2 } }))).toThrow(
      /turns: minimum is larger than maximum/,
    );
    expect(() => readCorpusConfig(written({ agentSpeaker: 'kal' }))).toThrow(/voices\.kal: missing/);
    expect(() => readCorpusConfig(path.join(folder, 'none.json'))).toThrow(/none\.json: cannot be read/);
  });
});
