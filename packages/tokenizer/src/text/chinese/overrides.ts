// Readings that this package gives before any dictionary. Sources: 现代汉语词典 (7th edition), 普通话异读词审音表.

const WORDS = `
长大 zhang3 da4|长高 zhang3 gao1|长胖 zhang3 pang4|长满 zhang3 man3|长得 zhang3 de5|行长 hang2 zhang3|自行车 zi4 xing2 che1|不行 bu4 xing2|
同行 tong2 hang2|各行各业 ge4 hang2 ge4 ye4|宁静 ning2 jing4|内行 nei4 hang2|外行 wai4 hang2|行列 hang2 lie4|行业 hang2 ye4|人行道 ren2 xing2 dao4|
睡着 shui4 zhao2|猜着 cai1 zhao2|找着 zhao3 zhao2|找不着 zhao3 bu4 zhao2|用不着 yong4 bu4 zhao2|够不着 gou4 bu4 zhao2|睡不着 shui4 bu4 zhao2|
着急 zhao2 ji2|着凉 zhao2 liang2|着火 zhao2 huo3|着迷 zhao2 mi2|着手 zhuo2 shou3|着装 zhuo2 zhuang1|衣着 yi1 zhuo2|
看着 kan4 zhe5|亮着 liang4 zhe5|背着 bei1 zhe5|冲着 chong4 zhe5|对着 dui4 zhe5|
受不了 shou4 bu4 liao3|忘不了 wang4 bu4 liao3|了不起 liao3 bu4 qi3|不得了 bu4 de2 liao3|大不了 da4 bu4 liao3|少不了 shao3 bu4 liao3|
免不了 mian3 bu4 liao3|来不了 lai2 bu4 liao3|去不了 qu4 bu4 liao3|
一目了然 yi1 mu4 liao3 ran2|了然 liao3 ran2|了结 liao3 jie2|了解 liao3 jie3|了断 liao3 duan4|未了 wei4 liao3|
背包 bei1 bao1|背书包 bei1 shu1 bao1|背书 bei4 shu1|数数 shu3 shu4|数不清 shu3 bu4 qing1|数得上 shu3 de5 shang4|
好看 hao3 kan4|好学 hao4 xue2|爱好 ai4 hao4|好奇 hao4 qi2|好奇心 hao4 qi2 xin1|好客 hao4 ke4|好动 hao4 dong4|好战 hao4 zhan4|好胜 hao4 sheng4|好强 hao4 qiang2|
喜好 xi3 hao4|嗜好 shi4 hao4|好逸恶劳 hao4 yi4 wu4 lao2|叶公好龙 ye4 gong1 hao4 long2|
教书 jiao1 shu1|教书育人 jiao1 shu1 yu4 ren2|教课 jiao1 ke4|教给 jiao1 gei3|
打的 da3 di1|的士 di1 shi4|的确 di2 que4|目的 mu4 di4|目的地 mu4 di4 di4|
还书 huan2 shu1|还钱 huan2 qian2|还债 huan2 zhai4|还款 huan2 kuan3|还给 huan2 gei3|还清 huan2 qing1|归还 gui1 huan2|偿还 chang2 huan2|还有 hai2 you3|还没 hai2 mei2|还要 hai2 yao4|
还会 hai2 hui4|还在 hai2 zai4|还是 hai2 shi4|还能 hai2 neng2|还可以 hai2 ke3 yi3|
首都 shou3 du1|都市 du1 shi4|大都市 da4 du1 shi4|大都会 da4 du1 hui4|成都 cheng2 du1|
便宜 pian2 yi5|大便 da4 bian4|小便 xiao3 bian4|方便面 fang1 bian4 mian4|
差一点 cha4 yi1 dian3|差点 cha4 dian3|差点儿 cha4 dian3 er5|差不多 cha4 bu4 duo1|差别 cha1 bie2|出差 chu1 chai1|参差不齐 cen1 ci1 bu4 qi2|很差 hen3 cha4|太差 tai4 cha4|
有空 you3 kong4|没空 mei2 kong4|填空 tian2 kong4|空地 kong4 di4|空白 kong4 bai2|
看中 kan4 zhong4|中奖 zhong4 jiang3|打中 da3 zhong4|猜中 cai1 zhong4|命中 ming4 zhong4|击中 ji1 zhong4|选中 xuan3 zhong4|
种树 zhong4 shu4|种地 zhong4 di4|种菜 zhong4 cai4|种花 zhong4 hua1|种田 zhong4 tian2|播种 bo1 zhong4|各种各样 ge4 zhong3 ge4 yang4|种种 zhong3 zhong3|
干活 gan4 huo2|干活儿 gan4 huo2 er5|干什么 gan4 shen2 me5|干吗 gan4 ma2|干嘛 gan4 ma2|能干 neng2 gan4|饼干 bing3 gan1|
炸鸡 zha2 ji1|油炸 you2 zha2|炸酱面 zha2 jiang4 mian4|薄饼 bao2 bing3|薄荷 bo4 he5|倔强 jue2 jiang4|勉强 mian3 qiang3|强迫 qiang3 po4|
星宿 xing1 xiu4|一宿 yi1 xiu3|丢三落四 diu1 san1 la4 si4|落下 luo4 xia4|屏住 bing3 zhu4|屏息 bing3 xi1|喝彩 he4 cai3|
给予 ji3 yu3|供给 gong1 ji3|补给 bu3 ji3|游说 you2 shui4|说服 shuo1 fu2|呼吁 hu1 yu4|气喘吁吁 qi4 chuan3 xu1 xu1|校对 jiao4 dui4|
流血 liu2 xue4|出血 chu1 xue4|血液 xue4 ye4|吐血 tu4 xue4|折本 she2 ben3|折腾 zhe1 teng5|钻石 zuan4 shi2|塞车 sai1 che1|要塞 yao4 sai4|堵塞 du3 se4|
禁不住 jin1 bu4 zhu4|情不自禁 qing2 bu4 zi4 jin1|宁可 ning4 ke3|宁愿 ning4 yuan4|咽下 yan4 xia4|吞咽 tun1 yan4|漂白 piao3 bai2|
打转 da3 zhuan4|转圈 zhuan4 quan1|转来转去 zhuan4 lai2 zhuan4 qu4|露面 lou4 mian4|露馅 lou4 xian4|模样 mu2 yang4|一模一样 yi1 mu2 yi1 yang4|
似的 shi4 de5|胡同 hu2 tong4|胡同儿 hu2 tong4 er5|片子 pian1 zi5|相片 xiang4 pian4|重启 chong2 qi3|重做 chong2 zuo4|重写 chong2 xie3|重装 chong2 zhuang1|重来 chong2 lai2|
华为 hua2 wei2|分行 fen1 hang2|总行 zong3 hang2|央行 yang1 hang2|支行 zhi1 hang2|会计 kuai4 ji4|会计师 kuai4 ji4 shi1|
朝气蓬勃 zhao1 qi4 peng2 bo2|朝阳区 chao2 yang2 qu1|朝鲜 chao2 xian3|心宽体胖 xin1 kuan1 ti3 pan2|博闻强识 bo2 wen2 qiang2 zhi4|自怨自艾 zi4 yuan4 zi4 yi4|
一曝十寒 yi1 pu4 shi2 han2|否极泰来 pi3 ji2 tai4 lai2|卷土重来 juan3 tu3 chong2 lai2|量入为出 liang4 ru4 wei2 chu1|咬文嚼字 yao3 wen2 jiao2 zi4|良莠不齐 liang2 you3 bu4 qi2|
间不容发 jian1 bu4 rong2 fa4|长年累月 chang2 nian2 lei3 yue4|度德量力 duo2 de2 liang4 li4|处心积虑 chu3 xin1 ji1 lv4|暴殄天物 bao4 tian3 tian1 wu4|不屈不挠 bu4 qu1 bu4 nao2|
厦门 xia4 men2|大厦 da4 sha4|六安 lu4 an1|蚌埠 beng4 bu4|台州 tai1 zhou1|天台山 tian1 tai1 shan1|丽水 li2 shui3|番禺 pan1 yu2|铅山 yan2 shan1|乐清 yue4 qing1|
什刹海 shi2 cha4 hai3|吐蕃 tu3 bo1|大宛 da4 yuan1|重庆 chong2 qing4|浙江 zhe4 jiang1|黄陂 huang2 pi2|洪洞 hong2 tong2|东阿 dong1 e1|涡阳 guo1 yang2|亳州 bo2 zhou1|郴州 chen1 zhou1|
尉迟 yu4 chi2|尉迟恭 yu4 chi2 gong1|万俟 mo4 qi2|万俟卨 mo4 qi2 xie4|单于 chan2 yu2|长孙 zhang3 sun1|诸葛 zhu1 ge3|诸葛亮 zhu1 ge3 liang4|曾国藩 zeng1 guo2 fan1|
查良镛 zha1 liang2 yong1|任正非 ren2 zheng4 fei1|任天堂 ren4 tian1 tang2|华佗 hua4 tuo2|华罗庚 hua4 luo2 geng1|
水浒传 shui3 hu3 zhuan4|自传 zi4 zhuan4|传记 zhuan4 ji4|扇子 shan4 zi5|钉子 ding1 zi5|门缝 men2 feng4|盛饭 cheng2 fan4|子弹 zi3 dan4|量体温 liang2 ti3 wen1|
这儿 zhe4 er5|那儿 na4 er5|哪儿 na3 er5|一会儿 yi1 hui4 er5|一点儿 yi1 dian3 er5|有点儿 you3 dian3 er5|画画儿 hua4 hua4 er5|嗯 en4|哦 o4|唉 ai4|喂 wei4|哎 ai1|哎呀 ai1 ya1|噢 o1|呃 e4|嘿 hei1|哼 heng1|呒 m2|噷 hm5|嗨 hai1|欸 ei1|诶 ei1|喔 o1|喔喔 wo1 wo1|嘎 ga1|哩 li5|咧 lie5|
这个 zhe4 ge5|那个 na4 ge5|哪个 na3 ge5|为什么 wei4 shen2 me5|因为 yin1 wei4|为了 wei4 le5|绿油油 lv4 you2 you2|哈哈 ha1 ha1|哈哈哈 ha1 ha1 ha1|呵呵 he1 he1|嘻嘻 xi1 xi1|
一场 yi1 chang3|时不时 shi2 bu4 shi2|东西 dong1 xi5|种子 zhong3 zi5|青藏 qing1 zang4|干净 gan1 jing4|慢慢 man4 man4|常常 chang2 chang2|得到 de2 dao4|东西方 dong1 xi1 fang1|东西部 dong1 xi1 bu4|东西向 dong1 xi1 xiang4|东西南北 dong1 xi1 nan2 bei3|地道战 di4 dao4 zhan4|供不应求 gong1 bu4 ying4 qiu2|士大夫 shi4 da4 fu1|得了 de2 le5|不了 bu4 liao3|了却 liao3 que4|
教教 jiao1 jiao5|智者乐水 zhi4 zhe3 yao4 shui3|知者乐水 zhi4 zhe3 yao4 shui3|仁者乐山 ren2 zhe3 yao4 shan1|乐山乐水 yao4 shan1 yao4 shui3|落色 lao4 shai3|掉色 diao4 shai3|落枕 lao4 zhen3|落炕 lao4 kang4|落价 lao4 jia4|扎带 za1 dai4|莲花落 lian2 hua1 lao4|落忍 lao4 ren3|知了 zhi1 liao3|曝晒 pu4 shai4|
长兄 zhang3 xiong1|长姐 zhang3 jie3|长嫂 zhang3 sao3|长嫂如母 zhang3 sao3 ru2 mu3|长媳 zhang3 xi2|长房 zhang3 fang2|长婿 zhang3 xu4|长公主 zhang3 gong1 zhu3|长公子 zhang3 gong1 zi3|长女 zhang3 nv3|长子 zhang3 zi3|自曝 zi4 bao4|空行 kong4 hang2|行首 hang2 shou3|行尾 hang2 wei3|行距 hang2 ju4|行号 hang2 hao4|整行 zheng3 hang2|拧折 ning3 she2|压折 ya1 she2|首行 shou3 hang2|末行 mo4 hang2|
`;

