// Cutting long text into pieces to be spoken one after the other. The six named strategies cut where GPT-SoVITS's do
// (TTS_infer_pack/text_segmentation_method.py), but no character is ever lost: the pieces joined give the text back.
import { TextError } from './errors';
import { isOpening, quotationEnds } from './quotations';

/**
 * - `sentence` (default): at the ends of sentences and lines; never inside a number, an abbreviation, a quotation or brackets
 * - `cut0`: not at all · `cut1`: every four clauses · `cut2`: clauses gathered to over 50 characters
 * - `cut3`: after each `。` · `cut4`: after each English full stop · `cut5`: after each punctuation mark
 */
export type SplitStrategy = 'sentence' | 'cut0' | 'cut1' | 'cut2' | 'cut3' | 'cut4' | 'cut5';

/** All strategies, for menus and validation. */
export const SPLIT_STRATEGIES: readonly SplitStrategy[] = ['sentence', 'cut0', 'cut1', 'cut2', 'cut3', 'cut4', 'cut5'];

/** Ends of clauses for cut1 and cut2. */
const CLAUSE_ENDS = /(?:……|——|[，。？！,.?!~:：—…])/g;
const CUT5_ENDS = /[,.;?!、，。？！；：…]/g;
const GATHERED = 50;
const CLAUSES = 4;

/**
 * Cuts `text`; `pieces.join('') === text`, and every piece but perhaps the only one has something besides punctuation and space.
 * @throws TextError 'option' for an unknown strategy.
 */
export function splitText(text: string, strategy: SplitStrategy = 'sentence'): string[] {
  const cutter = CUTTERS[strategy];
  if (cutter === undefined) {
    throw new TextError(
      'option',
      `split strategy '${String(strategy)}' is unknown; use one of ${SPLIT_STRATEGIES.join(', ')}`,
    );
  }
  return withoutSilentPieces(cutter(text));
}

const CUTTERS: Readonly<Record<SplitStrategy, (text: string) => string[]>> = {
  sentence: sentences,
  cut0: (text) => [text],
  cut1: everyFourClauses,
  cut2: gatheredClauses,
  cut3: (text) => cutAfter(text, /。/g),
  cut4: (text) => cutAfter(text, /(?<!\d)\.(?!\d)/g),
  cut5: (text) => cutAfter(text, CUT5_ENDS, (at) => text[at] === '.' && isDigit(text[at - 1]) && isDigit(text[at + 1])),
};

const isDigit = (character: string | undefined) => character !== undefined && /\d/.test(character);

/** Cuts after each match that `isExcepted` does not except. */
function cutAfter(text: string, ends: RegExp, isExcepted: (at: number) => boolean = () => false): string[] {
  const pieces: string[] = [];
  let start = 0;
  for (const match of text.matchAll(ends)) {
    if (isExcepted(match.index)) continue;
    pieces.push(text.slice(start, match.index + match[0].length));
    start = match.index + match[0].length;
  }
  pieces.push(text.slice(start));
  return pieces;
}

function everyFourClauses(text: string): string[] {
  const clauses = cutAfter(text, CLAUSE_ENDS).filter((clause) => clause !== '');
  const pieces: string[] = [];
  for (let at = 0; at < clauses.length; at += CLAUSES) pieces.push(clauses.slice(at, at + CLAUSES).join(''));
  return pieces;
}

function gatheredClauses(text: string): string[] {
  const pieces: string[] = [];
  let gathered = '';
  for (const clause of cutAfter(text, CLAUSE_ENDS)) {
    gathered += clause;
    if ([...gathered].length > GATHERED) {
      pieces.push(gathered);
      gathered = '';
    }
  }
  // A short rest goes with the piece before it.
  if (gathered !== '') {
    if (pieces.length > 0 && [...gathered].length < GATHERED) pieces[pieces.length - 1] += gathered;
    else pieces.push(gathered);
  }
  return pieces;
}

