// Pinyin syllables and the two symbols of each: an initial and a final with its tone (the opencpop inventory that upstream's
// text/opencpop-strict.txt lists: 429 spellings). Written here as what is regular, the finals that each initial takes.

/** Finals by initial, in pinyin spelling. */
const SPELLINGS: Readonly<Record<string, string>> = {
  '': 'a ai an ang ao e ei en eng er o ou',
  b: 'a ai an ang ao ei en eng i ian iao ie in ing o u',
  c: 'a ai an ang ao e ei en eng i ong ou u uan ui un uo',
  ch: 'a ai an ang ao e en eng i ong ou u ua uai uan uang ui un uo',
  d: 'a ai an ang ao e ei en eng i ia ian iao ie ing iu ong ou u uan ui un uo',
  f: 'a an ang ei en eng o ou u',
  g: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
  h: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
  j: 'i ia ian iang iao ie in ing iong iu u uan ue un v van ve vn',
  k: 'a ai an ang ao e ei en eng ong ou u ua uai uan uang ui un uo',
  l: 'a ai an ang ao e ei eng i ia ian iang iao ie in ing iu o ong ou u uan un uo v ve',
  m: 'a ai an ang ao e ei en eng i ian iao ie in ing iu o ou u',
  n: 'a ai an ang ao e ei en eng i ian iang iao ie in ing iu ong ou u uan un uo v ve',
  p: 'a ai an ang ao ei en eng i ian iao ie in ing o ou u',
  q: 'i ia ian iang iao ie in ing iong iu u uan ue un v van ve vn',
  r: 'an ang ao e en eng i ong ou u ua uan ui un uo',
  s: 'a ai an ang ao e en eng i ong ou u uan ui un uo',
  sh: 'a ai an ang ao e ei en eng i ou u ua uai uan uang ui un uo',
  t: 'a ai an ang ao e ei eng i ian iao ie ing ong ou u uan ui un uo',
  w: 'a ai an ang ei en eng o u',
  x: 'i ia ian iang iao ie in ing iong iu u uan ue un v van ve vn',
  y: 'a an ang ao e i in ing o ong ou u uan ue un v van ve vn',
  z: 'a ai an ang ao e ei en eng i ong ou u uan ui un uo',
  zh: 'a ai an ang ao e ei en eng i ong ou u ua uai uan uang ui un uo',
};

/** What stands for the missing initial. */
const NO_INITIAL: Readonly<Record<string, string>> = { a: 'AA', e: 'EE', o: 'OO' };

/** After these, u is ü. */
const PALATAL = new Set(['j', 'q', 'x', 'y']);

function symbolsOf(initial: string, final: string): [string, string] {
  if (initial === '') return [NO_INITIAL[final[0]], final];
  if (final === 'i' && 'zcs'.includes(initial)) return [initial, 'i0'];
  if (final === 'i' && (initial === 'zh' || initial === 'ch' || initial === 'sh' || initial === 'r'))
    return [initial, 'ir'];
  if (initial === 'y' && final === 'an') return ['y', 'En'];
  if (initial === 'y' && final === 'e') return ['y', 'E'];
  if (PALATAL.has(initial) && /^u(?:an|e|n)?$/.test(final)) return [initial, `v${final.slice(1)}`];
  return [initial, final];
}

/** Every opencpop spelling with its initial and its final without tone. */
export const OPENCPOP: ReadonlyMap<string, readonly [initial: string, final: string]> = new Map(
  Object.entries(SPELLINGS).flatMap(([initial, finals]) =>
    finals.split(' ').map((final) => [initial + final, symbolsOf(initial, final)] as const),
  ),
);

/** Syllables outside the inventory, and the nearest that it has: nasal interjections (upstream reads 嗯 as 恩), ê, rare ones. */
const NEAREST: Readonly<Record<string, string>> = {
  n: 'en',
  ng: 'en',
  m: 'mu',
  hm: 'heng',
  hng: 'heng',
  ê: 'ei',
  yai: 'ya',
  lue: 'lve',
  nue: 'nve',
  lyuan: 'luan',
  lvan: 'luan',
  lvn: 'lun',
  nia: 'niang',
  nin: 'nin',
  pia: 'pa',
  kei: 'kei',
  eng: 'eng',
  cei: 'cei',
  sei: 'sai',
  tei: 'tei',
  biang: 'bian',
  fiao: 'fao',
  wong: 'weng',
  den: 'den',
};

