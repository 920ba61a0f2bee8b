// Third-tone sandhi: a third tone before another in the same foot is said as a second tone. Feet are built as speakers group
// (Shih 1986; upstream: text/tone_sandhi.py, _three_sandhi and the merging before it): first inside words, then the neighbours
// that belong together most, to at most three syllables. Between feet nothing changes.
import { type CharacterReading, type Clause, type ClauseWord, retone } from './clause';
import { wordsInside } from './segment';

interface Foot {
  readings: CharacterReading[];
  /** Parts of speech at its ends. */
  first: string;
  last: string;
}

const LONGEST_FOOT = 3;

/** Whether the syllable counts as a third tone for what stands before it. */
const isThird = (reading: CharacterReading) => reading.tone === 3 || (reading.tone === 5 && reading.citation === 3);

function meet(left: readonly CharacterReading[], right: readonly CharacterReading[]): void {
  let at = left.length - 1;
  while (at >= 0 && left[at].rhotic) at--; // 点儿 is one syllable
  const follower = right.find((reading) => !reading.rhotic);
  if (at < 0 || follower === undefined) return;
  if (left[at].tone === 3 && isThird(follower)) retone(left[at], 2, 'third tone before third tone');
}

/** Lengths of the parts of a word: 展览|馆, 纸|老虎, 岂有|此理. */
function partsOf(word: ClauseWord): number[] {
  const length = word.readings.length;
  if (length <= 2) return [length];
  if (word.readings.every((reading) => reading.digitwise)) return pairs(length);
  const characters = word.readings.map((reading) => reading.character);
  const inside = new Set(wordsInside(characters.join('')));
  const known = (from: number, to: number) => inside.has(characters.slice(from, to).join(''));
  if (length === 3) return !known(0, 2) && known(1, 3) ? [1, 2] : [2, 1];
  if (length === 4) return !known(0, 2) && known(1, 4) ? [1, 3] : [2, 2];
  return pairs(length);
}

function pairs(length: number): number[] {
  const parts = Array.from({ length: Math.floor(length / 2) }, () => 2);
  if (length % 2 === 1) parts.push(1);
  return parts;
}

function withinWord(word: ClauseWord): void {
  const { readings } = word;
  if (!readings.some((reading, at) => mayMeet(reading, readings[at + 1]))) return;
  const parts: CharacterReading[][] = [];
  let at = 0;
  for (const length of partsOf(word)) {
    parts.push(readings.slice(at, at + length));
    at += length;
  }
  for (const part of parts) for (let index = 1; index < part.length; index++) meet(part.slice(0, index), [part[index]]);
  // Longer words are two feet or more; 二加一 and 一加二 are one.
  if (readings.length === 3 && parts.length === 2) meet(parts[0], parts[1]);
  else if (readings.length > 4 && parts.length > 1) {
    const [odd] = parts.slice(-1);
    if (odd.length === 1) meet(parts[parts.length - 2], odd);
  }
}

/** How closely two neighbours belong together; 0 keeps them apart. */
function affinity(left: Foot, right: Foot): number {
  const [l, r] = [left.last, right.first];
  if (r.startsWith('u') || r === 'y') return 9;
  if (l.startsWith('m') && (r.startsWith('q') || r.startsWith('m'))) return 8;
  if (l.startsWith('d') && /^[vad]/.test(r)) return 7;
  if (l.startsWith('v') && /^[nrsq]/.test(r)) return 6;
  if (/^[an]/.test(l) && r.startsWith('n')) return 6;
  if (l.startsWith('p') && /^[nr]/.test(r)) return 5;
  if (l.startsWith('v') && /^[va]/.test(r)) return 5;
  if (/^[mq]/.test(l) && r.startsWith('n')) return 4;
  if (l.startsWith('r') && /^[nq]/.test(r)) return 4;
  if (l.startsWith('c') || r.startsWith('c')) return 1;
  if (/^[rn]/.test(l) && /^[vda]/.test(r)) return 2;
  return 3;
}

/** Syllables; what is neutral or only colours a syllable weighs nothing. */
const size = (foot: Foot) => foot.readings.filter((reading) => reading.tone !== 5).length;

/** Whether anything may change: a third tone before what counts as one, or before a colouring 儿. */
const mayMeet = (reading: CharacterReading, next: CharacterReading | undefined) =>
  reading.tone === 3 && next !== undefined && (isThird(next) || next.rhotic);

export function applyThirdToneSandhi({ words, readings }: Clause): void {
  if (!readings.some((reading, at) => mayMeet(reading, readings[at + 1]))) return;
  for (const word of words) withinWord(word);
  const feet: Foot[] = words
    .filter((word) => word.readings.length > 0)
    .map((word) => ({ readings: word.readings, first: word.tag, last: word.tag }));
  // Only where third tones meet does grouping matter: short stretches, so the search may be simple.
  let begin = 0;
  while (begin < feet.length) {
    let end = begin + 1;
    while (end < feet.length && size(feet[end - 1]) + size(feet[end]) <= LONGEST_FOOT) end++;
    // Pairs first, so that no syllable is left alone: 我想|请你.
    if (end - begin > 1) group(group(feet.slice(begin, end), 2), LONGEST_FOOT);
    begin = end;
  }
}

/** Merges neighbours, the closest first, until no two fit into a foot of `longest` syllables. */
function group(feet: Foot[], longest: number): Foot[] {
  for (;;) {
    let best = -1;
    let score = 0;
    for (let at = 0; at + 1 < feet.length; at++) {
      if (size(feet[at]) + size(feet[at + 1]) > longest) continue;
      const closeness = affinity(feet[at], feet[at + 1]);
      if (closeness > score) [best, score] = [at, closeness];
    }
    if (best === -1) return feet;
    const [left, right] = [feet[best], feet[best + 1]];
    meet(left.readings, right.readings);
    feet.splice(best, 2, { readings: [...left.readings, ...right.readings], first: left.first, last: right.last });
  }
}
