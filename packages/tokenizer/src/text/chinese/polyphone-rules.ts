// Readings of words by what stands around them: 长 重 行 数 … Each rule says what it saw. Meanings as 现代汉语词典 gives them.
import { type Around, type Decision, NUMERAL, is } from './polyphone-around';
import {
  CURLY,
  LINES,
  LINE_BEFORE,
  MAHJONG,
  ROLL,
  ROLLED,
  WEAR_NOUN,
  isAsleepNow,
  isLong,
  revolves,
  ties,
} from './polyphone-contexts';
import { PARTICLES } from './polyphone-particles';

const TABLE: Readonly<Record<string, (around: Around) => Decision>> = {
  ...PARTICLES,
  长({ before, after }) {
    if (/^得/.test(after)) return isLong(before, after.slice(1)) ? ['chang2', 'long'] : ['zhang3', 'to grow'];
    if (/^(?:[兄姐嫂媳房婿侄孙子女]|公[主子]|辈|老)/.test(after)) return ['zhang3', 'the eldest'];
    if (/^(?:满|出|大|高|胖|成|着|在|毛|草|牙|痘|肉|个子|势|相|进|官)/.test(after)) return ['zhang3', 'to grow'];
    if (/[又正快]$/.test(before) && /^了/.test(after)) return ['zhang3', 'to grow'];
    return ['chang2', 'long'];
  },
  重({ next, previous }) {
    return next !== undefined && next.tag.startsWith('v') && !is(previous, 'd')
      ? ['chong2', 'again']
      : ['zhong4', 'heavy'];
  },
  行({ before, after }) {
    if (/^(?:人|动|为|驶|吗|吧|不行|得通)/.test(after)) return ['xing2', 'to go, all right'];
    // 行里, 行行都有
    if (/^[里内业](?!程)|^行[都出有]/.test(after) || (/^行$/.test(before) && /^[都出有]/.test(after)))
      return ['hang2', 'a trade, a bank, a line'];
    return NUMERAL.test(before) || LINE_BEFORE.test(before) || /^(?:首|尾|末|距|间距|高|宽|号|数)/.test(after)
      ? ['hang2', 'a line']
      : ['xing2', 'to go, all right'];
  },
  单行: ({ after }) => (LINES.test(after) ? ['dan1 hang2', 'a line'] : undefined),
  多行: ({ after }) => (LINES.test(after) ? ['duo1 hang2', 'a line'] : undefined),
  双行: ({ after }) => (LINES.test(after) ? ['shuang1 hang2', 'a line'] : undefined),
  穿着: ({ before, after }) =>
    after === '' || WEAR_NOUN.test(after) || /[的论于对其]$/.test(before)
      ? ['chuan1 zhuo2', 'what one wears']
      : ['chuan1 zhe5', 'wearing'],
  教({ previous, next }) {
    return is(previous, 'n') && next === undefined ? ['jiao4', 'a teaching'] : ['jiao1', 'to teach'];
  },
  教会({ before, after }) {
    return /(?:[去在到进入座个家所]|天主|基督|东正|[新旧的])$/.test(before) ||
      !/^(?:[了过我你您他她它咱谁]|大家|孩子|学生|别人|人|徒弟|女儿|儿子|弟弟|妹妹|自己|许多|很多|[一几两三每全]|所有|爸|妈|爷|奶|小|老)/.test(
        after,
      )
      ? undefined
      : ['jiao1 hui4', 'to teach'];
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
  落({ before, after }) {
    if (
      /^(?:[了在下]?)(?:车上|家里|后面|学校|办公室|单位|宾馆|酒店|这儿|那儿|这里|那里)/.test(after) ||
      /^[了下](?:[一两几]?个?字|东西|[一半两几]步|课|功课|作业|很远|一大截)/.test(after) ||
      (/把.{1,6}$/.test(before) && /^在(?!地|水|头)/.test(after))
    )
      return ['la4', 'to leave behind'];
    return ['luo4', 'to fall'];
  },
  咽({ after }) {
    return /^(?:[了下着不]|口水)/.test(after) ? ['yan4', 'to swallow'] : ['yan1', 'the throat'];
  },
  炸({ after }) {
    return /^(?:[鸡鱼虾薯酱糕春丸油臭豆]|着吃|得酥)/.test(after) ? ['zha2', 'to fry'] : ['zha4', 'to explode'];
  },
  卷({ after, before }) {
    if (ROLL.test(after) || ROLLED.test(before)) return ['juan3', 'a roll'];
    if (/^(?:款|钱|王|饼|狗|铺盖|个不停)/.test(after)) return ['juan3', 'to roll'];
    if (NUMERAL.test(before) || /[第交阅改答收判上下全本此该开万]$/.test(before)) return ['juan4', 'a volume'];
    if (/^(?:[了着起在成发到走入进来去上好紧卷得边毛心曲翘疯死累麻]|的$|的[，。])/.test(after) || CURLY.test(before))
      return ['juan3', 'to roll, curly'];
    return /^(?:头发|刘海|睫毛|发|毛|袖|裤|铺盖|被|舌)/.test(after)
      ? ['juan3', 'to roll, curly']
      : ['juan4', 'a volume'];
  },
  一卷: ({ after }) => (ROLL.test(after) ? ['yi1 juan3', 'a roll'] : undefined),
  场({ before, after }) {
    if (!NUMERAL.test(before)) return ['chang3', 'a place'];
    return /^(?:大?(?:雨|雪|病|战|火|水|灾|风|梦|旱|仗)|空|误会|革命|战争|战斗|暴风?雨|灾难|风波|浩劫|瘟疫|噩梦|恶梦)/.test(
      after,
    )
      ? ['chang2', 'a stretch of weather or trouble']
      : ['chang3', 'a performance'];
  },
  啊: ({ before, after }) => (before === '' && after === '' ? ['a1', 'an exclamation'] : ['a5', 'a particle']),
  哇: ({ before, after }) => (before === '' && after === '' ? ['wa1', 'an exclamation'] : ['wa5', 'a particle']),
  呀: ({ before, after }) => (before === '' && after === '' ? ['ya1', 'an exclamation'] : ['ya5', 'a particle']),
  哟: ({ before, after }) => (before === '' && after === '' ? ['yo1', 'an exclamation'] : ['yo5', 'a particle']),
  咳: ({ before, after }) => (before === '' && after === '' ? ['hai1', 'an exclamation'] : ['ke2', 'to cough']),
  吐({ after }) {
    return /^(?:了(?!口|一口|舌)|得|血)/.test(after) ? ['tu4', 'to vomit'] : ['tu3', 'to spit'];
  },
  应({ after }) {
    return /^(?:[声邀了着]|他的|她的|对)/.test(after) ? ['ying4', 'to answer'] : ['ying1', 'ought'];
  },
  觉({ before, after }) {
    if (/^(?:[出察着得悟醒]|不出)/.test(after)) return ['jue2', 'to feel'];
    if (/^[都也]?(?:没|不|别)?(?:怎么)?睡/.test(after)) return ['jiao4', 'sleep'];
    return /[午一个场大懒补早晚欠缺贪赖]$/.test(before) || /睡.{0,6}$/.test(before)
      ? ['jiao4', 'sleep']
      : ['jue2', 'to feel'];
  },
  觉醒: ({ before, after }) =>
    /一$/.test(before) && /^(?:来|过来|$)/.test(after) ? ['jiao4 xing3', '一觉, a sleep'] : undefined,
  难: ({ before }) => (/[遇落受逃避灾苦]$/.test(before) ? ['nan4', 'a disaster'] : ['nan2', 'hard']),
  少: ({ before }) => (/[大二三家恶阔]$/.test(before) ? ['shao4', 'young'] : ['shao3', 'few']),
  处: ({ before, after }) =>
    /相$/.test(before) || /^(?:了?个?对象|朋友|得来)/.test(after) ? ['chu3', 'to get along'] : ['chu4', 'a place'],
  空: ({ before, after }) => (/[有没抽得]$/.test(before) || /^着/.test(after) ? ['kong4', 'free'] : ['kong1', 'empty']),
  空行: () => ['kong4 hang2', 'an empty line'],
  假: ({ before }) => (/[请放休病事婚产暑寒长年]$/.test(before) ? ['jia4', 'leave'] : ['jia3', 'false']),
  中: ({ before, after }) =>
    /[打射击猜说看选考抽押相踢]$/.test(before) || /^(?:了|[奖标毒弹暑枪风计签邪])/.test(after)
      ? ['zhong4', 'to hit']
      : ['zhong1', 'the middle'],
  转: ({ after, before }) => (revolves(before, after) ? ['zhuan4', 'to revolve'] : ['zhuan3', 'to turn']),
  睡着: ({ after, before }) => (isAsleepNow(before, after) ? ['shui4 zhe5', 'asleep now'] : undefined),
  间: () => ['jian1', 'a room, between'],
  当: ({ after }) => (/^(?:[作成真]|回事)/.test(after) ? ['dang4', 'to take for'] : ['dang1', 'to be, when']),
  发: ({ before }) => (/[理烫染剪白黑长短洗护]$/.test(before) ? ['fa4', 'hair'] : ['fa1', 'to send']),
  便: () => ['bian4', 'then'],
  和({ before, after }) {
    if (/^(?:成(?:[面泥团糊]|光滑|软|稀)|匀)/.test(after)) return ['huo2', 'to knead'];
    if (/^了?(?:面(?![对前积向包条子试临色部目貌孔])|稀?泥)/.test(after) || /^[了过].{0,4}[面泥馅粉灰药沙]/.test(after))
      return ['huo2', 'to knead'];
    if (/^(?:[了过]|不了|牌|得了)/.test(after) && !/[面泥馅粉]$/.test(before)) return ['hu2', 'to win at mahjong'];
    if (
      (/[诈炸屁]$/.test(before) || /[一两三几这那上下]把.{0,3}(?:没|又|也|能|想)$/.test(before)) &&
      !/^.{0,3}[你我他她它]/.test(after)
    )
      return ['hu2', 'to win at mahjong'];
    if (/^[了过]/.test(after)) return ['huo2', 'to knead'];
    if (/连$/.test(before) && /^[一两三四五六七八九十几]把/.test(after)) return ['hu2', 'to win at mahjong'];
    if (/^[我你他她]$/.test(before) && after === '') return ['hu2', 'to win at mahjong'];
    // 上把谁和的, 这把清一色和定了, 差一张就能和
    if (MAHJONG.test(before) && (/^(?:的$|定|不[出成])/.test(after) || /(?:先|就?能)$/.test(before)))
      return ['hu2', 'to win at mahjong'];
    return /麻将.*[能想又要没就先连]$/.test(before) && (after === '' || /^[一两三四五六七八几]/.test(after))
      ? ['hu2', 'to win at mahjong']
      : ['he2', 'and'];
  },
  宿: ({ before }) => (/[一两三半几整]$/.test(before) ? ['xiu3', 'a night'] : ['su4', 'to lodge']),
  累: () => ['lei4', 'tired'],
  扎成: ({ before, after }) => (ties(before, `成${after}`) ? ['za1 cheng2', 'to tie'] : undefined),
  扎: ({ before, after }) => (ties(before, after) ? ['za1', 'to tie'] : ['zha1', 'to prick']),
  折({ before, after }) {
    if (/^(?:了|进去?|光)?(?:[老血]?本)(?![书子杂])/.test(after)) return ['she2', 'to lose'];
    if (
      /[摔吹压撞砸踩挑刮掰碰震崴咬坐劈弄轧磕拉拽扯绊戳扭拧踢夹敲撬]$/.test(before) &&
      /^(?:[了过的成为]|$)/.test(after)
    )
      return ['she2', 'to break'];
    return /(?:腿|胳膊|[骨肋臂脚腰枝竿杆棍梁轴弓箭桅桩柱笔芯桨柄]|笔尖|指甲|牙签|蜡烛|锯条|弹簧|翅膀|扁担|筷子|竹子|尺子|树[杈枝干梢]?|钥匙|鞋跟|骨头|苗|扫把|拖把|扫帚|伞[骨柄]?|手柄|把手|旗杆|脖子|手指|管子?|针|叉子|勺子|把)儿?(?:都|也|被|给|就|又|打|快|要|全|先|差点|都快|快要|都要|突然|一下子?就?)?$/.test(
      before,
    ) && /^(?:[了过断]|$|[成为](?:两|三|几)|[在进](?!起|页))/.test(after)
      ? ['she2', 'to break']
      : ['zhe2', 'to fold'];
  },
  曝: ({ before, after }) =>
    /寒一$/.test(before) || /^(?:[晒露背]|于|在(?:太阳|阳光|日))/.test(after)
      ? ['pu4', 'in the sun']
      : ['bao4', 'to expose'],
  乐({ before, after }) {
    return (/[知智]者$/.test(before) && /^水/.test(after)) ||
      (/仁者$/.test(before) && /^山/.test(after)) ||
      (/乐山$/.test(before) && /^水/.test(after)) ||
      /^山乐水/.test(after)
      ? ['yao4', 'to be fond of']
      : undefined;
  },
};

/** Verbs said twice with 一 or 了 between, or doubled: 量一量, 数了数. */
export const REPEATED: ReadonlyMap<string, string> = new Map(
  '数 shu3|量 liang2|卷 juan3|种 zhong4|倒 dao4|转 zhuan4|扇 shan1|缝 feng2|教 jiao1|钉 ding4|系 ji4|调 tiao2|干 gan4|盛 cheng2|背 bei4'
    .split('|')
    .map((entry) => entry.split(' ') as [string, string]),
);

/** The rules by word. */
export const RULES: ReadonlyMap<string, (around: Around) => Decision> = new Map(Object.entries(TABLE));
