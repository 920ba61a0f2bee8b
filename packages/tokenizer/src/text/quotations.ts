// Where quotations and brackets begin and end, in one pass over a text.

const CLOSING: Readonly<Record<string, string>> = {
  '(': ')',
  '[': ']',
  '{': '}',
  '（': '）',
  '【': '】',
  '〔': '〕',
  '“': '”',
  '‘': '’',
  '「': '」',
  '『': '』',
  '«': '»',
  '《': '》',
  '〈': '〉',
};
/** These may stand inside others of their kind. */
const NESTED = new Set(['(', '[', '{', '（', '【', '〔', '《', '「']);
const CLOSERS = new Set(Object.values(CLOSING));

/** Whether `character` opens a quotation or a bracket. */
export function isOpening(character: string | undefined): boolean {
  return character !== undefined && Object.hasOwn(CLOSING, character);
}

/** A straight quotation mark opens after a space or a bracket; otherwise it closes, or means inches. */
const opensStraight = (text: string, at: number) => at === 0 || /[\s([{（“—–：，-]/.test(text[at - 1]);

/**
 * For each place where a quotation or bracket opens that is closed in the same line: the index after its closing mark. What is never
 * closed, or was opened again before it was closed, is not listed; neither is an apostrophe.
 */
export function quotationEnds(text: string): ReadonlyMap<number, number> {
  const ends = new Map<number, number>();
  let open: { at: number; closing: string }[] = [];
  const close = (closing: string, at: number) => {
    for (let depth = open.length - 1; depth >= Math.max(0, open.length - DEEPEST); depth--) {
      if (open[depth].closing !== closing) continue;
      ends.set(open[depth].at, at + 1);
      open.length = depth;
      return true;
    }
    return false;
  };
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '\n') open = [];
    else if (character === '"') {
      if (!close('"', at) && opensStraight(text, at)) open.push({ at, closing: '"' });
    } else if (isOpening(character)) {
      // ‘ and ’ are apostrophes more often than quotations; a second “ means that the first was left open.
      if (!NESTED.has(character)) {
        for (let depth = open.length - 1; depth >= Math.max(0, open.length - DEEPEST); depth--)
          if (open[depth].closing === CLOSING[character]) open.length = depth;
      }
      open.push({ at, closing: CLOSING[character] });
    } else if (CLOSERS.has(character) && !(character === '’' && /[\p{L}\d]/u.test(text[at + 1] ?? '')))
      close(character, at);
  }
  return ends;
}

/** A closing mark looks this far back for what it closes. */
const DEEPEST = 16;
