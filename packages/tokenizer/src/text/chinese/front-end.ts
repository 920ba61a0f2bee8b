// Chinese, with foreign words in it, from text parts to phonemes: clean characters → scan with rules → clauses → readings.
// Foreign stretches go to the English half; everything comes back in order, one phoneme sequence.
import { ENGLISH } from '../english/front-end';
import { LETTER_NAMES } from '../english/pronounce';
import { type FrontEnd, type Lexicon, type ReadPiece, type Reading, type SpokenWord, type TextPart } from '../pieces';
import { PUNCTUATION } from '../symbols';
import { cleanChinese } from './characters';
import { isHanCharacter, splitByLexicon } from './lexicon-parts';
import { normalizeChinese } from './normalize';
import { type ClauseCharacter, readClause } from './read-clause';
import { parseSyllable, spellSymbols, syllableSymbols, type Syllable } from './syllables';

/** Rules whose numbers are said digit by digit, or in order: 一 keeps its tone. */
const DIGITWISE = new Set([
  'date',
  'years',
  'year',
  'generation',
  'dated event',
  'telephone',
  'code',
  'standard',
  'model',
  'part',
  'network address',
  'version',
  'ratio',
  'score',
]);

/** Longer clauses are read in stretches of this many characters. */
const LONGEST_CLAUSE = 120;

const MARKS = new Set<string>(PUNCTUATION);

/** What becomes of a text, piece by piece. Chinese text as written becomes one piece a word. */
class Composer {
  readonly pieces: ReadPiece[] = [];
  readonly warnings: string[] = [];
  readonly unread = new Set<string>();
  private pending: (ClauseCharacter & { start: number; end: number })[] = [];
  /** Pieces that exist already; the others are made of the words of plain text. */
  private units = 0;

  constructor(private readonly input: string) {}

  /** Opens a piece for a stretch of the input and returns its index. */
  open(start: number, end: number, rule: string, words: SpokenWord[] = [], source?: string): number {
    return this.pieces.push({ source: source ?? this.input.slice(start, end), start, end, rule, words }) - 1;
  }

  nextUnit(): number {
    return ++this.units;
  }

  character(entry: ClauseCharacter & { start: number; end: number }): void {
    this.pending.push(entry);
    if (this.pending.length >= LONGEST_CLAUSE) this.pause();
  }

  /** All pieces; those of plain text, which grew, with what they are made of. */
  named(): ReadPiece[] {
    for (const piece of this.pieces) if (piece.source === '') piece.source = this.input.slice(piece.start, piece.end);
    return this.pieces;
  }

  /** Ends the clause: reads its characters and puts them into their pieces. */
  pause(): void {
    const { pending } = this;
    if (pending.length === 0) return;
    this.pending = [];
    const readings = readClause(pending);
    let open: { word: unknown; piece: ReadPiece } | undefined;
    for (let at = 0; at < pending.length; at++) {
      const entry = pending[at];
      const reading = readings[at];
      let piece = entry.piece === PLAIN ? undefined : this.pieces[entry.piece];
      if (piece !== undefined) open = undefined;
      else if (
        open !== undefined &&
        reading !== undefined &&
        open.word === reading.word &&
        open.piece.end === entry.start
      ) {
        piece = open.piece;
        piece.end = entry.end;
      } else {
        piece = { source: '', start: entry.start, end: entry.end, rule: 'word', words: [] };
        this.pieces.push(piece);
        open = { word: reading?.word, piece };
      }
      if (reading === undefined) {
        const written = this.input.codePointAt(entry.start);
        this.unread.add(written === undefined ? entry.character : String.fromCodePoint(written));
      } else {
        const { sources } = reading;
        piece.words.push({
          text: entry.character,
          kind: 'word',
          phonemes: syllableSymbols(reading),
          source: sources.length === 1 ? sources[0] : sources.join('; '),
        });
      }
    }
  }
}

/** The piece of characters that stand in the text as they are said. */
const PLAIN = -1;

/** Phonemes of a given reading as syllables, one a character; undefined where they are anything else. */
function syllablesOf(text: string, phonemes: readonly string[]): Syllable[] | undefined {
  const characters = [...text];
  if (phonemes.length !== characters.length * 2 || !characters.every(isHanCharacter)) return undefined;
  const syllables = characters.map((_, index) => {
    const spelled = spellSymbols(phonemes[2 * index], phonemes[2 * index + 1]);
    return spelled === undefined ? undefined : parseSyllable(spelled);
  });
  return syllables.includes(undefined) ? undefined : (syllables as Syllable[]);
}

