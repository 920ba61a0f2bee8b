// How well readings agree with CMUdict: word accuracy and phoneme error rate, with and without stress. A guess is compared
// with every listed pronunciation and the nearest counts.
import { derive } from '../../src/text/english/morphology';
import { type PackedDictionary } from '../../src/text/english/packed-dictionary';
import { type PackedModel } from '../../src/text/english/packed-model';
import { type Headword, headwords, isHeldOut } from './samples';

/** Rates in [0, 1]. */
export interface Agreement {
  words: number;
  wordAccuracy: number;
  phonemeErrorRate: number;
  wordAccuracyWithStress: number;
  phonemeErrorRateWithStress: number;
}

function editDistance(a: readonly string[], b: readonly string[]): number {
  let row = Array.from({ length: b.length + 1 }, (_, index) => index);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++)
      next[j] = Math.min(row[j] + 1, next[j - 1] + 1, row[j - 1] + (a[i - 1] === b[j - 1] ? 0 : 1));
    row = next;
  }
  return row[b.length];
}

const withoutStress = (phonemes: readonly string[]) => phonemes.map((phoneme) => phoneme.replace(/\d/, ''));

/** Compares `guess` with the listed pronunciations of `headwords`. */
export function agreement(headwords: readonly Headword[], guess: (word: string) => readonly string[]): Agreement {
  const totals = { right: 0, rightStress: 0, errors: 0, errorsStress: 0, phonemes: 0, phonemesStress: 0 };
  for (const { word, pronunciations } of headwords) {
    const said = guess(word);
    const plain = nearest(withoutStress(said), pronunciations.map(withoutStress));
    const stressed = nearest(said, pronunciations);
    totals.right += plain.distance === 0 ? 1 : 0;
    totals.rightStress += stressed.distance === 0 ? 1 : 0;
    totals.errors += plain.distance;
    totals.errorsStress += stressed.distance;
    totals.phonemes += plain.length;
    totals.phonemesStress += stressed.length;
  }
  return {
    words: headwords.length,
    wordAccuracy: totals.right / headwords.length,
    phonemeErrorRate: totals.errors / totals.phonemes,
    wordAccuracyWithStress: totals.rightStress / headwords.length,
    phonemeErrorRateWithStress: totals.errorsStress / totals.phonemesStress,
  };
}

function nearest(
  said: readonly string[],
  listed: readonly (readonly string[])[],
): { distance: number; length: number } {
  return listed
    .map((phonemes) => ({ distance: editDistance(said, phonemes), length: phonemes.length }))
    .reduce((best, other) => (other.distance < best.distance ? other : best));
}

/** Logs how `model` reads the held-out headwords of `dictionary`, alone and as `pronounce.ts` uses it. */
export function reportHeldOut(dictionary: PackedDictionary, model: PackedModel, log: (message: string) => void): void {
  const heldOut = headwords(dictionary).filter(({ word }) => isHeldOut(word));
  const lookup = (word: string) => (isHeldOut(word) ? undefined : dictionary.lookup(word)?.[0]);
  const readers: Record<string, (word: string) => readonly string[]> = {
    'the model alone': (word) => model.guess(word),
    'endings and compounds before it': (word) => derive(word, lookup)?.phonemes ?? model.guess(word),
  };
  const percent = (rate: number) => `${(100 * rate).toFixed(2)} %`;
  for (const [what, guess] of Object.entries(readers)) {
    const found = agreement(heldOut, guess);
    log(
      `${what}: ${percent(found.wordAccuracy)} of ${found.words} held-out headwords right, ${percent(found.phonemeErrorRate)} phoneme errors; with ` +
        `stress ${percent(found.wordAccuracyWithStress)}, ${percent(found.phonemeErrorRateWithStress)}`,
    );
  }
}
