// Settles what the words around a word say about its reading, and surnames. The rules are in polyphone-rules.ts.
import { SURNAMES } from './overrides';
import { type Clause, type ClauseWord } from './clause';
import { REPEATED, RULES } from './polyphone-rules';
import { parsePinyin } from './syllables';

const TITLE =
  /^(?:先生|女士|小姐|太太|老师|老板|医生|大夫|教授|博士|总|经理|同学|校长|主任|师傅|导演|书记|律师|护士|警官|法官|主席|部长|局长|处长|科长|队长|院长|所长|厂长|董事|某|家(?:人|里|的))/;

/** Full names that jieba tags so. */
const isName = (word: ClauseWord) => word.tag === 'nr' && word.readings.length === 3;

/** Settles what stands alone, and surnames; hints of the traditional form go before everything. */
export function settlePolyphones(clause: Clause): void {
  const { words } = clause;
  let offset = 0;
  const text = words.map((word) => word.text).join('');
  words.forEach((word, at) => {
    const start = offset;
    offset += word.text.length;
    const [first] = word.readings;
    if (first === undefined || first.fixed) return;
    const surname = SURNAMES.get(word.text[0]);
    const mayChange = RULES.has(word.text) && word.readings.length === word.text.length;
    if (surname === undefined && !mayChange) return;
    const before = text.slice(0, start);
    const after = text.slice(offset);
    const repeated = REPEATED.get(word.text);
    if (
      repeated !== undefined &&
      /^(?:dictionary|pinyin-pro|character)/.test(first.sources[0]) &&
      isRepeated(words, at)
    ) {
      decide(first, repeated, `${word.text}: a verb said twice`);
      return;
    }
    if (surname !== undefined && word.readings.length === 1 && words[at - 1]?.text === '姓' && !/^[氏名]/.test(after)) {
      if (!/^(?:lexicon|markup)/.test(first.sources[0])) decide(first, surname, 'surname');
      return;
    }
    if (
      surname !== undefined &&
      ((word.readings.length === 1 && TITLE.test(after)) || isName(word) || TITLE.test(word.text.slice(1)))
    ) {
      if (first.sources[0] !== 'override' && first.sources[0] !== 'lexicon') {
        decide(first, surname, 'surname');
        return;
      }
    }
    if (!mayChange || /^(?:lexicon|markup|traditional form|polyphone)/.test(first.sources[0])) return;
    const decision = RULES.get(word.text)?.({
      word,
      previous: words[at - 1],
      next: words[at + 1],
      before,
      after,
      words,
      at,
    });
    if (decision === undefined) return;
    decision[0]
      .split(' ')
      .forEach((pinyin, index) => decide(word.readings[index], pinyin, `${word.text}: ${decision[1]}`));
    if (word.text === '得') word.tag = first.tone === 5 ? 'ud' : 'v';
  });
}

/** 量一量, 数了数. */
function isRepeated(words: readonly ClauseWord[], at: number): boolean {
  const { text } = words[at];
  const between = (word: ClauseWord | undefined) => word !== undefined && /^[一了]$/.test(word.text);
  return (
    (between(words[at + 1]) && words[at + 2]?.text === text) || (between(words[at - 1]) && words[at - 2]?.text === text)
  );
}

function decide(reading: ClauseWord['readings'][number], pinyin: string, why: string): void {
  const [syllable] = parsePinyin(pinyin) ?? [];
  if (syllable === undefined) return;
  reading.base = syllable.base;
  reading.tone = syllable.tone;
  reading.citation = syllable.tone;
  reading.sources = [`polyphone ${why}`];
}