function given(part: Extract<TextPart, { kind: 'reading' }>, composer: Composer): void {
  const source = part.source ?? 'markup';
  const syllables = syllablesOf(part.text, part.phonemes);
  if (syllables === undefined) {
    composer.pause();
    composer.open(
      part.start,
      part.end,
      source,
      [{ text: part.text, kind: 'word', phonemes: part.phonemes, source }],
      part.text,
    );
    return;
  }
  const piece = composer.open(part.start, part.end, source, [], part.text);
  const unit = composer.nextUnit();
  [...part.text].forEach((character, index) => {
    const { start, end } = part;
    composer.character({
      character,
      piece,
      digitwise: false,
      unit,
      given: { syllable: syllables[index], source },
      start,
      end,
    });
  });
}

function plain(
  text: string,
  offset: number,
  composer: Composer,
  lexicon: Lexicon | undefined,
  dropped: Set<string>,
): void {
  const clean = cleanChinese(text, offset);
  clean.dropped.forEach((character) => dropped.add(character));
  for (const { start, end, rule, kind, said } of normalizeChinese(clean.text)) {
    const [from, to] = [clean.origins[start], clean.origins[end]];
    if (kind === 'foreign') {
      composer.pause();
      foreign(clean.text.slice(start, end), (at) => clean.origins[start + at], composer, lexicon);
      continue;
    }
    if (kind === 'plain') {
      let at = start;
      for (const character of said) {
        const next = at + character.length;
        composer.character({
          character,
          piece: PLAIN,
          digitwise: false,
          hint: clean.hints.get(at),
          start: clean.origins[at],
          end: clean.origins[next],
        });
        at = next;
      }
      continue;
    }
    const piece = composer.open(from, to, rule);
    for (const character of said) {
      if (MARKS.has(character)) {
        composer.pause();
        spoken(composer, piece, { text: character, kind: 'mark', phonemes: [character], source: 'mark' });
      } else if (/[A-Z]/.test(character)) {
        composer.pause();
        spoken(composer, piece, {
          text: character,
          kind: 'letter',
          phonemes: LETTER_NAMES[character].split(' '),
          source: 'letter name',
        });
      } else {
        composer.character({ character, piece, digitwise: DIGITWISE.has(rule), start: from, end: to });
      }
    }
  }
}

function spoken(composer: Composer, piece: number, word: SpokenWord): void {
  composer.pieces[piece].words.push(word);
}

function foreign(text: string, origin: (at: number) => number, composer: Composer, lexicon: Lexicon | undefined): void {
  const { pieces, warnings } = ENGLISH.read([{ kind: 'plain', text, start: 0 }], { lexicon });
  for (const { start, end, rule, words } of pieces) composer.open(origin(start), origin(end), rule, [...words]);
  composer.warnings.push(...warnings);
}

/** "'😀' (U+1F600)". */
function describe(character: string): string {
  const code = (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0');
  return /\p{C}/u.test(character) ? `U+${code}` : `'${character}' (U+${code})`;
}

/** Chinese and what is mixed into it. */
export const CHINESE: FrontEnd = {
  read(parts, { lexicon }): Reading {
    const input = parts.map((part) => part.text).join('');
    const dropped = new Set<string>();
    const composer = new Composer(sourceText(parts) ?? input);
    for (const part of lexicon === undefined ? parts : splitByLexicon(parts, lexicon)) {
      if (part.kind === 'reading') given(part, composer);
      else plain(part.text, part.start, composer, lexicon, dropped);
    }
    composer.pause();
    const silent = [...dropped, ...composer.unread];
    if (silent.length > 0) composer.warnings.push(`no reading for ${silent.map(describe).join(', ')}: left out`);
    return { pieces: inOrder(composer.named()), warnings: composer.warnings };
  },
};

/** The parts laid out as in the input, so that offsets fit; what markup adds around them is blank. */
function sourceText(parts: readonly TextPart[]): string | undefined {
  let text = '';
  for (const part of parts) {
    if (part.start < text.length) return undefined;
    text = text.padEnd(part.start) + part.text;
  }
  return text;
}

/** Pieces were opened when their text was met, their words read when the clause ended: by place again. */
function inOrder(pieces: ReadPiece[]): ReadPiece[] {
  return pieces.sort((a, b) => a.start - b.start);
}
