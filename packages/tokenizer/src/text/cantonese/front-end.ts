// Cantonese: texts are brought into words as Chinese is (numbers, marks, foreign words), then every character gets its Jyutping
// reading in its context by `to-jyutping`. Only symbols of v2 can say it.
import { CHINESE } from '../chinese/front-end';
import { optionalPackage } from '../optional-package';
import { type FrontEnd, type ReadPiece, type SpokenWord } from '../pieces';
import { cantoneseSymbols } from './syllables';

type JyutpingList = (text: string) => [character: string, syllable: string | null][];
let jyutping: JyutpingList | undefined;

/** Readings of a text's characters by to-jyutping, which is loaded at first use. */
function jyutpingOf(text: string): ReturnType<JyutpingList> {
  jyutping ??= optionalPackage<{ getJyutpingList: JyutpingList }>('to-jyutping', {
    language: 'Cantonese',
    version: '3',
    has: 'getJyutpingList',
  }).getJyutpingList;
  return jyutping(text);
}

const HAN = /^\p{Script=Han}$/u;

/** The character as it was written, where the piece is written as it is said: simplified forms have fewer readings. */
function writtenOf({ rule, source, words }: ReadPiece): string[] {
  const written = [...source.replace(/\s/g, '')];
  return rule === 'word' && written.length === words.length ? written : words.map(({ text }) => text);
}

export const CANTONESE: FrontEnd = {
  read(parts, options) {
    const { pieces, warnings } = CHINESE.read(parts, options);
    const said: { word: SpokenWord; written: string; given: boolean }[] = [];
    for (const piece of pieces) {
      const written = writtenOf(piece);
      const given = piece.rule === 'markup' || piece.rule === 'lexicon';
      piece.words.forEach((word, index) => said.push({ word, written: written[index], given }));
    }
    // One reading of the whole, so that a character's neighbours decide.
    const text = said.map(({ written }) => (HAN.test(written) ? written : ' ')).join('');
    const readings = jyutpingOf(text);
    const unread = new Set<string>();
    said.forEach(({ word, written, given }, index) => {
      if (!HAN.test(written) || given) return;
      const symbols = cantoneseSymbols(readings[index]?.[1] ?? '');
      if (symbols === undefined) unread.add(written);
      word.phonemes = symbols ?? [];
      word.source = symbols ? 'to-jyutping' : 'no reading';
    });
    if (unread.size > 0) warnings.push(`no Cantonese reading for ${[...unread].join(', ')}: left out`);
    return { pieces, warnings };
  },
};
