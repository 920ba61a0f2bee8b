// Words added to jieba's dictionary, or given another part of speech there, in its own format: word, frequency, tag. They are packed
// with it: run `npm run chinese-data` after a change.
import { type WordEntry } from './packed-words';

const WORDS = `
长大 5000 v|长高 3000 v|长胖 2000 v|长满 2000 v|行长 3000 n|银行行长 100 n|校长 5000 n|不行 5000 v|睡着 3000 v|看着 9000 v|
草地 3000 n|一模一样 3000 i|差一点 3000 d|有点儿 3000 d|一点儿 3000 m|一会儿 3000 m|这儿 3000 r|那儿 3000 r|哪儿 3000 r|
了却 1000 v|好看 3000 a|好学 1000 a|好吃 3000 a|打的 300 v|背书 300 v|数数 300 n|得了 300 v|你好 3000 l|
落色 1000 v|知了 3000 n|掉色 1000 v|落枕 1000 v|落价 300 v|落忍 300 v|莲花落 300 n|自曝 1000 v|流浪儿 300 n|
`;

/** Entries of jieba's dictionary that are no words, with what they are made of. */
export const SPLITS: Readonly<Record<string, readonly string[]>> = {
  舍不得你: ['舍不得', '你'],
  数一下: ['数', '一下'],
  扎起来: ['扎', '起来'],
  扎起: ['扎', '起'],
  扎好: ['扎', '好'],
  扎牢: ['扎', '牢'],
  扎进: ['扎', '进'],
  扎上去: ['扎', '上去'],
  扎上来: ['扎', '上来'],
  腿折: ['腿', '折'],
  忍受得了: ['忍受', '得了'],
  料想得到: ['料想', '得到'],
  想像得到: ['想像', '得到'],
  重新得到: ['重新', '得到'],
  谁料: ['谁', '料'],
};

/** Parts of speech that jieba's dictionary lacks ('zg') or gives for a rare sense. */
export const TAGS: Readonly<Record<string, string>> = Object.fromEntries(
  Object.entries({
    d: '很 太 挺 更 最 极 蛮 真 还 都 也 就 才 又 再 不 没 别 总 老 常 多么 已经',
    a: '高兴 开心 快乐 长 远 好 高 大 小 多 少 快 慢 早 晚 冷 热 美 难 累 重 贵 饱 满 亮 漂亮 干净 认真 激动 难过 着急',
    v: '教 等 长大 看 听 说 写 读 走 跑 想 要 打 买 卖 送 给 请 找 站 坐 睡 起 种 数 量 背 系 钉 缝 盛 率 倒 卷',
    p: '对 把 被 从 向 往 跟 为 以 在 于',
    r: '我 你 他 她 它 谁 这 那 哪',
    t: '今天 明天 昨天 今年 去年',
  }).flatMap(([tag, words]) => words.split(' ').map((word) => [word, tag])),
);

/** The added entries. */
export const ADDED_WORDS: readonly WordEntry[] = WORDS.replace(/\n/g, '')
  .split('|')
  .filter((entry) => entry !== '')
  .map((entry) => entry.split(' '))
  .map(([word, frequency, tag]) => ({ word, frequency: Number(frequency), tag }));