/** As they are said, sandhi included: no rule changes them. */
const FIXED = `一五一十 yi1 wu3 yi1 shi2|数一数二 shu3 yi1 shu3 er4|一是一 yi1 shi4 yi1|留得青山在 liu2 de2 qing1 shan1 zai4`;

function table(entries: string): Map<string, string> {
  return new Map(
    entries
      .replace(/\n/g, '')
      .split('|')
      .filter((entry) => entry !== '')
      .map((entry) => {
        const at = entry.indexOf(' ');
        return [entry.slice(0, at), entry.slice(at + 1)] as const;
      }),
  );
}

/** Citation readings by word. */
export const OVERRIDES: ReadonlyMap<string, string> = table(WORDS);

/** Readings with sandhi already applied. */
export const FIXED_READINGS: ReadonlyMap<string, string> = table(FIXED);

/** Common readings of single characters that pinyin-pro, without a context, gives otherwise or rarely right. */
export const SINGLE: ReadonlyMap<string, string> = table(
  '的 de5|地 di4|得 de5|着 zhe5|了 le5|还 hai2|为 wei4|都 dou1|好 hao3|长 chang2|行 xing2|重 zhong4|教 jiao1|数 shu4|只 zhi3|干 gan4|种 zhong3|当 dang1|' +
    '应 ying1|曾 ceng2|量 liang4|背 bei4|中 zhong1|发 fa1|倒 dao4|空 kong1|转 zhuan3|朝 chao2|露 lu4|扇 shan4|盛 sheng4|钉 ding1|缝 feng2|切 qie1|调 tiao2|传 chuan2|难 nan2|' +
    '系 xi4|累 lei4|率 lv4|薄 bao2|吗 ma5|呢 ne5|吧 ba5|啊 a5|嘛 ma5|呀 ya5|啦 la5|哇 wa5|们 men5|么 me5|子 zi3|儿 er2|个 ge4|过 guo4|上 shang4|下 xia4|里 li3|间 jian1|' +
    '和 he2|与 yu3|没 mei2|给 gei3|看 kan4|处 chu4|相 xiang1|少 shao3|分 fen1|假 jia3|便 bian4|大 da4|会 hui4|角 jiao3|落 luo4|散 san4|似 si4|吐 tu4|咽 yan4|载 zai4|占 zhan4|' +
    '炸 zha4|折 zhe2|挣 zheng4|卷 juan4|曝 bao4|扎 zha1|喝 he1|哪 na3|那 na4|奇 qi2|塞 sai1|宁 ning2|宿 su4|尽 jin4|差 cha4|弹 tan2|强 qiang2|担 dan1|挑 tiao1|暗 an4|更 geng4|横 heng2|漂 piao1|' +
    '称 cheng1|结 jie2|觉 jue2|说 shuo1|车 che1|降 jiang4|校 xiao4|乐 le4|兴 xing1|参 can1|单 dan1|藏 cang2|血 xue4|解 jie3|论 lun4|食 shi2|省 sheng3|石 shi2|识 shi2|什 shen2|吓 xia4|' +
    '恶 e4|艾 ai4|艘 sou1|一 yi1|不 bu4|嘞 lei5|喽 lou5|罢 ba4|呗 bei5|哟 yo5|咯 lo5|哒 da5|噻 sai5|几 ji3|番 fan1|粘 zhan1|蒙 meng2|磨 mo2|模 mo2|勒 le4|杆 gan1|杉 shan1|轧 ya4|拓 tuo4|圈 quan1',
);

/** Surnames that are read otherwise than the common word. */
export const SURNAMES: ReadonlyMap<string, string> = table(
  '单 shan4|任 ren2|曾 zeng1|区 ou1|解 xie4|华 hua4|仇 qiu2|朴 piao2|查 zha1|盖 ge3|葛 ge3|乐 yue4|缪 miao4|员 yun4|宁 ning4|翟 zhai2|覃 qin2|尉 wei4|种 chong2|繁 po2|秘 bi4|黑 he4|折 she2|柏 bai3|卜 bu3|牟 mu4|谌 chen2|郇 xun2|晁 chao2|洗 xian3|召 shao4|应 ying1|冼 xian3|那 na1|哈 ha3|褚 chu3|訾 zi1|逄 pang2|隗 wei3',
);
