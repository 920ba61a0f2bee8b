// Units and measure words. Names of units as GB 3100 and GB 3101 give them.

/** Chinese names by symbol. */
export const UNITS: Readonly<Record<string, string>> = {
  km: '千米',
  m: '米',
  dm: '分米',
  cm: '厘米',
  mm: '毫米',
  μm: '微米',
  um: '微米',
  nm: '纳米',
  'km²': '平方千米',
  km2: '平方千米',
  'm²': '平方米',
  m2: '平方米',
  '㎡': '平方米',
  'cm²': '平方厘米',
  cm2: '平方厘米',
  'mm²': '平方毫米',
  'm³': '立方米',
  m3: '立方米',
  '㎥': '立方米',
  'cm³': '立方厘米',
  cm3: '立方厘米',
  ha: '公顷',
  kg: '千克',
  g: '克',
  mg: '毫克',
  μg: '微克',
  ug: '微克',
  t: '吨',
  L: '升',
  l: '升',
  dL: '分升',
  mL: '毫升',
  ml: '毫升',
  ML: '毫升',
  μL: '微升',
  h: '小时',
  min: '分钟',
  s: '秒',
  ms: '毫秒',
  μs: '微秒',
  ns: '纳秒',
  Hz: '赫兹',
  hz: '赫兹',
  kHz: '千赫',
  KHz: '千赫',
  MHz: '兆赫',
  GHz: '吉赫',
  W: '瓦',
  kW: '千瓦',
  KW: '千瓦',
  kw: '千瓦',
  MW: '兆瓦',
  GW: '吉瓦',
  kWh: '千瓦时',
  KWh: '千瓦时',
  kwh: '千瓦时',
  V: '伏',
  kV: '千伏',
  mV: '毫伏',
  mA: '毫安',
  mAh: '毫安时',
  Ah: '安时',
  Ω: '欧姆',
  kΩ: '千欧',
  dB: '分贝',
  db: '分贝',
  Pa: '帕',
  kPa: '千帕',
  MPa: '兆帕',
  hPa: '百帕',
  mmHg: '毫米汞柱',
  N: '牛',
  J: '焦',
  kJ: '千焦',
  cal: '卡',
  kcal: '千卡',
  mol: '摩尔',
  mmol: '毫摩尔',
  'mmol/L': '毫摩尔每升',
  'mmol/l': '毫摩尔每升',
  'μmol/L': '微摩尔每升',
  'mol/L': '摩尔每升',
  'mg/dL': '毫克每分升',
  'g/dL': '克每分升',
  'U/L': '单位每升',
  'kg/m²': '千克每平方米',
  px: '像素',
  rpm: '转每分',
  bps: '比特每秒',
  'km/h': '千米每小时',
  'Km/h': '千米每小时',
  'km/s': '千米每秒',
  'm/s': '米每秒',
  'm/s²': '米每二次方秒',
  'g/L': '克每升',
  'mg/L': '毫克每升',
  'g/cm³': '克每立方厘米',
  'kg/m³': '千克每立方米',
  'mg/kg': '毫克每千克',
  'g/kg': '克每千克',
  'L/min': '升每分钟',
  'mL/min': '毫升每分钟',
  'mg/mL': '毫克每毫升',
  'mg/ml': '毫克每毫升',
  'KB/s': '千字节每秒',
  'MB/s': '兆字节每秒',
  'GB/s': '吉字节每秒',
  'Mb/s': '兆比特每秒',
  'Gb/s': '吉比特每秒',
  Mbps: '兆比特每秒',
  Gbps: '吉比特每秒',
  'r/min': '转每分',
};

const escaped = (text: string) => text.replace(/[.*+?^${}()|[\]\\/]/g, '\\$&');

/** Matches a unit's symbol; the longest first. */
export const UNIT = Object.keys(UNITS)
  .sort((a, b) => b.length - a.length)
  .map(escaped)
  .join('|');

/**
 * Words that 2 counts as 两 (GB/T 15835 leaves it to usage; 现代汉语八百词, 二 and 两). Not among them: 月 日 号 楼 班 级 路 度 两 and
 * others that a number names rather than counts.
 */
export const MEASURES =
  '个半|个半|小时|分钟|秒|天|周|星期|年(?!级|度|代)|岁|晚|夜|刻|点|' +
  '个|只|本|张|条|件|位|名|把|辆|台|部|间|家|座|棵|颗|朵|片|块|头|匹|双|对|副|套|群|种|类|样|项|份|封|首|句|段|篇|页|幅|集|场|次|' +
  '遍|趟|回|下|声|步|口|杯|碗|瓶|盒|袋|包|箱|桶|盘|壶|勺|罐|锅|串|束|堆|排|列|组|帮|批|届|门|节|课|堂|顿|餐|米|千米|公里|厘米|毫米|' +
  '千克|公斤|克|斤|吨|升|毫升|平方|立方|亩|公顷|尺|寸|里|倍|层|人|元|角|分(?!之)|美元|欧元|英镑|港元|日元|支|枝|根|顶|架|艘|株|栋|' +
  '幢|扇|面|道|滴|粒|枚|盏|则|起|处|边|侧|者|方|国|地|大类|成(?!为|立|功|长)|克拉|伏|瓦|帕';

/** What may follow a slash that means 'per'. */
export const PER =
  '斤|公斤|千克|克|吨|升|毫升|个|人|天|日|平(?![等台均安])|月|年|次|件|小时|分钟|分|秒|周|晚|位|张|份|本|台|只|条|片|瓶|套|平方米|平米|平方|立方米|米|公里|千米|亩|股|课时|节|间|桌|盒|袋|箱|杯';
