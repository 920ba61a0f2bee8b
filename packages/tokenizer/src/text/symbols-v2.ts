// The 732 phoneme symbols of GPT-SoVITS v2 and its successors (upstream module: text/symbols2.py): v1's 322, unchanged and first, then
// Japanese pitch marks, Korean letters and Cantonese syllable parts, each group in code-point order.
import { SYMBOLS } from './symbols';

/** Where the pitch of Japanese rises and falls. */
const PITCH_MARKS = ['[', ']'];

/** Letters of Hangul that remain when doubled vowels are taken apart, and what stands for a space and for something unreadable. */
const KOREAN = [...'ㄱㄲㄴㄷㄸㄹㅁㅂㅃㅅㅆㅇㅈㅉㅊㅋㅌㅍㅎㅏㅐㅓㅔㅗㅜㅡㅣ停空'];

/** Cantonese parts are marked with this, so that they differ from pinyin. */
export const CANTONESE_MARK = 'Y';

/** Jyutping initials (and vowels in an initial's place), which have no tone. */
const CANTONESE_INITIALS = 'a aa ai ak au b c d e f g gw h j k kw l m n ng o oi ok on ou p s t uk w z'.split(' ');

/** Jyutping finals (and the ends of syllables without one); each occurs with tones 1 to 6. */
const CANTONESE_FINALS = (
  'a aa aai aak aam aan aang aap aat aau ai ak am an ang ap at au e ei ek eng eoi eon eot g i ik im in ing ip it iu k ' +
  'm n o oe oek oeng oi ok on ong ot ou p t u ui uk un ung ut yu yun yut'
).split(' ');

const CANTONESE = [
  ...CANTONESE_INITIALS,
  ...CANTONESE_FINALS.flatMap((final) => [1, 2, 3, 4, 5, 6].map((tone) => `${final}${tone}`)),
].map((part) => CANTONESE_MARK + part);

/** All symbols of v2; the id of `SYMBOLS_V2[i]` is `i`, and the first 322 are v1's `SYMBOLS`. */
export const SYMBOLS_V2: readonly string[] = [...SYMBOLS, ...PITCH_MARKS, ...KOREAN.sort(), ...CANTONESE.sort()];

const IDS = new Map(SYMBOLS_V2.map((symbol, id) => [symbol, id]));

/** The id of a symbol of v2 (v1's have the same ids), or undefined. */
export function symbolId(symbol: string): number | undefined {
  return IDS.get(symbol);
}
