// The 322 phoneme symbols that ConGPT and ConVITS embed (upstream module: text/symbols.py of GPT-SoVITS v1). A symbol's id
// is its place in code-point order, so the table is built by rule and sorted; nothing may be added without retraining.

/** ARPAbet consonants, as CMUdict writes them. */
export const ARPABET_CONSONANTS: readonly string[] = 'B CH D DH F G HH JH K L M N NG P R S SH T TH V W Y Z ZH'.split(
  ' ',
);

/** ARPAbet vowels; each occurs with stress 0 (none), 1 (primary) and 2 (secondary). */
export const ARPABET_VOWELS: readonly string[] = 'AA AE AH AO AW AY EH ER EY IH IY OW OY UH UW'.split(' ');

/** Every ARPAbet phoneme that English text may produce: consonants and stressed vowels. */
export const ARPABET: readonly string[] = [
  ...ARPABET_CONSONANTS,
  ...ARPABET_VOWELS.flatMap((vowel) => [0, 1, 2].map((stress) => `${vowel}${stress}`)),
].sort();

/** The opencpop initials of Mandarin; AA, EE and OO stand for the missing initial before a, e and o. */
export const PINYIN_INITIALS: readonly string[] = 'AA EE OO b c ch d f g h j k l m n p q r s sh t w x y z zh'.split(
  ' ',
);

/** The opencpop finals of Mandarin; each occurs with tones 1 to 5 (5 is the neutral tone). */
export const PINYIN_FINALS: readonly string[] = (
  'E En a ai an ang ao e ei en eng er i i0 ia ian iang iao ie in ing iong ir iu o ong ou u ua uai uan ' +
  'uang ui un uo v van ve vn'
).split(' ');

/** Japanese phonemes: kept because they hold ids that pretrained weights count on. */
const JAPANESE = 'I N U a b by ch cl d dy e f g gy h hy i j k ky m my n ny o p py r ry s sh t ts u v w y z'.split(' ');

/** Vowels that the table also holds without a stress digit; nothing here produces them. */
const STRESSLESS = ['ER', 'IH'];

/** The punctuation that has a symbol of its own. */
export const PUNCTUATION = ['!', '?', '…', ',', '.', '-'] as const;

const PAUSES = ['SP', 'SP2', 'SP3'];

/** What stands for something that has no reading. */
export const UNKNOWN = 'UNK';

/** Padding. */
export const PAD = '_';

/** All symbols; the id of `SYMBOLS[i]` is `i`. */
export const SYMBOLS: readonly string[] = [
  ...new Set<string>([
    PAD,
    UNKNOWN,
    ...PAUSES,
    ...PUNCTUATION,
    ...ARPABET,
    ...STRESSLESS,
    ...PINYIN_INITIALS,
    ...JAPANESE,
    ...PINYIN_FINALS.flatMap((final) => [1, 2, 3, 4, 5].map((tone) => `${final}${tone}`)),
  ]),
].sort();

const IDS = new Map(SYMBOLS.map((symbol, id) => [symbol, id]));

/** Whether `symbol` is one of the 322. */
export function isSymbol(symbol: string): boolean {
  return IDS.has(symbol);
}

/** Ids of `symbols`, in order; throws RangeError for one that is not in the table. */
export function symbolIds(symbols: readonly string[]): Int32Array {
  const ids = new Int32Array(symbols.length);
  symbols.forEach((symbol, index) => {
    const id = IDS.get(symbol);
    if (id === undefined)
      throw new RangeError(`'${symbol}' is not one of the ${SYMBOLS.length} phoneme symbols; see SYMBOLS`);
    ids[index] = id;
  });
  return ids;
}
