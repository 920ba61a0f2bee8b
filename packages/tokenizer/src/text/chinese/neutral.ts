// Neutral tones (轻声): particles, suffixes, listed words, locatives, directions, the measure word 个, repeated verbs
// (upstream: text/tone_sandhi.py, _neural_sandhi), and the r that colours a syllable (儿化).
import { type Clause, type ClauseWord, retone } from './clause';
import { FULL_TONE_WORDS, NEUTRAL_PAIRS, NEUTRAL_WORDS } from './neutral-words';

/** A child, or part of a name: 儿 is a syllable of its own. */
const CHILD_BEFORE = /[女男婴幼孤胎健宠少患妻孙侄育弃混托生产残障龄]$/;
const CHILD_WORD =
  /(?:混血|幸运|流浪|低能|畸形|连体|[脑偏]瘫|自闭|问题|巨大|残疾|聋哑|弱智|白化|骄|安琪|弄潮|屈戌|暮|唐氏|足月|低体重|无脑|智障|难产|[双三四五多]胞|过敏|早慧|超常)$/;
const CHILD_AFTER = /^[子童女科时孙媳戏歌茶化]/;
/** A whole word that is a child. */
const CHILD = /^(?:黄口|三岁)?小儿$/;
/** 一儿一女, 有儿有女 */
const isCountedChild = (before: string, after: string) =>
  /[一两二三四五六七有无没]$/.test(before) &&
  (/^[一两二三四五六七有无没][女孙]/.test(after) || /女[一两二三四五六七有无没]$/.test(before));
const DIRECTION = /[上下进出回过起开][来去]$/;

const textBefore = (readings: Clause['readings'], at: number) =>
  readings
    .slice(Math.max(0, at - 3), at)
    .map((reading) => reading.character)
    .join('');

/** Marks every 儿 that only colours the syllable before it. */
export function markErhua({ readings }: Clause): void {
  readings.forEach((reading, at) => {
    if (reading.character !== '儿' || at === 0 || reading.fixed) return;
    const before = readings[at - 1].character;
    const after = readings[at + 1]?.character ?? '';
    const isChild =
      isCountedChild(textBefore(readings, at), after + (readings[at + 2]?.character ?? '')) ||
      CHILD_BEFORE.test(before) ||
      CHILD.test(reading.word.text) ||
      CHILD_WORD.test(textBefore(readings, at)) ||
      (CHILD_AFTER.test(after) && reading.citation !== 5);
    if (isChild) {
      retone(reading, 2, '儿: a child');
      reading.citation = reading.tone;
      return;
    }
    reading.rhotic = true;
    reading.base = 'er';
    retone(reading, 5, '儿 colours the syllable before');
    reading.citation = 5;
  });
}

/** Places that 里 and 上 make of nouns. */
const LOCATIVE =
  /^(?:[家心手身路地桌床脸头嘴眼墙树山街车船书纸城村屋房夜水火田店院园校班会桌世晚早口肚碗]|世界|社会|历史|桌子|教室|房间|屋子|院子|城市|手机|基本|实际|事实|网络|电视|报纸|墙壁|马路|天空|操场|广场|舞台|沙发|黑板|屏幕|飞机|火车)[里上]$/;
const COUNTED = /[\d一二三四五六七八九十百千万亿两几多半每这那哪某各零余整]/;

const last = (word: ClauseWord) => word.readings[word.readings.length - 1];
const is = (word: ClauseWord | undefined, tags: string) => word !== undefined && tags.includes(word.tag[0]);

export function applyNeutralTones({ words, readings: all }: Clause): void {
  all.forEach((reading, at) => {
    if (reading.character !== '个' || at === 0) return;
    if (reading.word.text !== '个' && !COUNTED.test(all[at - 1].character)) return;
    if (/[性体案别头]/.test(all[at + 1]?.character ?? '')) return;
    retone(reading, 5, 'neutral: 个 as a measure word');
  });
  words.forEach((word, at) => {
    const { text, readings } = word;
    const previous = words[at - 1];
    const end = last(word);
    if (end === undefined || FULL_TONE_WORDS.has(text)) return;
    if (readings.length === 1) {
      if (
        text === '过' &&
        (word.tag === 'ug' || (is(previous, 'v') && words[at + 1] !== undefined && !is(words[at + 1], 'v')))
      )
        retone(end, 5, 'neutral: 过 after a verb');
      else if (/[里上]/.test(text) && is(previous, 'ns') && !/^[mnr]/.test(words[at + 1]?.tag ?? ''))
        retone(end, 5, 'neutral: a locative');
      else if (/[来去]/.test(text) && is(previous, 'v') && /[上下进出回过起开]$/.test(previous?.text ?? ''))
        retone(end, 5, 'neutral: a direction');
      return;
    }
    if (NEUTRAL_WORDS.has(text) || (readings.length > 2 && NEUTRAL_WORDS.has(text.slice(-2)))) {
      retone(end, 5, 'neutral: listed word');
      if (/^(?:姐姐|奶奶|姥姥|嫂嫂|婶婶|宝宝)$/.test(text.slice(-2))) end.citation = 5;
    } else if (/们$/.test(text)) retone(end, 5, 'neutral: 们');
    else if (word.tag === 'vq' && /过$/.test(text)) retone(end, 5, 'neutral: 过 after a verb');
    else if (LOCATIVE.test(text)) retone(end, 5, 'neutral: a locative');
    else if (DIRECTION.test(text) && readings.length <= 3) retone(end, 5, 'neutral: a direction');
    else if (readings.length === 2 && text[0] === text[1] && NEUTRAL_PAIRS.has(text[0])) {
      retone(end, 5, 'neutral: repeated noun');
      end.citation = 5;
    } else if (readings.length === 2 && text[0] === text[1] && word.tag.startsWith('v'))
      retone(end, 5, 'neutral: repeated verb');
    else neutralInside(word);
  });
  // 看/看: a verb repeated as two words.
  words.forEach((word, at) => {
    const next = words[at + 1];
    if (next?.text === word.text && word.readings.length === 1 && word.tag === 'v' && next.tag === 'v')
      retone(last(next), 5, 'neutral: repeated verb');
  });
}

/** Listed words inside longer ones: 朋友 in 朋友圈, 什么 in 什么样. */
function neutralInside({ text, readings }: ClauseWord): void {
  if (readings.length < 3) return;
  for (let at = 0; at + 2 <= text.length - 1; at++) {
    if (
      /^(?:什么|怎么|这么|那么|我们|你们|他们|咱们|这个|朋友|学生|先生)$/.test(text.slice(at, at + 2)) &&
      readings[at + 1] !== undefined
    )
      retone(readings[at + 1], 5, 'neutral: listed word');
  }
}
