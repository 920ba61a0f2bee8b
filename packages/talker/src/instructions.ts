// How to speak, in words: "cheerful, a little slower". A small vocabulary of English and Chinese, each word a change of pace, pitch, range of
// pitch and loudness as the embedded voice's corpus had them (docs/voice-corpus.md); a degree before it makes it smaller or larger.

import { checkedInstructions } from './check-input';

/** What words ask for. */
export interface Instructed {
  /** A factor on the speed. */
  speed: number;
  pitchSemitones: number;
  /** A factor on how far the pitch moves. */
  pitchRange: number;
  gainDecibels: number;
  /** The words that are not known, as they were written. */
  unknown: string[];
}

/** Speed (factor), pitch (semitones), range of pitch (factor), loudness (decibels). */
type Change = readonly [speed: number, semitones: number, range: number, decibels: number];

const CHANGES: readonly (readonly [words: string, change: Change])[] = [
  ['slow|slowly|slower|unhurried|leisurely|慢|慢一点|慢些|缓慢|慢慢', [0.85, 0, 1, 0]],
  ['fast|quick|quickly|faster|quicker|brisk|rapid|speedy|快|快一点|快些|快速', [1.18, 0, 1, 0]],
  ['hurried|urgent|rushed|in a hurry|急|着急|急促|紧急', [1.22, 2, 1.1, 2.5]],
  ['high|higher|high-pitched|高|音调高|高一点', [1, 2, 1, 0]],
  ['low|lower|deep|deeper|low-pitched|低|低沉|音调低|低一点', [1, -2, 1, 0]],
  ['loud|louder|loudly|strong|大声|响亮', [1, 0, 1, 4]],
  [
    'quiet|quieter|quietly|soft|softly|whisper|whispering|whispered|hushed|gentle|gently|小声|轻声|轻柔|温柔|柔和',
    [0.95, -0.5, 0.85, -6],
  ],
  ['lively|animated|expressive|dynamic|活泼|生动|有感情', [1.03, 0.5, 1.4, 0]],
  ['monotone|flat|deadpan|robotic|单调|平淡', [1, 0, 0.3, 0]],
  [
    'cheerful|happy|joyful|friendly|bright|upbeat|warm|positive|smiling|开心|高兴|愉快|快乐|友好|热情|欢快',
    [1.06, 1.5, 1.3, 1],
  ],
  ['excited|enthusiastic|energetic|thrilled|兴奋|激动|热烈', [1.13, 3.2, 1.6, 3]],
  ['calm|relaxed|soothing|serene|peaceful|reassuring|平静|冷静|放松|安静|沉稳', [0.91, -1.2, 0.8, -3]],
  ['sad|melancholy|sorrowful|gloomy|depressed|悲伤|难过|伤心|忧伤|低落', [0.84, -2.5, 0.6, -5]],
  ['angry|furious|annoyed|stern|生气|愤怒|严厉', [1.1, 0.5, 1.4, 4]],
  ['serious|formal|professional|authoritative|newsreader|严肃|正式|专业', [0.97, -0.8, 0.85, 0]],
  ['plain|neutral|normal|natural|普通|自然|中性', [1, 0, 1, 0]],
];
const BY_WORD = new Map(CHANGES.flatMap(([words, change]) => words.split('|').map((word) => [word, change] as const)));

/** The words that instructions may have, for documents and menus. */
export const INSTRUCTION_WORDS: readonly string[] = [...BY_WORD.keys()];

const LITTLE = /^(?:a little|a bit|slightly|somewhat|a touch|稍微|有点|略|一点)/u;
const MUCH = /^(?:very|much|really|extremely|highly|so|非常|很|特别|十分|更)/u;
/** What directly before a word takes it back: nothing is done then, and both are named as not known. */
const NOT =
  /(?:\b(?:not|never|without|less|no|don['’]?t|do not|avoid|nor)\b(?: (?:too|so|very|be|sound|speak|overly|any))*|不要|不用|不能|别|不|没|没有|勿)(?:太|那么|这么|过于)?\s*$/u;
/** Words that say nothing of how. */
const FILLER =
  /\b(?:speak|talk|say|read|sound|sounding|use|with|in|and|but|please|it|this|the|a|an|tone|voice|way|manner|of|very|be|like|pitch|pace|speed|style|little|bit|more|to|your)\b|请|用|的|地|语气|声音|说话|说|读|并且|而且|和|以|语调|一点|些|得/gu;

/** @param text such as OpenAI's `instructions` */
export function readInstructions(text: string): Instructed {
  const result: Instructed = { speed: 1, pitchSemitones: 0, pitchRange: 1, gainDecibels: 0, unknown: [] };
  for (const written of checkedInstructions(text)
    .toLowerCase()
    .split(/[,.;:!?\n，。；：！？、]|\band\b|\bbut\b|而且|并且/u)) {
    let rest = written.trim();
    // The longest word first: "in a hurry" before "a".
    for (const word of [...BY_WORD.keys()].sort((a, b) => b.length - a.length)) {
      const found = placeOf(rest, word);
      if (!found) continue;
      const { at, length } = found;
      const before = rest.slice(0, at).trim();
      const negation = NOT.exec(before)?.[0];
      if (negation !== undefined) {
        const from = before.length - negation.length;
        result.unknown.push(rest.slice(from + rest.length - rest.trimStart().length, at + length).trim());
        rest = `${rest.slice(0, from)} ${rest.slice(at + length)}`;
        continue;
      }
      const degree = MUCH.test(lastWords(before))
        ? 1.5
        : LITTLE.test(lastWords(before)) || /一点|些$/u.test(word + rest.slice(at + length))
          ? 0.5
          : 1;
      add(result, BY_WORD.get(word)!, degree);
      rest = `${rest.slice(0, at).replace(/(?:a little|a bit|slightly|somewhat|a touch|very|much|really|extremely|highly|so|more|稍微|有点|略|非常|很|特别|十分|更)\s*$/u, '')} ${rest.slice(at + length)}`;
    }
    const left = rest.replace(FILLER, ' ').replace(/\s+/g, ' ').trim();
    if (/[\p{L}]/u.test(left)) result.unknown.push(left);
  }
  result.speed = Math.min(2, Math.max(0.5, result.speed));
  result.pitchSemitones = Math.min(8, Math.max(-8, result.pitchSemitones));
  result.pitchRange = Math.min(2, Math.max(0.2, result.pitchRange));
  result.gainDecibels = Math.min(8, Math.max(-12, result.gainDecibels));
  return result;
}

/** Where a word stands by itself, or as an adverb of it; Chinese has no spaces. */
function placeOf(text: string, word: string): { at: number; length: number } | undefined {
  const match = /\p{Script=Han}/u.test(word)
    ? new RegExp(word, 'u').exec(text)
    : new RegExp(`(?<![\\p{L}-])${word}(?:ly)?(?![\\p{L}-])`, 'u').exec(text);
  return match ? { at: match.index, length: match[0].length } : undefined;
}

/** The degree is what stands directly before the word. */
function lastWords(before: string): string {
  const match =
    /(?:a little|a bit|a touch|slightly|somewhat|very|much|really|extremely|highly|so|稍微|有点|略|非常|很|特别|十分|更)\s*(?:more\s*)?$/u.exec(
      before,
    );
  return match?.[0] ?? '';
}

function add(result: Instructed, [speed, semitones, range, decibels]: Change, degree: number): void {
  result.speed *= speed ** degree;
  result.pitchSemitones += semitones * degree;
  result.pitchRange *= range ** degree;
  result.gainDecibels += decibels * degree;
}
