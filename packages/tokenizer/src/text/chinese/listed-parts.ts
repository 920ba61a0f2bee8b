// Listed words inside a word that is in no list: 银行|行长. The packing of the dictionary counts on the same rule.

const LONGEST_PART = 6;

/** From left to right the longest parts of three or more characters' words that `lookUp` knows, with their places in characters. */
export function listedParts<T>(word: string, lookUp: (part: string) => T | undefined): { at: number; value: T }[] {
  const characters = [...word];
  const parts: { at: number; value: T }[] = [];
  if (characters.length < 3) return parts;
  let at = 0;
  while (at < characters.length) {
    let length = Math.min(LONGEST_PART, characters.length - at);
    for (; length > 1; length--) {
      const value = lookUp(characters.slice(at, at + length).join(''));
      if (value === undefined) continue;
      parts.push({ at, value });
      break;
    }
    at += Math.max(1, length);
  }
  return parts;
}