const SENTENCE_END = /[.!?…。！？]+["'”’」』)\]）】》»]*/y;
/** Abbreviations that a name follows: no sentence ends at their full stop. */
const TITLES =
  /(?:^|[\s("'“‘[])(?:Mr|Mrs|Ms|Messrs|Dr|Prof|Rev|Fr|Hon|Gen|Col|Lt|Sgt|Capt|Cmdr|Maj|Cpl|Pvt|Adm|Gov|Sen|Rep|Pres|Mt|Ft|vs|cf|ca|approx|e\.g|i\.e)$/;
/** Abbreviations where a number follows. */
const NUMBERED =
  /(?:^|[\s("'“‘[])(?:nos?|figs?|vols?|ch|sec|eq|pp?|est|tel|ext|Jan|Feb|Mar|Apr|Jun|Jul|Aug|Sept?|Oct|Nov|Dec)$/i;
/** Abbreviations that a sentence may end with: it does where a capital follows. */
const OTHER_ABBREVIATIONS =
  /(?:^|[\s("'“‘[])(?:St|etc|al|Inc|Ltd|Co|Corp|Bros|Jr|Sr|Ave|Blvd|Rd|dept|lb|lbs|oz|ft|in|hrs?|mins?|secs?|yrs?|Ph\.D|(?:[A-Za-z]\.)*[A-Za-z])$/i;
/** After this many characters a quotation's end is a good place to cut, whatever follows. */
const LONG = 60;

function sentences(text: string): string[] {
  const ends = quotationEnds(text);
  const pieces: string[] = [];
  let start = 0;
  let at = 0;
  while (at < text.length) {
    const character = text[at];
    if (character === '\n') {
      at++;
      while (at < text.length && /\s/.test(text[at])) at++;
      pieces.push(text.slice(start, at));
      start = at;
      continue;
    }
    const closed = ends.get(at);
    if (closed !== undefined) {
      at = closed;
      // A quotation that ends its sentence ends the piece too: 'He said "Stop!" Then …', “你好。”“再见。”
      if (
        /[.!?…。！？]["'”’」』»)\]）】]*$/.test(text.slice(Math.max(0, at - 4), at)) &&
        (sentenceFollows(text, at) || isOpening(text[at]) || (isHan(text[at]) && at - start > LONG))
      ) {
        at = skipSpace(text, at);
        pieces.push(text.slice(start, at));
        start = at;
      }
      continue;
    }
    SENTENCE_END.lastIndex = at;
    const end = SENTENCE_END.exec(text);
    if (end === null) {
      at++;
      continue;
    }
    const after = at + end[0].length;
    if (endsSentence(text, start, at, after)) {
      const next = skipSpace(text, after);
      pieces.push(text.slice(start, next));
      start = next;
      at = next;
    } else at = after;
  }
  pieces.push(text.slice(start));
  return pieces;
}

function skipSpace(text: string, at: number): number {
  while (at < text.length && /[^\S\n]/.test(text[at])) at++;
  return at;
}

const isHan = (character: string | undefined) => character !== undefined && /\p{Script=Han}/u.test(character);

const isAbbreviation = (before: string) =>
  TITLES.test(before) || NUMBERED.test(before) || OTHER_ABBREVIATIONS.test(before);

/** Whether what follows `at` begins a sentence: the end, or space and no small letter. */
function sentenceFollows(text: string, at: number): boolean {
  const next = skipSpace(text, at);
  return next >= text.length || (next > at && !/[a-z]/.test(text[next]));
}

/** Whether the marks at [at, after) end the sentence that began at `start`. */
function endsSentence(text: string, start: number, at: number, after: number): boolean {
  const mark = text[at];
  if (/[。！？]/.test(mark)) return true;
  if (after < text.length && !/\s/.test(text[after])) {
    // 'example.com', '3.14', 'U.S.A': no space, no end; but Chinese goes on without one after '!' and '?'.
    if (mark === '.')
      return (
        isHan(text[after]) &&
        /[a-z]{2}$/.test(text.slice(Math.max(start, at - 2), at)) &&
        !isAbbreviation(text.slice(Math.max(start, at - 24), at))
      );
    return !/[A-Za-z\d,.;:…，、；：—”’」』》）]/.test(text[after]);
  }
  if (mark !== '.' || after - at > 1) return sentenceFollows(text, after) || /[!?]/.test(mark);
  const before = text.slice(Math.max(start, at - 24), at);
  const next = skipSpace(text, after);
  if (next >= text.length) return true;
  if (TITLES.test(before) || (NUMBERED.test(before) && /\d/.test(text[next]))) return false;
  if (OTHER_ABBREVIATIONS.test(before)) return STARTERS.test(text.slice(next, next + 24));
  if (isListNumber(text, start, at)) return false; // '1. First of all': a list's number stays with its text
  return sentenceFollows(text, after);
}

const LONGEST_LIST_NUMBER = 12;

/** Whether nothing but space and a number of up to three digits stands at [start, at). */
function isListNumber(text: string, start: number, at: number): boolean {
  return at - start <= LONGEST_LIST_NUMBER && /^\s*\d{1,3}$/.test(text.slice(start, at));
}

/** Words that start sentences after an abbreviation: names do not ('the U.S. Army'). */
const STARTERS =
  /^["'“‘([]*(?:The|This|That|These|Those|It|He|She|We|They|You|I|A|An|But|And|So|In|On|At|If|When|What|Where|Who|Why|How|There|Then|My|His|Her|Our|Their|Your|No|Yes|Is|Are|Was|Do|Did|Can|Let|Please|Not|As|For|From|To|With|After|Before|However)\b/;

/** Joins pieces of nothing but space and punctuation to the one before (the first to the one after). */
function withoutSilentPieces(pieces: readonly string[]): string[] {
  const result: string[] = [];
  let waiting = '';
  for (const piece of pieces) {
    if (/[\p{L}\p{N}\p{S}]/u.test(piece)) {
      result.push(waiting + piece);
      waiting = '';
    } else if (result.length > 0) result[result.length - 1] += piece;
    else waiting += piece;
  }
  if (waiting !== '' || result.length === 0) result.push(waiting);
  return result;
}
