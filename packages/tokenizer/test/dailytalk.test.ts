// Our readings against those that upstream made of five DailyTalk dialogues (../shared, not part of this repository): at least
// 97 % of the words must be equal, and each difference is printed.
import fs from 'node:fs';
import path from 'node:path';
import { PUNCTUATION, phonemize } from '../src/text';

const FILE = path.resolve(__dirname, '../../../../shared/data/dailytalk-sample/processed/2-name2text.txt');
const isMark = (phoneme: string) => (PUNCTUATION as readonly string[]).includes(phoneme);

/** For each of `ours`, the phonemes of `theirs` that a least-edits alignment puts beside it. */
function beside(ours: readonly string[], theirs: readonly string[]): string[][] {
  const cost = Array.from({ length: ours.length + 1 }, (_, i) =>
    Int32Array.from({ length: theirs.length + 1 }, (_, j) => (i === 0 ? j : i)),
  );
  for (let i = 1; i <= ours.length; i++) {
    cost[i][0] = i;
    for (let j = 1; j <= theirs.length; j++) {
      cost[i][j] = Math.min(
        cost[i - 1][j] + 1,
        cost[i][j - 1] + 1,
        cost[i - 1][j - 1] + (ours[i - 1] === theirs[j - 1] ? 0 : 1),
      );
    }
  }
  const result: string[][] = ours.map(() => []);
  for (let i = ours.length, j = theirs.length; j > 0;) {
    if (i > 0 && cost[i][j] === cost[i - 1][j - 1] + (ours[i - 1] === theirs[j - 1] ? 0 : 1))
      result[--i].unshift(theirs[--j]);
    else if (i > 0 && cost[i][j] === cost[i - 1][j] + 1) i--;
    else result[Math.max(0, i - 1)].push(theirs[--j]);
  }
  return result;
}

(fs.existsSync(FILE) ? test : test.skip)(
  "at least 97 % of DailyTalk's words are read as upstream reads them (needs ../shared)",
  () => {
    let words = 0;
    let different = 0;
    const differences = new Map<string, number>();
    for (const line of fs.readFileSync(FILE, 'utf8').trim().split('\n')) {
      const [, phonemes, , text] = line.split('\t');
      const reading = phonemize(text, { language: 'en' });
      const spoken: string[] = [];
      const owners: number[] = [];
      let at = 0;
      reading.word2ph.forEach((count, word) => {
        for (const phoneme of reading.phonemes.slice(at, at + count)) {
          if (isMark(phoneme)) continue;
          spoken.push(phoneme);
          owners.push(word);
        }
        at += count;
      });
      const aligned = beside(
        spoken,
        phonemes.split(' ').filter((phoneme) => !isMark(phoneme)),
      );
      reading.words.forEach((word, index) => {
        const own = spoken.filter((_, place) => owners[place] === index).join(' ');
        if (own === '') return;
        words++;
        const theirs = aligned
          .filter((_, place) => owners[place] === index)
          .flat()
          .join(' ');
        if (own === theirs) return;
        different++;
        const difference = `${word.toLowerCase()}: ${own}, upstream ${theirs}`;
        differences.set(difference, (differences.get(difference) ?? 0) + 1);
      });
    }
    const rate = 1 - different / words;
    process.stdout.write(
      `DailyTalk: ${(100 * rate).toFixed(2)} % of ${words} words equal\n${[...differences].map(([difference, count]) => `  ${count} × ${difference}`).join('\n')}\n`,
    );
    expect(rate).toBeGreaterThanOrEqual(0.97);
  },
);
