// A Jyutping syllable as the two symbols that GPT-SoVITS v2 has for it: an initial without a tone, a final with it. Where a syllable
// has no initial, upstream takes what it begins with for one, and the last letter of that for the final where nothing is left
// (upstream module: text/cantonese.py).
import { CANTONESE_MARK, symbolId } from '../symbols-v2';

/** In the order in which they are tried. */
const INITIALS =
  'aa aai aak aap aat aau ai au ap at ak a p b e ts t dz d kw k gw g f h l m ng n s y w c z j ong on ou oi ok o uk ung'.split(
    ' ',
  );

/** 'gwong2' → ['Ygw', 'Yong2']; undefined for what v2 has no symbols for. */
export function cantoneseSymbols(syllable: string): readonly [string, string] | undefined {
  const [, letters, tone] = /^([a-z]+)([1-6])$/.exec(syllable) ?? [];
  if (letters === undefined) return undefined;
  const initial = INITIALS.find((candidate) => letters.startsWith(candidate));
  if (initial === undefined) return undefined;
  const final = letters.slice(initial.length) || initial[initial.length - 1];
  const symbols = [CANTONESE_MARK + initial, `${CANTONESE_MARK}${final}${tone}`] as const;
  return symbols.every((symbol) => symbolId(symbol) !== undefined) ? symbols : undefined;
}
