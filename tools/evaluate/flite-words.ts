// When flite says each word: its own times of segments (`-psdur`), laid beside the phonemes of our reading, which differs here and there.
import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { type Audio, readWav } from '@gpt-talker/audio';

const run = promisify(execFile);

export interface FliteSpeech {
  audio: Audio;
  /** In order; `pau` is silence. */
  segments: { phoneme: string; beginSeconds: number; endSeconds: number }[];
}

export async function speakWithTimes(text: string, voice: string): Promise<FliteSpeech> {
  const folder = await mkdtemp(path.join(tmpdir(), 'flite-'));
  try {
    const file = path.join(folder, 'speech.wav');
    const { stdout } = await run('flite', ['-voice', voice, '-psdur', '-t', text, '-o', file]);
    let beginSeconds = 0;
    const segments = stdout
      .trim()
      .split(/\s+/)
      .map((entry) => {
        const [phoneme, end] = entry.split(':');
        const segment = { phoneme, beginSeconds, endSeconds: Number(end) };
        beginSeconds = segment.endSeconds;
        return segment;
      });
    return { audio: readWav(await readFile(file)), segments };
  } finally {
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * When each word begins and ends.
 * @param words the phonemes of each word in our reading, without marks
 * @returns seconds; undefined for a word that flite reads so differently that nothing of it is found
 */
export function wordTimes(
  words: readonly (readonly string[])[],
  { segments }: FliteSpeech,
): ({ beginSeconds: number; endSeconds: number } | undefined)[] {
  const ours = words.flatMap((phonemes, word) => phonemes.map((phoneme) => ({ phoneme: bare(phoneme), word })));
  const theirs = segments.filter(({ phoneme }) => phoneme !== 'pau');
  const owner = pairs(
    ours.map(({ phoneme }) => phoneme),
    theirs.map(({ phoneme }) => bare(phoneme)),
  );
  return words.map((_, word) => {
    const own = theirs.filter((_segment, index) => ours[owner[index]]?.word === word);
    return own.length === 0
      ? undefined
      : { beginSeconds: own[0].beginSeconds, endSeconds: own[own.length - 1].endSeconds };
  });
}

function bare(phoneme: string): string {
  const plain = phoneme.toUpperCase().replace(/\d/, '');
  return plain === 'AX' ? 'AH' : plain;
}

const isVowel = (phoneme: string) => /^[AEIOU]/.test(phoneme);

/** Of each of `theirs`, which of `ours` it is (the cheapest edit); −1 for none. */
function pairs(ours: readonly string[], theirs: readonly string[]): number[] {
  const cost = (a: string, b: string) => (a === b ? 0 : isVowel(a) === isVowel(b) ? 0.7 : 1.6);
  const table = Array.from({ length: ours.length + 1 }, (_, row) =>
    Array.from({ length: theirs.length + 1 }, (__, column) => (row === 0 ? column : column === 0 ? row : 0)),
  );
  for (let row = 1; row <= ours.length; row++)
    for (let column = 1; column <= theirs.length; column++)
      table[row][column] = Math.min(
        table[row - 1][column - 1] + cost(ours[row - 1], theirs[column - 1]),
        table[row - 1][column] + 1,
        table[row][column - 1] + 1,
      );
  const owner = new Array<number>(theirs.length).fill(-1);
  let [row, column] = [ours.length, theirs.length];
  while (row > 0 && column > 0) {
    if (table[row][column] === table[row - 1][column - 1] + cost(ours[row - 1], theirs[column - 1]))
      owner[--column] = --row;
    else if (table[row][column] === table[row - 1][column] + 1) row--;
    // A sound that we do not have belongs to the word that goes on.
    else owner[--column] = Math.max(0, row - 1);
  }
  return owner;
}
