// Word error rate: how many words have to be substituted, deleted or inserted to turn what was said into what a recogniser heard
// (Levenshtein's distance over words, as NIST's sclite counts it), over the words that were said.

export interface WordErrors {
  substitutions: number;
  deletions: number;
  insertions: number;
  /** Words of the reference. */
  words: number;
}

export interface WordErrorRate extends WordErrors {
  /** Errors over words; above 1 where more was heard than said. */
  rate: number;
}

/** The words of a sentence as recognisers write them: small letters, apostrophes within words, nothing else. */
export function wordsOf(sentence: string): string[] {
  return (
    sentence
      .toLowerCase()
      .replace(/[‘’]/g, "'")
      .match(/[\p{L}\p{N}]+(?:'[\p{L}\p{N}]+)*/gu) ?? []
  );
}

/** Errors of the cheapest alignment; among equally cheap ones that with most substitutions. */
export function countWordErrors(said: string, heard: string): WordErrors {
  const [reference, hypothesis] = [wordsOf(said), wordsOf(heard)];
  const columns = hypothesis.length + 1;
  const costs = new Int32Array((reference.length + 1) * columns);
  for (let row = 0; row <= reference.length; row++) {
    for (let column = 0; column < columns; column++) {
      const at = row * columns + column;
      if (row === 0 || column === 0) {
        costs[at] = row + column;
        continue;
      }
      const replaced = costs[at - columns - 1] + Number(reference[row - 1] !== hypothesis[column - 1]);
      costs[at] = Math.min(replaced, costs[at - columns] + 1, costs[at - 1] + 1);
    }
  }
  const errors = { substitutions: 0, deletions: 0, insertions: 0, words: reference.length };
  let [row, column] = [reference.length, hypothesis.length];
  while (row > 0 || column > 0) {
    const at = row * columns + column;
    const differs = Number(reference[row - 1] !== hypothesis[column - 1]);
    if (row > 0 && column > 0 && costs[at] === costs[at - columns - 1] + differs) {
      errors.substitutions += differs;
      row--;
      column--;
    } else if (row > 0 && costs[at] === costs[at - columns] + 1) {
      errors.deletions++;
      row--;
    } else {
      errors.insertions++;
      column--;
    }
  }
  return errors;
}

/** All sentences together. @throws RangeError where nothing was said, or not as much as was heard */
export function wordErrorRate(said: readonly string[], heard: readonly string[]): WordErrorRate {
  if (said.length !== heard.length)
    throw new RangeError(
      `wordErrorRate: ${said.length} sentences were said, ${heard.length} heard; hand in one for each`,
    );
  const total: WordErrors = { substitutions: 0, deletions: 0, insertions: 0, words: 0 };
  said.forEach((sentence, index) => {
    const errors = countWordErrors(sentence, heard[index]);
    for (const kind of Object.keys(total) as (keyof WordErrors)[]) total[kind] += errors[kind];
  });
  if (total.words === 0) throw new RangeError('wordErrorRate: nothing was said; hand in sentences with words');
  return { ...total, rate: (total.substitutions + total.deletions + total.insertions) / total.words };
}
