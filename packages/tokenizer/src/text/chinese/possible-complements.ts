// 得 between a verb and its result: 听得到, 睡得着, 受得了 say what can be done, and their 得 is neutral (现代汉语词典: 吃得开 chī·dekāi).
// 取得, 赢得 and the like are words, and what follows them is a particle: 取得了 is qǔdé le. Segmentation joins either wrongly.
import { type TaggedWord } from './segment';

/** A word of a clause; `syllables` are readings that its neighbours settle, by character. */
export interface SettledWord extends TaggedWord {
  syllables?: readonly (string | undefined)[];
  why?: string;
}

/** Verbs made with 得. */
const WITH_DE = new Set([
  ...'取获赢博夺求征捧觅摘喜荣独分领换挣落赚购竞抢骗争测算考值懂晓记认觉显免省舍难娶谋讨赏'.split(''),
]);

/** 得 after these is no complement's: 难得, 只得, 心得, and names; nor after those that get something. */
const NO_COMPLEMENT = new Set([
  ...'难不只总非应所心实始必已易既乐自相贪渐暂互兼复理幸喜没了安焉怎连净反休一乍乖彼泰宾奥陶努印咸利合试出附商拾募劫窃捕钓采修并没消梦',
]);
/** These get something where a noun or a number follows: 抢得先机 against 抢得厉害. */
export const GETS_OBJECT: ReadonlySet<string> = new Set([...'测收查录换抢争借捡考赚挣留投分剩买']);

/** 得 said as part of another word behind a verb: 冻|得手|发抖, 说|得有|道理. */
const WRONG_JOIN = /^得[有用手力气名分款数色空]$/;

/** What may stand before 得到, 得了 without being the verb of a possible result. */
const AUXILIARY = new Set([...'能会要应该可将已没未又才都也就只不所便再还并均需必肯敢愿欲须刚先后曾快正在来去']);

/** Verbs that segmentation tags otherwise. */
const VERBS = new Set([...'学点教练搬忍治管拿走够少躲说打跑信望犯用闻摸碰抓料']);
/** Of two characters: what can be perceived or imagined. Others (希望, 要求) want to get something. */
const PERCEIVED =
  /^(?:感觉|感受|体会|想象|想像|料想|预料|预想|意料|联系|观察|理解|承受|享受|忍受|负担|接受|控制|看|听)$/;

/** What one copes with or not: 应付得了. */
const COPES =
  /^(?:应付|对付|胜任|处理|解决|照顾|满足|阻止|改变|战胜|打败|保证|适应|坚持|完成|[代取]替|取代|左右|决定|原谅|拒绝|掩盖|逃避|抵[抗挡]|承担|支撑|养活|伺候|吓唬|糊弄)$/;

/** Results with the reading that they have there. */
const RESULTS: Readonly<Record<string, string>> = {
  着: 'zhao2',
  了: 'liao3',
  过: 'guo4',
  到: 'dao4',
  会: 'hui4',
  住: 'zhu4',
  起: 'qi3',
  出: 'chu1',
  完: 'wan2',
  动: 'dong4',
  开: 'kai1',
};
const RESULT = Object.keys(RESULTS).join('');
/** After 想得到: it is asked or said whether it can be thought of. */
const ASKS = /^[吗呢吧的]/;
const LEARNT = new Set([...'学教练记读背弄搞做']);

const INSIDE = new RegExp(`^([^不所自相必只大求一])得([${RESULT}])([来去])?$`, 'u');
const BEGINS = new RegExp(`^得([${RESULT}])?$`, 'u');

function isVerb({ word, tag }: TaggedWord): boolean {
  if (PERCEIVED.test(word)) return true;
  if (word.length !== 1)
    return (
      /^[^希渴盼期愿观指失绝]?[望看听闻]$|点$|^..[望看听闻找买]$/.test(word) && /^[nv]/.test(tag) && word.length > 1
    );
  return !AUXILIARY.has(word) && (VERBS.has(word) || /^[va]/.test(tag));
}

/** 骗得了我, 赢得过他, 算得了什么: whom or what one can get the better of, where 骗得了钱 is what one got. */
function canBe(verb: string, object: TaggedWord | undefined): boolean {
  return (
    /^[骗抢赢算争换分挣赚]$/.test(verb) &&
    object !== undefined &&
    (/^r/.test(object.tag) || /^(?:吗|谁|什么|一时|别人|众人|大家|天下人)/.test(object.word))
  );
}

/** The particle after 取得: 了 and 过. */
function particle(character: string): SettledWord {
  if (character === '了') return { word: '了', tag: 'ul', syllables: ['le5'], why: 'polyphone 了: a particle' };
  if (character === '过') return { word: '过', tag: 'ug', syllables: ['guo5'], why: 'polyphone 过: a particle' };
  return { word: character, tag: 'v' };
}

