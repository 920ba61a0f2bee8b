// What stands around a word of several readings and shows which it is: lines, rolls, hair that is bound, what grows and what is long.

/** Verbs that segmentation takes for nouns: 我得会客. */
export const MUST_DO =
  /^(?:会客|开会|上班|上课|下班|加班|出差|值班|看病|写信|做饭|工作|学习|复习|考试|比赛|休息|表示|说明|准备)/;

/** Verbs and adjectives that segmentation takes for nouns or particles: 飞得真高, 过得还行. */
export const VERB_OR_NOUN = /^[过飞病气疼痛烧醉冻急恨肿堵哭吵饿渴冷热红黑白绿黄胖瘦]$/;

/** What a line belongs to. */
export const LINE_BEFORE =
  /(?:标题|表头|注释|代码|数据|文字|合计|汇总|命令|参数|记录|说明|题目|空白|多少|若干|许多|[另新]起|[首末空整跨隔换逐断折]|一个新|[个入]新)$/;

/** What is made of lines: 单行注释. */
export const LINES = /^(?:注释|代码|文[本字]?|显示|输入|模式|距|间距|字|的?(?:标题|代码|文字|文本|注释))/;

/** What is said of one's clothes: 穿着讲究. */
export const WEAR_NOUN =
  /^(?:讲究|朴素|打扮|得体|整齐|整洁|时尚|随便|随意|大方|考究|入时|单薄|一致|时髦|简单|简朴|朴实|暴露|风格|品味|品位|方面|上|习惯|礼仪|很|也|要|都|十分|非常|不|比较|体面|邋遢|土气|光鲜|华丽|普通|奇怪|怪异|规范|要求|搭配|[和与、])/;

/** Whether 长得 speaks of length and not of growth: how far it goes follows, or nothing but 很. */
export function isLong(before: string, after: string): boolean {
  if (/^很(?:$|[呢啊了吧的哪])/.test(after)) return true;
  // 比那根长得多
  if (INANIMATE.test(before) || (/比[^比]+$/.test(before) && /^多(?:$|[，。了呢啊])/.test(after))) return true;
  if (GROWN.test(after)) return false;
  if (/(?:[他她你我]们?|人|孩子|姑娘|小伙|女儿|儿子|爸|妈)(?:也|都|真|就|可)?$/.test(before)) return false;
  return /^(?:看不|望不|念不|说不|走不|数不|没有?|拖|垂|不见|不得了|不行|要命|惊人|吓人|出奇|离谱|可怕|过分|足|能绕|绕|无法|难以|让人|叫人|令人|使人|像(?:一?条|没))/.test(
    after,
  );
}
/** What is long before it says how far: 袖子长得盖住手, 故事长得讲不完. */
const INANIMATE =
  /(?:袖子?|裙子?|裙摆|裤[子腿]|衣服|大衣|外套|风衣|围巾|披风|队伍?|长队|[马公铁道小]?路|小巷|巷子|胡同|河|绳子?|线|桥|隧道|走廊|楼梯|台阶|街|名字|名单|句子|[故往]事|文章|信|报告|电影|片子|会议?|列车|火车|车队|影子|日子|假期|白天|白昼|黑夜|夜晚?|冬天|夏天|时间|寿命|周期|期限|保质期|历史|等待|旅途|旅程|路程|标题|清单|账单)$/;
const GROWN =
  /^(?:很|真|挺|特别|非常|太|比较|还|更|越来越|又|那么|这么|多么|十分|最|都|也|不|有点)?(?:快|慢|好|旺|壮|高|大|胖|瘦|像|美|帅|丑|漂亮|好看|难看|可爱|俊|英俊|清秀|秀气|标致|茂盛|结实|白|黑|一样|一模一样|和|跟|与|错|怎么样|如何|有模有样)/;

