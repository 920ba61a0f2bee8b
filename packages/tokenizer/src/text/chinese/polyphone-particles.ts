// Readings of particles and function words by what stands around them: 得 地 着 了 还 为.
import { type Around, type Decision, is } from './polyphone-around';
import { FORMIDABLE, MUST_DO, VERB_OR_NOUN } from './polyphone-contexts';
import { GETS_OBJECT, getsObject } from './possible-complements';

export const PARTICLES: Readonly<Record<string, (around: Around) => Decision>> = {
  得({ previous, next, before, after }) {
    if (after === '' && before.endsWith('了') && FORMIDABLE.test(before.slice(0, -1)))
      return ['de2', '了得, formidable'];
    // 可得小心, 真得谢谢
    if (/^(?:[还都也就又才只总非真可]|必须|一定|至少|起码|最少)$/.test(previous?.text ?? '') && is(next, 'vnmdrp'))
      return ['dei3', 'must'];
    if (VERB_OR_NOUN.test(previous?.text ?? '') && !/^[了过](?![来去])/.test(after))
      return ['de5', 'after a verb or adjective'];
    if (
      previous !== undefined &&
      GETS_OBJECT.has(previous.text) &&
      getsObject(next && { word: next.text, tag: next.tag })
    )
      return ['de2', 'to get'];
    if (/^多[了啦]?$/.test(after)) return ['de5', 'after a verb or adjective'];
    if (/^(?:多少|几)[分票奖]/.test(after)) return ['de2', 'to get'];
    // 你得多喝水
    if (/^[多少](?!久|少|么|$)/.test(after) && !is(previous, 'vaizlb')) return ['dei3', 'must'];
    if (previous === undefined || (!is(previous, 'vaizlb') && !/[不行]$/.test(before))) {
      if (next === undefined || /^[了过着]/.test(after)) return ['de2', 'a verb'];
      if (is(next, 'm') && is(previous, 'rdt')) return ['dei3', 'must'];
      if (is(next, 'nm')) return MUST_DO.test(after) && is(previous, 'rn') ? ['dei3', 'must'] : ['de2', 'a verb'];
      return is(next, 'vpdr') || is(next, 'a') ? ['dei3', 'must'] : ['de2', 'a verb'];
    }
    if (/^[了过](?![不来去])/.test(after)) return ['de2', 'a verb'];
    return ['de5', 'after a verb or adjective'];
  },
  地({ previous, next, before }) {
    if (previous === undefined || next === undefined) return ['di4', 'the ground'];
    const adverbial = is(previous, 'adzilvo') || /(.)\1$/.test(before);
    return adverbial && (is(next, 'vadpiz') || next.tag.startsWith('n') === false)
      ? ['de5', 'between adverb and verb']
      : ['di4', 'the ground'];
  },
  着({ previous, before, after, next }) {
    if (/[找猜逮]$/.test(before)) return ['zhao2', 'a result'];
    if (/[睡够抓摸碰]$/.test(before) && (next === undefined || /^了/.test(after))) return ['zhao2', 'a result'];
    if (before === '得') return ['zhao2', 'to get'];
    if (previous === undefined) return ['zhuo2', 'a verb'];
    if (is(previous, 'n') && /^了/.test(after)) return ['zhao2', 'to catch fire'];
    if (/穿$/.test(before) && /^(?:讲究|朴素|打扮|得体|整齐|时尚|随便|大方|考究|入时|单薄|一致|时髦|简单)/.test(after))
      return ['zhuo2', 'what one wears'];
    return ['zhe5', 'after a verb'];
  },
  了({ before, after, previous, words, at }) {
    if (after === '得' && FORMIDABLE.test(before)) return ['liao3', '了得, formidable'];
    if (previous?.text === '得' && previous.readings[0]?.tone === 2) return ['le5', 'a particle'];
    if (previous?.text === '知' && !is(words[at - 2], 'rdz')) return ['liao3', '知了, a cicada'];
    if (/[\u4e00-\u9fff][得不]$/.test(before) && !/^[一]/.test(after)) return ['liao3', 'a possible result'];
    return ['le5', 'a particle'];
  },
  知了: ({ before, after }) => (/[已早便皆]$/.test(before) && after !== '' ? ['zhi1 le5', 'to know'] : undefined),
  还({ after, next }) {
    if (
      /^(?:了|给|清|完|不起|不清|得起|回|钱|书|债|款|贷|账|帐|人情|礼|愿|他钱|我钱|你钱|她钱|我(?!们?[要想会能可没有是在])(?=$|[的钱书一]))/.test(
        after,
      )
    )
      return ['huan2', 'to return'];
    return next === undefined ? ['huan2', 'to return'] : ['hai2', 'still'];
  },
  为({ words, at, before, after, next, previous }) {
    if (
      /^(?:了|什么|何|此|之(?!一)|您|你|我|他|她|它|大家|人民)/.test(after) &&
      !/[成作称选视评列推封尊].*$/.test(before)
    )
      return ['wei4', 'for'];
    if (
      /(?:选|称|视|评|列|推|封|尊|奉|拜|聘|任命|命名|誉|定|改|变|转|化|译|当|分|合|结|认|误|引|传|设|立|写|升|降|沦|以|把|将|被|从|由).{1,8}$/.test(
        before,
      )
    )
      return ['wei2', 'to be, to become'];
    if (next === undefined || is(next, 'm') || (previous !== undefined && is(previous, 'v'))) return ['wei2', 'to be'];
    if (is(previous, 'r') && words.length > at + 2) return ['wei4', 'for'];
    const later = words.slice(at + 2).some((word) => is(word, 'v') || is(word, 'p'));
    return later ? ['wei4', 'for'] : ['wei2', 'to be'];
  },
};
