// Where sentences end and how their parts are joined, in Latin and in Chinese writing. Upstream (pipeline/step-4.py) knows
// full-width punctuation only, and takes the enumeration comma 、 for an end.

/** What may follow the last mark: quotation marks and brackets. */
const CLOSING = /["'”’»›」』）)\]】》〉\s]+$/u;
const END = /[.!?…。！？．｡]$/u;
/** A full stop that belongs to the word before it. */
const ABBREVIATION =
  /(?:^|[\s(“"'])(?:mr|mrs|ms|mx|dr|prof|st|jr|sr|vs|gen|col|capt|lt|sgt|rev|hon|e\.g|i\.e|[a-hj-z])\.$/iu;

/** Whether a text ends where a sentence ends. */
export function endsSentence(text: string): boolean {
  const bare = text.replace(CLOSING, '');
  return END.test(bare) && !ABBREVIATION.test(bare);
}

const CHINESE = /[\p{Script=Han}\u3000-\u303f\uff01-\uff65]/u;

/** Two parts of one speech: Latin words apart, Chinese characters side by side. */
export function joinTexts(first: string, second: string): string {
  const [left, right] = [first.trim(), second.trim()];
  if (left === '' || right === '') return left + right;
  const before = [...left].at(-1) as string;
  const after = [...right][0];
  return CHINESE.test(before) || CHINESE.test(after) ? left + right : `${left} ${right}`;
}