/** A syllable: `base` in pinyin spelling with v for ü, `tone` 1 to 5 (5 is the neutral tone). */
export interface Syllable {
  base: string;
  tone: number;
}

const MARKS = '\u0304\u0301\u030C\u0300';
const MARK = /[\u0304\u0301\u030C\u0300]/g;

/**
 * Reads one syllable: 'hang2', 'nü3', 'nv3', 'lu:4', 'háng'. In `numbered` form a tone digit or mark is required (5 or 0 for
 * the neutral tone); in `marked` form a syllable without either is neutral. Undefined for what is no syllable.
 */
export function parseSyllable(text: string, form: 'numbered' | 'marked' = 'numbered'): Syllable | undefined {
  const plain = text.toLowerCase().normalize('NFD').replace('u:', 'v').replace('u\u0308', 'v').replace('e\u0302', 'ê');
  const [, letters, digit] = /^([a-zê\u0304\u0301\u030C\u0300]+)([0-5])?$/.exec(plain) ?? [];
  if (letters === undefined) return undefined;
  const marks = letters.match(MARK) ?? [];
  if (marks.length > 1 || (marks.length === 1 && digit !== undefined)) return undefined;
  if (marks.length === 0 && digit === undefined && form === 'numbered') return undefined;
  const spelled = letters.replace(MARK, '');
  const base = OPENCPOP.has(spelled) ? spelled : NEAREST[spelled];
  if (base === undefined || !OPENCPOP.has(base)) return undefined;
  const tone = marks.length === 1 ? MARKS.indexOf(marks[0]) + 1 : Number(digit ?? 5);
  return { base, tone: tone === 0 ? 5 : tone };
}

/** By base, then tone. */
const SYMBOLS_OF_SYLLABLE = new Map<string, (readonly string[] | undefined)[]>();

/** The two symbols of a syllable; `syllable.base` is one of OPENCPOP. */
export function syllableSymbols({ base, tone }: Syllable): readonly string[] {
  let byTone = SYMBOLS_OF_SYLLABLE.get(base);
  if (byTone === undefined) SYMBOLS_OF_SYLLABLE.set(base, (byTone = []));
  let symbols = byTone[tone];
  if (symbols === undefined) {
    const [initial, final] = OPENCPOP.get(base) ?? ['UNK', 'UNK'];
    symbols = byTone[tone] = initial === 'UNK' ? ['UNK'] : [initial, `${final}${tone}`];
  }
  return symbols;
}

/** The r that colours a syllable (花儿): no symbol has it, so it follows as a neutral syllable of its own. */
export const RHOTIC: Syllable = { base: 'er', tone: 5 };

/**
 * Reads syllables separated by spaces; 'huar1' is the coloured syllable of 花儿. Undefined if any is none.
 */
export function parsePinyin(reading: string): readonly Syllable[] | undefined {
  let syllables = parsed.get(reading);
  if (syllables === undefined && !parsed.has(reading)) {
    syllables = parse(reading);
    if (parsed.size >= MOST_PARSED) parsed.clear();
    parsed.set(reading, syllables);
  }
  return syllables;
}

/** What rules and tables say again and again. */
const parsed = new Map<string, readonly Syllable[] | undefined>();
const MOST_PARSED = 5_000;

function parse(reading: string): Syllable[] | undefined {
  const syllables: Syllable[] = [];
  for (const text of reading.trim().split(/\s+/)) {
    const syllable = parseSyllable(text);
    if (syllable !== undefined) {
      syllables.push(syllable);
      continue;
    }
    const coloured = /^.{2,}r[0-5]$/i.test(text) ? parseSyllable(text.slice(0, -2) + text.slice(-1)) : undefined;
    if (coloured === undefined) return undefined;
    syllables.push(coloured, RHOTIC);
  }
  return syllables;
}

const BY_SYMBOLS = new Map<string, string>();
for (const [spelling, symbols] of OPENCPOP) {
  const key = symbols.join(' ');
  // 'ju' rather than 'jv'
  if (!BY_SYMBOLS.has(key)) BY_SYMBOLS.set(key, spelling);
}

/** The numbered spelling of two symbols: ['zh', 'ang3'] → 'zhang3'; undefined if they are no syllable. */
export function spellSymbols(initial: string, final: string): string | undefined {
  const base = BY_SYMBOLS.get(`${initial} ${final.slice(0, -1)}`);
  return base === undefined ? undefined : `${base}${final.slice(-1)}`;
}