/** Whether what follows 得 is a thing that one gets. */
export const getsObject = (next: TaggedWord | undefined) =>
  next !== undefined &&
  (/^(?:同意|支持|原谅|谅解|理解|许可|尊重|信任|认可)$/.test(next.word) ||
    (/^(?:n(?!r)|m|vn|l)/.test(next.tag) && !/^(?:人|大家|自己|心|头|脸|手|满)/.test(next.word)));

/** Fixes the words around 得. */
export function settleComplements(words: readonly SettledWord[]): SettledWord[] {
  const settled: SettledWord[] = [];
  for (let at = 0; at < words.length; at++) {
    const entry = words[at];
    if (!entry.word.includes('得')) {
      settled.push(entry);
      continue;
    }
    const inside = INSIDE.exec(entry.word);
    if (inside !== null) {
      const [, verb, result, direction] = inside;
      // 想得到答案 is to want it; 谁想得到 and 想得到的 are what can be thought of.
      const wanted = words[at + 1]?.word;
      if (entry.word === '想得到' && wanted !== undefined && !ASKS.test(wanted))
        settled.push(
          { word: '想', tag: 'v' },
          { word: '得到', tag: 'v', syllables: ['de2', 'dao4'], why: 'polyphone 得: to get' },
        );
      else if (WITH_DE.has(verb) && /[了过]/.test(result) && direction === undefined && !canBe(verb, words[at + 1]))
        settled.push({ word: `${verb}得`, tag: 'v' }, particle(result));
      else
        settled.push({
          ...entry,
          syllables: [undefined, 'de5', RESULTS[result], undefined].slice(0, entry.word.length),
          why: 'polyphone 得: can',
        });
      continue;
    }
    const previous = settled[settled.length - 1];
    const next = words[at + 1];
    // 取得|了, and 想|得到 at the end of a clause.
    if (/^.得$/u.test(entry.word) && WITH_DE.has(entry.word[0]) && /^[了过]$/.test(next?.word ?? '')) {
      if (canBe(entry.word[0], words[at + 2])) {
        settled.push(
          { word: entry.word[0], tag: 'v' },
          { word: `得${next.word}`, tag: 'ud', syllables: ['de5', RESULTS[next.word]], why: 'polyphone 得: can' },
        );
        at++;
        continue;
      }
      settled.push(entry, particle(next.word));
      at++;
      continue;
    }
    const stem = /^(.)得$/u.exec(entry.word)?.[1];
    if (stem !== undefined && /^[真可]$/.test(stem) && next !== undefined && /^[vnd]/.test(next.tag)) {
      settled.push({ word: stem, tag: 'd' }, { word: '得', tag: 'v', syllables: ['dei3'], why: 'polyphone 得: must' });
      continue;
    }
    if (
      stem !== undefined &&
      /^[va]/.test(entry.tag) &&
      !NO_COMPLEMENT.has(stem) &&
      (GETS_OBJECT.has(stem)
        ? !getsObject(next)
        : !WITH_DE.has(stem) || (stem === '赢' && /^[adz]/.test(next?.tag ?? '')))
    ) {
      settled.push({ ...entry, syllables: [undefined, 'de5'], why: 'polyphone 得: after a verb or adjective' });
      continue;
    }
    if (WRONG_JOIN.test(entry.word) && previous?.word.length === 1 && isVerb(previous) && next !== undefined) {
      settled.push({ word: '得', tag: 'ud' }, { word: entry.word[1], tag: entry.word === '得有' ? 'v' : 'n' });
      continue;
    }
    const begins = BEGINS.exec(entry.word);
    if (begins === null || previous === undefined) {
      settled.push(entry);
      continue;
    }
    const joined = begins[1] === undefined;
    const result = joined ? next?.word : begins[1];
    const after = joined ? words[at + 2]?.word : next?.word;
    if (result === undefined || !Object.hasOwn(RESULTS, result)) {
      settled.push(entry);
      continue;
    }
    if (
      previous.word.length === 1 &&
      WITH_DE.has(previous.word) &&
      /[了过]/.test(result) &&
      !canBe(previous.word, joined ? words[at + 2] : next)
    ) {
      settled.pop();
      settled.push({ word: `${previous.word}得`, tag: 'v' }, particle(result));
    } else if (
      (previous.word === '想' && result === '到'
        ? after === undefined || ASKS.test(after)
        : // 这么重提得了吗
          isVerb(previous) ||
          (result === '了' && (COPES.test(previous.word) || (after === '吗' && /^[vp]/.test(previous.tag))))) &&
      (result !== '会' || LEARNT.has(previous.word))
    ) {
      settled.push({
        word: `得${result}`,
        tag: 'ud',
        syllables: ['de5', RESULTS[result]],
        why: 'polyphone 得: can',
      });
    } else {
      settled.push(entry);
      continue;
    }
    if (joined) at++;
  }
  return settled;
}
