// One clause from characters to readings: segmentation, words' readings, polyphones, then sandhi in the order in which the
// rules feed each other: 儿, neutral tones, 不, 一, third tones.
import { applyBuSandhi, applyYiSandhi } from './bu-yi';
import { type CharacterReading, type Clause, type ClauseWord } from './clause';
import { applyNeutralTones, markErhua } from './neutral';
import { type SettledWord, settleComplements } from './possible-complements';
import { settlePolyphones } from './polyphones';
import { readWord } from './read-word';
import { type TaggedWord, tagWords } from './segment';
import { SPLITS, TAGS } from './segmentation-words';
import { type Syllable, parsePinyin } from './syllables';
import { applyThirdToneSandhi } from './third-tone';

/** A character of a clause with what is known about it already. */
export interface ClauseCharacter {
  character: string;
  piece: number;
  digitwise: boolean;
  /** Reading that the writer or a lexicon gave. */
  given?: { syllable: Syllable; source: 'markup' | 'lexicon' };
  /** Characters that a lexicon or markup made one word share a number. */
  unit?: number;
  /** Reading that the traditional form settles: 'fa4'. */
  hint?: string;
}

/** Reads a clause; entry i belongs to character i, undefined where nothing reads it. */
export function readClause(characters: readonly ClauseCharacter[]): (CharacterReading | undefined)[] {
  const words: ClauseWord[] = [];
  const readings: (CharacterReading | undefined)[] = [];
  let at = 0;
  while (at < characters.length) {
    const { unit } = characters[at];
    let end = at + 1;
    while (end < characters.length && characters[end].unit === unit) end++;
    const text = textOf(characters.slice(at, end));
    const tagged: SettledWord[] =
      unit === undefined
        ? settleComplements(withoutWrongJoins(tagWords(text)))
        : [{ word: text, tag: TAGS[text] ?? 'n' }];
    for (const word of tagged) {
      const length = [...word.word].length;
      words.push(wordOf(word, characters.slice(at, at + length), readings));
      at += length;
    }
  }
  const clause: Clause = { words, readings: words.flatMap((word) => word.readings) };
  settlePolyphones(clause);
  markErhua(clause);
  applyNeutralTones(clause);
  applyBuSandhi(clause);
  applyYiSandhi(clause);
  applyThirdToneSandhi(clause);
  return readings;
}

const textOf = (characters: readonly ClauseCharacter[]) => characters.map(({ character }) => character).join('');

/** Measure words that jieba joins with their numerals, or takes for something else behind them. */
const MEASURE = /^[个只本张条把场块片座棵颗家间件台部辆支枝双对杯碗瓶盒句首页位名群头匹门道扇朵根顿遍趟套种类层行]$/;
const NUMERAL = /[一二三四五六七八九十百千万亿零两几多半这那每某哪各]$/;

/** Separates numerals from measure words (一只, 一|本书), so that each is read by its own rules; fixes parts of speech. */
function withoutWrongJoins(tagged: readonly TaggedWord[]): TaggedWord[] {
  const result: TaggedWord[] = [];
  tagged.forEach(({ word, tag }, index) => {
    const next = tagged[index + 1]?.word ?? '';
    const counted = () => NUMERAL.test(result[result.length - 1]?.word ?? '');
    if (word.length === 2 && NUMERAL.test(word[0]) && MEASURE.test(word[1]) && /^[mrq]/.test(tag)) {
      result.push({ word: word[0], tag: /[这那每某哪各]/.test(word[0]) ? 'r' : 'm' }, { word: word[1], tag: 'q' });
    } else if (word === '本书' && counted()) {
      result.push({ word: '本', tag: 'q' }, { word: '书', tag: 'n' });
    } else if (word.length === 2 && word[1] === '卷' && tag.startsWith('n') && /^[起成卷]/.test(next)) {
      // 把画|卷起来, 毛|卷卷的
      result.push({ word: word[0], tag }, { word: '卷', tag: next === '卷' ? 'a' : 'v' });
    } else if (word.length === 2 && word[1] === '种' && result[result.length - 1]?.word === '种') {
      // 种|树种|花
      result.push({ word: word[0], tag: 'n' }, { word: '种', tag: 'v' });
    } else if (word.length === 2 && word[1] === '教' && tag.startsWith('n') && next === '教') {
      // 神教|教|我
      result.push({ word: word[0], tag: 'n' });
    } else if (word === '教' && /^.教$/u.test(tagged[index - 1]?.word ?? '') && tagged[index - 1].tag.startsWith('n')) {
      result.push({ word: '教教', tag: 'v' });
    } else if (word === '卷' && tagged[index - 1]?.word.endsWith('卷')) {
      result.push({ word, tag: 'a' });
    } else if (word === '过' && /^得(?!到|了)/.test(next) && (index === 0 || !/^v/.test(tagged[index - 1].tag))) {
      result.push({ word, tag: 'v' });
    } else if (word === '过奖' && tagged[index - 1]?.word === '得') {
      result.push({ word: '过', tag: 'ug' }, { word: '奖', tag: 'n' });
    } else if (Object.hasOwn(SPLITS, word)) {
      for (const part of SPLITS[word]) result.push({ word: part, tag: TAGS[part] ?? tag });
    } else if (MEASURE.test(word) && counted()) {
      result.push({ word, tag: 'q' });
    } else {
      result.push({ word, tag: Object.hasOwn(TAGS, word) ? TAGS[word] : tag });
    }
  });
  return result;
}

function wordOf(
  { word: text, tag, syllables: around, why }: SettledWord,
  characters: readonly ClauseCharacter[],
  readings: (CharacterReading | undefined)[],
): ClauseWord {
  const { syllables, source, fixed } = readWord(text);
  const word: ClauseWord = { text, tag, readings: [] };
  characters.forEach(({ character, piece, digitwise, given, hint }, index) => {
    const settled = given === undefined && hint !== undefined ? parsePinyin(hint)?.[0] : undefined;
    const placed = around?.[index] === undefined ? undefined : parsePinyin(around[index])?.[0];
    const syllable = given?.syllable ?? settled ?? placed ?? syllables[index];
    if (syllable === undefined) {
      readings.push(undefined);
      return;
    }
    const reading: CharacterReading = {
      base: syllable.base,
      tone: syllable.tone,
      character,
      citation: syllable.tone,
      sources: [
        given?.source ?? (settled !== undefined ? 'traditional form' : placed !== undefined && why ? why : source),
      ],
      fixed: given === undefined ? fixed : given.source === 'markup',
      digitwise,
      rhotic: false,
      piece,
      word,
    };
    word.readings.push(reading);
    readings.push(reading);
  });
  return word;
}
