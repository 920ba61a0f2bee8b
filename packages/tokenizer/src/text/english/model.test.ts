// The shipped model on CMUdict headwords that it was not trained on (one in twenty; here a third of those, for time).
import { agreement } from '../../../scripts/g2p/measure';
import { headwords, isHeldOut } from '../../../scripts/g2p/samples';
import { englishDictionary } from './dictionary';
import { englishModel } from './model';

test('at least 70 % of held-out words are right and at most 8 % of phonemes wrong, stress aside', () => {
  const heldOut = headwords(englishDictionary()).filter(({ word }, index) => isHeldOut(word) && index % 3 === 0);
  expect(heldOut.length).toBeGreaterThan(1500);
  const found = agreement(heldOut, (word) => englishModel().guess(word));
  process.stdout.write(
    `unknown words: ${(100 * found.wordAccuracy).toFixed(1)} % of ${found.words} right, ${(100 * found.phonemeErrorRate).toFixed(1)} % phoneme errors; ` +
      `with stress ${(100 * found.wordAccuracyWithStress).toFixed(1)} %, ${(100 * found.phonemeErrorRateWithStress).toFixed(1)} %\n`,
  );
  expect(found.wordAccuracy).toBeGreaterThanOrEqual(0.7);
  expect(found.phonemeErrorRate).toBeLessThanOrEqual(0.08);
});

test('words that nobody has seen are read, not spelt', () => {
  expect(englishModel().guess('brillig').join(' ')).toBe('B R IH1 L IH0 G');
  expect(englishModel().guess('snorble').join(' ')).toBe('S N AO1 R B AH0 L');
});
