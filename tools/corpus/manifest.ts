// The corpus on disk: JSON Lines, one dialogue a line, with the wav files beside it.
import { createReadStream } from 'node:fs';
import { createInterface } from 'node:readline';
import { type Mood } from './grammar';

export interface CorpusTurn {
  role: 'user' | 'agent';
  speaker: string;
  text: string;
  style: Mood;
  /** Path of the wav file, relative to the manifest's folder. */
  audio: string;
  seconds: number;
}

export interface CorpusDialogue {
  id: string;
  topic: string;
  split: 'train' | 'validation';
  turns: CorpusTurn[];
}

export const MANIFEST_NAME = 'manifest.jsonl';

/** The dialogues of a manifest, in order. */
export async function* readManifest(file: string): AsyncIterable<CorpusDialogue> {
  for await (const line of createInterface({ input: createReadStream(file) })) {
    if (line.trim() !== '') yield JSON.parse(line) as CorpusDialogue;
  }
}
