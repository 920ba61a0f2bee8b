// Where things lie in a prepared corpus.
import path from 'node:path';

export const FOLDERS = {
  manifest: '1-manifest',
  text: '2-text',
  audio: '3-audio',
  tokens: '4-tokens',
  index: '5-index',
} as const;

export type StepName = keyof typeof FOLDERS;
export const STEPS = Object.keys(FOLDERS) as StepName[];

export const CORPUS_FILE = 'corpus.json';
export const REPORT_FILE = 'report.json';
export const REPORT_TEXT_FILE = 'report.txt';
export const PREVIEW_FILE = 'preview.html';

/** The file of a step and a content key. */
export function stepFile(output: string, step: StepName, key: string): string {
  return path.join(
    output,
    FOLDERS[step],
    `${key}.${step === 'manifest' || step === 'index' ? 'jsonl' : 'safetensors'}`,
  );
}