/** Whether 扎 is to bind: hair, sleeves and bundles are bound. */
const BOUND =
  /头发|辫|马尾|头绳|领带|腰带|皮带|鞋带|蝴蝶结|丝带|丸子头|小?揪揪?|啾啾|双马尾|发髻|麻花|花灯|灯笼|风筝|扫帚|笤帚|红领巾|绷带|头巾|围裙|裤[腿脚]|袖|彩|口袋|口子|袋口|绳|捆|花环|花束|稻草|纸人|篱笆|皮筋|行李|包裹|包袱|被褥|铺盖/;
export function ties(before: string, after: string): boolean {
  if (/^带(?![来着了到上走个我你他])/.test(after)) return true;
  if (/^(?:针|根|手|进|到|破|心|眼|营|堆|猛子|伤|穿|透|实|了?一?下)/.test(after)) return false;
  if (BOUND.test(after.slice(0, 8))) return true;
  return BOUND.test(before.slice(-8)) || /^(?:紧|起来|成[一两]?[条根个捆束把]|在一起|住)/.test(after);
}

/** What comes in rolls. */
export const ROLL =
  /^(?:纸|胶[带卷]|布|线|铁丝|地毯|铺盖|行李|卫生纸|手纸|卷纸|保鲜膜|锡纸|胶片|胶布|电线|钢|画[^册集])/;

/** Food in rolls: 鸡肉卷. */
export const ROLLED =
  /(?:[鸡牛羊猪鱼虾培]肉|鸡|牛|肉|紫菜|生菜|白菜|花|蛋|春|虾|豆皮|腐皮|薄饼|寿司|瑞士|毛巾|奶油|面包|肠|金针菇|嫩牛五方|老北京鸡肉)$/;

/** Hair and sheets are curly; so are those who work too hard. */
export const CURLY =
  /(?:[又很太更真挺最卷内想不敢互使劲]|继续|越来越|有点儿?|有些|天生(?:就|是)?|自来|自然|越来越|别|得|比较|那么|这么|不那么)$/;

/** 功夫了得, 这还了得 */
export const FORMIDABLE =
  /(?:[还怎]|功夫|武功|武艺|身手|本领|本事|手段|十分|非常|着实|甚是|更是|真是|好生|相当|端的|好不|煞是|颇为|如此)$/;

/** What turns round on itself, with what may stand between. */
const TURNS =
  /(?:轮子?|地球|月球|月亮|风车|水车|陀螺|[电风吊]扇|螺旋桨|[石]?磨盘?|唱片|[指秒分时]针|转盘|[行卫]星|发动机|马达|电机|钻头|叶片|摩天轮|木马|脑[子筋]|眼珠子?)(?:都|也|还|又|在|正|一直|不停地?|飞快地|慢慢地?|呼呼地?|滴溜溜地?)*$/;

/** Whether 转 is to revolve: 车轮转得飞快, 绕着太阳转. */
export function revolves(before: string, after: string): boolean {
  if (/^(?:[了着过]?[个一两三几]{0,2}[大小]?圈|来转去)/.test(after) || /[旋团打]$/.test(before)) return true;
  if (/^(?:[向弯身入让移告发账院学换变折交正为到过]|[^不个得起着了动的]{2})/.test(after)) return false;
  return (
    TURNS.test(before) ||
    /(?:[绕围]着?|围绕着?).{1,8}$/.test(before) ||
    /^(?:个不停|得(?:飞|[很真太]?[快慢]))/.test(after)
  );
}

/** Whether 睡着 goes on: 正睡着呢 against 睡着了. */
export const isAsleepNow = (before: string, after: string) =>
  !/[没不未刚快难才易]$/.test(before) &&
  (/^(?:呢|觉|睡着)/.test(after) || (/[正还]在?$|睡着$/.test(before) && !/^了/.test(after)));

/** What is played when somebody wins a hand. */
export const MAHJONG = /[上下这那一两三][把局圈]|麻将|清一色|牌局|七对|自摸|听牌|差[一两]?张/;
