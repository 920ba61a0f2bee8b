// English from text parts to phonemes: clean characters → scan with rules → settle heteronyms → read every word.
import { PUNCTUATION } from '../symbols';
import { type FrontEnd, type Lexicon, type ReadPiece, type Reading, type SpokenWord, type TextPart } from '../pieces';
import { cleanCharacters } from './characters';
import { englishDictionary } from './dictionary';
import { englishModel } from './model';
import { type NormalPiece, type RuleBook, type Token } from './scanner';
import { englishRules, normalizeEnglish } from './normalize';
import { Pronouncer } from './pronounce';
import { settleHeteronyms } from './heteronyms';

let state: { rules: RuleBook; pronouncer: Pronouncer } | undefined;

function tools(): { rules: RuleBook; pronouncer: Pronouncer } {
  if (state === undefined) {
    const dictionary = englishDictionary();
    state = {
      rules: englishRules({ has: (word) => dictionary.lookup(word) !== undefined }),
      pronouncer: new Pronouncer({
        lookup: (word) => dictionary.lookup(word),
        guess: (word) => englishModel().guess(word),
      }),
    };
  }
  return state;
}

/** A normal piece with its source, before words are read. */
interface PlacedPiece extends NormalPiece {
  source: string;
}

function placed(parts: readonly TextPart[], rules: RuleBook, warnings: string[]): PlacedPiece[] {
  const pieces: PlacedPiece[] = [];
  const dropped = new Set<string>();
  for (const part of parts) {
    if (part.kind === 'reading') {
      const token: Token = { text: part.text, kind: 'word', phonemes: part.phonemes };
      pieces.push({ start: part.start, end: part.end, rule: 'markup', tokens: [token], source: part.text });
      continue;
    }
    const clean = cleanCharacters(part.text, part.start);
    clean.dropped.forEach((character) => dropped.add(character));
    for (const piece of normalizeEnglish(clean.text, rules)) {
      const [start, end] = [clean.origins[piece.start], clean.origins[piece.end]];
      const source = part.text.slice(start - part.start, end - part.start);
      pieces.push({ start, end, rule: piece.rule, tokens: piece.tokens, source });
    }
  }
  if (dropped.size > 0)
    warnings.push(`no reading for ${[...dropped].map((character) => describe(character)).join(', ')}: left out`);
  return pieces;
}

/** "'😀' (U+1F600)". */
function describe(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /\p{C}/u.test(character) ? `U+${code}` : `'${character}' (U+${code})`;
}

const MARKS: ReadonlyMap<string, readonly string[]> = new Map(PUNCTUATION.map((mark) => [mark, [mark]]));
const isMark = (text: string) => MARKS.has(text);

function read(
  token: Token,
  pronouncer: Pronouncer,
  settled: Map<Token, SpokenWord>,
  lexicon: Lexicon | undefined,
): SpokenWord {
  if (token.phonemes !== undefined)
    return { text: token.text, kind: token.kind, phonemes: token.phonemes, source: 'markup' };
  if (token.kind === 'mark' && isMark(token.text))
    return { text: token.text, kind: 'mark', phonemes: MARKS.get(token.text) ?? [token.text], source: 'mark' };
  if (token.kind === 'letter') {
    const { phonemes, source } = pronouncer.letter(token.text);
    return { text: token.text, kind: 'letter', phonemes, source };
  }
  const override = lexicon?.get(token.text.toLowerCase());
  const heteronym = override === undefined ? settled.get(token) : undefined;
  if (heteronym !== undefined) return heteronym;
  const { phonemes, source } = pronouncer.word(token.text, lexicon);
  return { text: token.text, kind: 'word', phonemes, source };
}

/** English. */
export const ENGLISH: FrontEnd = {
  read(parts, { lexicon }): Reading {
    const { rules, pronouncer } = tools();
    const warnings: string[] = [];
    const pieces = placed(parts, rules, warnings);
    const settled = settleHeteronyms(pieces.flatMap((piece) => piece.tokens));
    const result: ReadPiece[] = pieces.map(({ source, start, end, rule, tokens }) => ({
      source,
      start,
      end,
      rule,
      words: tokens.map((token) => read(token, pronouncer, settled, lexicon)),
    }));
    return { pieces: result, warnings };
  },
};
