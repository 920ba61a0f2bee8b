// Readings of single characters by the words around them: 得 地 还 为 长 重 行 数 … and surnames. Each rule says what it saw.
import { SURNAMES } from './overrides';
import { type Clause, type ClauseWord } from './clause';
import { parsePinyin } from './syllables';

interface Around {
  word: ClauseWord;
  previous?: ClauseWord;
  next?: ClauseWord;
  /** The clause before and after, as text. */
  before: string;
  after: string;
  words: readonly ClauseWord[];
  at: number;
}

type Decision = readonly [reading: string, why: string] | undefined;

const is = (word: ClauseWord | undefined, tags: string) => word !== undefined && tags.includes(word.tag[0]);
const NUMERAL = /[一二三四五六七八九十百千万亿两几多半数每这那哪某各零]$/;

const RULES: Readonly<Record<string, (around: Around) => Decision>> = {
  得({ previous, next, before, after }) {
    if (previous === undefined || (!is(previous, 'vaizlb') && !/[不行]$/.test(before))) {
      if (next === undefined || /^[了过着]/.test(after) || (is(next, 'nm') && !is(next, 'v'))) return ['de2', 'a verb'];
      return is(next, 'vpdr') || is(next, 'a') ? ['dei3', 'must'] : ['de2', 'a verb'];
    }
    if (/^[了过](?!不)/.test(after) && !/[吃喝用走做受跑拿忘去来说看]$/.test(before)) return ['de2', 'a verb'];
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
    if (previous === undefined) return ['zhuo2', 'a verb'];
    if (is(previous, 'n') && /^了/.test(after)) return ['zhao2', 'to catch fire'];
    if (/穿$/.test(before) && /^(?:讲究|朴素|打扮|得体|整齐|时尚|随便|大方|考究|入时|单薄|一致|时髦|简单)/.test(after))
      return ['zhuo2', 'what one wears'];
    return ['zhe5', 'after a verb'];
  },
  了({ before, after, previous }) {
    if (previous?.text === '得' && previous.readings[0]?.tone === 2) return ['le5', 'a particle'];
    if (/[\u4e00-\u9fff][得不]$/.test(before) && !/^[一]/.test(after)) return ['liao3', 'a possible result'];
    return ['le5', 'a particle'];
  },
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
  长({ before, after }) {
    if (/^(?:得|满|出|大|高|胖|成|着|在|毛|草|牙|痘|肉|个子|势|辈|老|子|孙|女|相|进|官)/.test(after))
      return ['zhang3', 'to grow'];
    if (/[又正快]$/.test(before) && /^了/.test(after)) return ['zhang3', 'to grow'];
    return ['chang2', 'long'];
  },
  重({ next, previous }) {
    return next !== undefined && next.tag.startsWith('v') && !is(previous, 'd')
      ? ['chong2', 'again']
      : ['zhong4', 'heavy'];
  },
  行({ before, after }) {
    return NUMERAL.test(before) && !/^(?:人|动|为|驶)/.test(after)
      ? ['hang2', 'a line']
      : ['xing2', 'to go, all right'];
  },
  教({ previous, next }) {
    return is(previous, 'n') && next === undefined ? ['jiao4', 'a teaching'] : ['jiao1', 'to teach'];
  },
  数({ after, before }) {
    return /^(?:了|着|到|清|得|不|完|出|一数|一下|一遍|数|钱|星|羊)/.test(after) && !/[人次分总多少]$/.test(before)
      ? ['shu3', 'to count']
      : ['shu4', 'a number'];
  },
  种({ before, after, word }) {
    if (NUMERAL.test(before) || /[该此同多]$/.test(before)) return ['zhong3', 'a kind'];
    return /^(?:[了着过下上满在]|[树花草地菜田瓜豆粮果麦稻茶棉葡苹玉蔬])/.test(after) || word.tag === 'v'
      ? ['zhong4', 'to plant']
      : ['zhong3', 'a kind'];
  },
  只({ before, after }) {
    if (!NUMERAL.test(before)) return ['zhi3', 'only'];
    return /^(?:是|有|能|要|会|好|不|需|得)/.test(after) && !/[一两三四五六七八九十几]$/.test(before)
      ? ['zhi3', 'only']
      : ['zhi1', 'a measure word'];
  },
  干({ before, after }) {
    if (/[晾擦吹晒烘烤弄风阴沥榨抹]$/.test(before)) return ['gan1', 'dry'];
    return /^(?:什么|嘛|吗|啥|活|了(?!$)|得|完|掉|不|事|起|大|一|过|着|这|那)/.test(after) ||
      /[在想要能敢没别去来肯苦]$/.test(before)
      ? ['gan4', 'to do']
      : ['gan1', 'dry'];
  },
  倒({ before, after }) {
    if (/^(?:[水茶酒垃油满掉在入进出垢]|了?杯|一杯|是|也|车|着走)/.test(after)) return ['dao4', 'to pour, after all'];
    return /[摔跌推打绊吹撞滑昏晕病累压放]$/.test(before) ? ['dao3', 'to fall'] : ['dao4', 'to pour, after all'];
  },
  背({ after }) {
    return /^(?:[着起了上过]|一?个|书包|包|行李|孩子|他|她|我|你|着)/.test(after)
      ? ['bei1', 'to carry']
      : ['bei4', 'the back'];
  },
  量({ after, before }) {
    return /^(?:[了着过一量]|体温|身高|血压|尺寸|体重|体|米)/.test(after) &&
      !/[数质产销流容音力能重剂总大]$/.test(before)
      ? ['liang2', 'to measure']
      : ['liang4', 'an amount'];
  },
  扇({ after, before }) {
    return /^(?:[了着扇风]|一?下|耳光|他|她|我|你)/.test(after) && !NUMERAL.test(before)
      ? ['shan1', 'to fan']
      : ['shan4', 'a fan'];
  },
  盛({ after }) {
    return /^(?:[了着饭汤水满菜]|一?碗|一?点)/.test(after) ? ['cheng2', 'to fill'] : ['sheng4', 'flourishing'];
  },
  钉({ after }) {
    return /^(?:[了着在上住好]|钉子|一?个|一?颗)/.test(after) ? ['ding4', 'to nail'] : ['ding1', 'a nail'];
  },
  缝({ before, after }) {
    return /[门墙石裂牙夹见一条道]$/.test(before) && !/^[了着好]/.test(after)
      ? ['feng4', 'a crack']
      : ['feng2', 'to sew'];
  },
  调({ after }) {
    return /^(?:[到去往来离查动用遣派任度])/.test(after) ? ['diao4', 'to move'] : ['tiao2', 'to adjust'];
  },
  系({ after }) {
    return /^(?:[了着好上]|鞋带|领带|安全带|红领巾|围巾|围裙|扣子|腰带|绳)/.test(after)
      ? ['ji4', 'to tie']
      : ['xi4', 'to be, a system'];
  },
  率({ next }) {
    return next !== undefined && !is(next, 'uvdp') ? ['shuai4', 'to lead'] : ['lv4', 'a rate'];
  },
  落({ after }) {
    return /^(?:[了在下]?)(?:车上|家里|后面)/.test(after) ? ['la4', 'to leave behind'] : ['luo4', 'to fall'];
  },
  咽({ after }) {
    return /^(?:[了下着不]|口水)/.test(after) ? ['yan4', 'to swallow'] : ['yan1', 'the throat'];
  },
  炸({ after }) {
    return /^(?:[鸡鱼虾薯酱糕春丸油臭豆]|着吃|得酥)/.test(after) ? ['zha2', 'to fry'] : ['zha4', 'to explode'];
  },
  卷({ after, before }) {
    return /^(?:[了着起成发]|入|走|进)/.test(after) && !NUMERAL.test(before)
      ? ['juan3', 'to roll']
      : ['juan4', 'a volume'];
  },
  场({ before, after }) {
    if (!NUMERAL.test(before)) return ['chang3', 'a place'];
    return /^(?:大?(?:雨|雪|病|战|火|水|灾|风|梦|旱|仗)|空|误会|革命|战争|战斗|暴风?雨|灾难|风波|浩劫|瘟疫|噩梦|恶梦)/.test(
      after,
    )
      ? ['chang2', 'a stretch of weather or trouble']
      : ['chang3', 'a performance'];
  },
  啊: ({ before, after }) => (before === '' && after === '' ? ['a1', 'an exclamation'] : ['a5', 'a particle']),
  吐({ after }) {
    return /^(?:了(?!口|一口|舌)|得|血)/.test(after) ? ['tu4', 'to vomit'] : ['tu3', 'to spit'];
  },
  应({ after }) {
    return /^(?:[声邀了着]|他的|她的|对)/.test(after) ? ['ying4', 'to answer'] : ['ying1', 'ought'];
  },
  觉: ({ before }) => (/[睡午一个场大懒]$/.test(before) ? ['jiao4', 'sleep'] : ['jue2', 'to feel']),
  难: ({ before }) => (/[遇落受逃避灾苦]$/.test(before) ? ['nan4', 'a disaster'] : ['nan2', 'hard']),
  少: ({ before }) => (/[大二三家恶阔]$/.test(before) ? ['shao4', 'young'] : ['shao3', 'few']),
  处: ({ before, after }) =>
    /相$/.test(before) || /^(?:了?个?对象|朋友|得来)/.test(after) ? ['chu3', 'to get along'] : ['chu4', 'a place'],
  空: ({ before, after }) => (/[有没抽得]$/.test(before) || /^着/.test(after) ? ['kong4', 'free'] : ['kong1', 'empty']),
  假: ({ before }) => (/[请放休病事婚产暑寒长年]$/.test(before) ? ['jia4', 'leave'] : ['jia3', 'false']),
  中: ({ before, after }) =>
    /[打射击猜说看选考抽押相踢]$/.test(before) || /^(?:了|[奖标毒弹暑枪风计签邪])/.test(after)
      ? ['zhong4', 'to hit']
      : ['zhong1', 'the middle'],
  转: ({ after, before }) =>
    /^(?:圈|个圈|着圈|来转去)/.test(after) || /[旋团打]$/.test(before)
      ? ['zhuan4', 'to revolve']
      : ['zhuan3', 'to turn'],
  间: () => ['jian1', 'a room, between'],
  当: ({ after }) => (/^(?:[作成真]|回事)/.test(after) ? ['dang4', 'to take for'] : ['dang1', 'to be, when']),
  发: ({ before }) => (/[理烫染剪白黑长短洗护]$/.test(before) ? ['fa4', 'hair'] : ['fa1', 'to send']),
  便: () => ['bian4', 'then'],
  和({ after }) {
    return /^了?(?:面(?![对前积向包条子试临色部目貌孔])|稀?泥)/.test(after) ? ['huo2', 'to knead'] : ['he2', 'and'];
  },
  宿: ({ before }) => (/[一两三半几整]$/.test(before) ? ['xiu3', 'a night'] : ['su4', 'to lodge']),
  累: () => ['lei4', 'tired'],
};

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
    const mayChange = word.readings.length === 1 && Object.hasOwn(RULES, word.text);
    if (surname === undefined && !mayChange) return;
    const before = text.slice(0, start);
    const after = text.slice(offset);
    if (
      surname !== undefined &&
      ((word.readings.length === 1 && TITLE.test(after)) || isName(word) || TITLE.test(word.text.slice(1)))
    ) {
      if (first.sources[0] !== 'override' && first.sources[0] !== 'lexicon') {
        decide(first, surname, 'surname');
        return;
      }
    }
    if (!mayChange || /^(?:lexicon|markup|traditional form)$/.test(first.sources[0])) return;
    const decision = RULES[word.text]({
      word,
      previous: words[at - 1],
      next: words[at + 1],
      before,
      after,
      words,
      at,
    });
    if (decision === undefined) return;
    decide(first, decision[0], `${word.text}: ${decision[1]}`);
    if (word.text === '得') word.tag = first.tone === 5 ? 'ud' : 'v';
  });
}

function decide(reading: ClauseWord['readings'][number], pinyin: string, why: string): void {
  const [syllable] = parsePinyin(pinyin) ?? [];
  if (syllable === undefined) return;
  reading.base = syllable.base;
  reading.tone = syllable.tone;
  reading.citation = syllable.tone;
  reading.sources = [`polyphone ${why}`];
}
