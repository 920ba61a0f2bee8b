// Tone sandhi of 不 and 一 (upstream: text/tone_sandhi.py, _bu_sandhi and _yi_sandhi). Both look at the citation tone that
// follows: 一个 is yí ge though 个 is neutral there.
import { type CharacterReading, type Clause, retone } from './clause';

const ADVERB_BEFORE_BU = /[并决绝从毫永岂要如莫何可既若无还又也都就只才再更倒却总]/;
const RESULT = /^[得见懂到着了完好清起来去出住动开下上成过掉会惯及够进回错透定准死活大多少明全]$/;
const RESULT_WORD = /^(?:清楚|明白|干净|完整|彻底|仔细|准确)$/;
const DIRECTION = /^[上下进出回过起开][来去]$/;
const DIGIT = /[零一二三四五六七八九幺]/;
const NUMERAL = /[零一二三四五六七八九十百千万亿]/;

/** The tone that counts for what stands before. */
const following = (reading: CharacterReading | undefined): number | undefined =>
  reading === undefined ? undefined : reading.character === '个' ? 4 : reading.citation;

export function applyBuSandhi({ readings }: Clause): void {
  readings.forEach((reading, at) => {
    if (reading.character !== '不' || reading.fixed || reading.base !== 'bu') return;
    const [before, after] = [readings[at - 1], readings[at + 1]];
    if (before !== undefined && after !== undefined) {
      const { word } = reading;
      const isMiddle =
        word.readings.length === 3 && word.readings[1] === reading && !ADVERB_BEFORE_BU.test(before.character);
      const isResult =
        /^[va]/.test(before.word.tag) &&
        before.word.readings.length === 1 &&
        (after.word.readings.length === 1 ||
          /^(?:不了|不得)$/.test(word.text) ||
          DIRECTION.test(after.word.text) ||
          RESULT_WORD.test(after.word.text)) &&
        RESULT.test(after.character) &&
        !ADVERB_BEFORE_BU.test(before.character);
      if (before.character === after.character && before.character !== '得' && readings[at - 2]?.character !== '不')
        return retone(reading, 5, '不 between the halves of a question');
      if (isMiddle || isResult) return retone(reading, 5, '不 before a possible result');
    }
    if (following(after) === 4) retone(reading, 2, '不 before tone 4');
  });
}

/** 一 that counts in order, or ends a word: 第一, 一楼, 星期一. */
const ORDINAL_AFTER = /^(?:月(?!之|后|前|余)|号|楼|班|等奖|级|年级|流|线|把手|中学|队|组|审|战|把交椅)/;
const ORDINAL_BEFORE = /(?:第|初|星期|礼拜|周|月)$/;
const SANDHI_AT_END = /^(?:这|那|哪|下|上|每|另|某|任|前|后|有|首|头)一$/;
const OPERATOR_AFTER = /^(?:加|减|乘|除以|等于|比|[到至](?=[二三四五六七八九十百千万亿]))/;

export function applyYiSandhi({ readings }: Clause): void {
  const text = (from: number, to: number) =>
    readings
      .slice(Math.max(0, from), to)
      .map((reading) => reading.character)
      .join('');
  readings.forEach((reading, at) => {
    if (reading.character !== '一' || reading.fixed || reading.base !== 'yi') return;
    const before = readings[at - 1];
    const after = readings[at + 1];
    const [textBefore, textAfter] = [text(at - 3, at), text(at + 1, at + 5)];
    if (after === undefined || reading.digitwise) return;
    if (before?.character === after.character && !/[一二三四五六七八九十两几]/.test(readings[at - 2]?.character ?? ''))
      return retone(reading, 5, '一 in a repeated verb');
    if (DIGIT.test(after.character) || (before !== undefined && DIGIT.test(before.character))) return;
    if (after.character === '十') return;
    if (before !== undefined && NUMERAL.test(before.character) && !/[百千万亿]/.test(after.character)) return;
    if (before?.character === '点' && NUMERAL.test(readings[at - 2]?.character ?? '') && after.character !== '刻')
      return;
    if (ORDINAL_BEFORE.test(textBefore) || (/[其之]$/.test(textBefore) && !/^[百千万亿十]/.test(textAfter))) return;
    if (ORDINAL_AFTER.test(textAfter) || OPERATOR_AFTER.test(textAfter)) return;
    const ended = reading.word;
    if (
      ended.readings[ended.readings.length - 1] === reading &&
      ended.readings.length > 1 &&
      !SANDHI_AT_END.test(ended.text) &&
      !/^[一二三四五六七八九十两几]+$/.test(ended.text)
    )
      return;
    if (following(after) === 4) retone(reading, 2, '一 before tone 4');
    else retone(reading, 4, '一 before tones 1, 2 and 3');
  });
}
