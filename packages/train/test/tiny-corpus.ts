// A made-up prepared corpus, small and learnable: tokens follow phonemes, and a reply's pitch follows the turn before it.
import { mkdir, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { writeWav } from '@gpt-talker/audio';
import { randomForName } from '@gpt-talker/nn';
import { writeTorch } from '@gpt-talker/checkpoint';

export interface TinyCorpusOptions {
  dialogues?: number;
  turns?: number;
  phonemes?: number;
  /** Tokens are below this. */
  vocabulary?: number;
  /** Writes recordings as well, at this rate. */
  sampleRate?: number;
  seconds?: number;
  /** Writes SSL features of this width as well: a token's number in one column, noise in the others. */
  sslWidth?: number;
  /** Writes embeddings of the speaker of this width as well. */
  speakerWidth?: number;
}

/** Writes prepared.jsonl (every fifth dialogue is held out) and returns its path. */
export async function writeTinyCorpus(folder: string, options: TinyCorpusOptions = {}): Promise<string> {
  const {
    dialogues = 10,
    turns = 3,
    phonemes = 5,
    vocabulary = 12,
    sampleRate,
    seconds = 0.8,
    sslWidth,
    speakerWidth,
  } = options;
  const random = randomForName(11, 'corpus');
  await mkdir(folder, { recursive: true });
  const lines: string[] = [];
  for (let dialogue = 0; dialogue < dialogues; dialogue++) {
    const made = [];
    for (let turn = 0; turn < turns; turn++) {
      const text = Array.from({ length: phonemes }, () => 1 + random.integer(8));
      const tokens = Array.from({ length: Math.round(seconds * 25) }, (_, place) => {
        const phoneme = text[Math.floor((place * phonemes) / Math.round(seconds * 25))];
        return (phoneme + (turn % 2)) % (vocabulary - 1);
      });
      const name = `${turn}_${turn % 2}_d${dialogue}`;
      const audio = path.join(folder, `${name}.wav`);
      if (sampleRate !== undefined) await writeFile(audio, writeWav(hum(tokens, sampleRate)));
      const ssl = path.join(folder, `${name}.pt`);
      if (sslWidth !== undefined) {
        const data = Float32Array.from({ length: sslWidth * 2 * tokens.length }, (_, i) =>
          i < 2 * tokens.length ? tokens[Math.floor(i / 2)] : 0.1 * random.normal(),
        );
        await writeFile(ssl, writeTorch({ dtype: 'float32', shape: [1, sslWidth, 2 * tokens.length], data }));
      }
      const embedding = path.join(folder, `${name}.speaker.pt`);
      if (speakerWidth !== undefined) {
        const data = Float32Array.from({ length: speakerWidth }, (_, i) => Math.sin(i + turn));
        await writeFile(embedding, writeTorch({ dtype: 'float16', shape: [1, speakerWidth], data }));
      }
      made.push({
        role: turn % 2 === 0 ? 'user' : 'agent',
        speaker: String(turn % 2),
        text: name,
        name,
        phonemes: text,
        tokens,
        ...(sampleRate !== undefined && { audio }),
        ...(sslWidth !== undefined && { ssl }),
        ...(speakerWidth !== undefined && { speakerEmbedding: embedding }),
        seconds,
      });
    }
    lines.push(JSON.stringify({ id: `d${dialogue}`, split: dialogue % 5 === 4 ? 'validation' : 'train', turns: made }));
  }
  const file = path.join(folder, 'prepared.jsonl');
  await writeFile(file, lines.join('\n') + '\n');
  return file;
}

/** A tone whose pitch follows the tokens. */
function hum(tokens: readonly number[], sampleRate: number) {
  const perToken = sampleRate / 25;
  let phase = 0;
  const samples = Float32Array.from({ length: tokens.length * perToken }, (_, sample) => {
    phase += (2 * Math.PI * (120 + 20 * tokens[Math.floor(sample / perToken)])) / sampleRate;
    return 0.3 * Math.sin(phase) + 0.1 * Math.sin(3 * phase);
  });
  return { samples, sampleRate };
}
