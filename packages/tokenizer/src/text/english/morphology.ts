// Readings of words that the dictionary lacks but whose parts it has: inflections ('-s', '-ed', '-ing'), derivations ('-ly',
// '-ness', 'un-') and compounds. Only those that read held-out words of CMUdict better than the model does are here; words
// that other endings make ('-er', '-ize', '-ment') are left to it. The endings follow the rules of English phonology (voicing, sibilants, t/d).

/** Gives the reading of a known word, or undefined. */
export type Lookup = (word: string) => readonly string[] | undefined;

/** A reading and the rule that gave it. */
export interface DerivedReading {
  phonemes: string[];
  rule: string;
}

const SIBILANTS = new Set(['S', 'Z', 'SH', 'ZH', 'CH', 'JH']);
const VOICELESS = new Set(['P', 'T', 'K', 'F', 'TH']);

const last = (phonemes: readonly string[]) => phonemes[phonemes.length - 1];

/** Plural, third person or possessive: S after a voiceless sound, AH0 Z after a sibilant, else Z. */
export function withS(phonemes: readonly string[]): string[] {
  if (SIBILANTS.has(last(phonemes))) return [...phonemes, 'IH0', 'Z'];
  return [...phonemes, VOICELESS.has(last(phonemes)) ? 'S' : 'Z'];
}

/** Past: IH0 D after t and d, T after another voiceless sound, else D. */
export function withEd(phonemes: readonly string[]): string[] {
  if (last(phonemes) === 'T' || last(phonemes) === 'D') return [...phonemes, 'IH0', 'D'];
  const voiceless = VOICELESS.has(last(phonemes)) || ['S', 'SH', 'CH'].includes(last(phonemes));
  return [...phonemes, voiceless ? 'T' : 'D'];
}

/** Adds `ending` after a stem; a syllabic ER0 or AH0 L before a vowel stays as it is. */
const plus =
  (...ending: string[]) =>
  (phonemes: readonly string[]) => [...phonemes, ...ending];

interface Suffix {
  /** What the word ends with. */
  ending: string;
  /** Spellings that the stem may have had in place of the ending. */
  stems: readonly string[];
  join(phonemes: readonly string[]): string[];
  /** The stem's last consonant may have been doubled ('stopped'). */
  doubles?: boolean;
}

const SUFFIXES: readonly Suffix[] = [
  { ending: "'s", stems: [''], join: withS },
  { ending: "s'", stems: ['s', ''], join: (phonemes) => [...phonemes] },
  { ending: "in'", stems: ['ing'], join: (phonemes) => [...phonemes.slice(0, -1), 'N'] },
  { ending: "'d", stems: [''], join: withEd },
  { ending: "'ll", stems: [''], join: plus('AH0', 'L') },
  { ending: "'ve", stems: [''], join: plus('AH0', 'V') },
  { ending: "'re", stems: [''], join: plus('ER0') },
  { ending: 'ies', stems: ['y', 'ie'], join: withS },
  { ending: 'es', stems: ['e', ''], join: withS },
  { ending: 's', stems: [''], join: withS },
  { ending: 'ied', stems: ['y'], join: withEd },
  { ending: 'ed', stems: ['', 'e'], join: withEd, doubles: true },
  { ending: 'ings', stems: ['', 'e'], join: plus('IH0', 'NG', 'Z'), doubles: true },
  { ending: 'ing', stems: ['', 'e'], join: plus('IH0', 'NG'), doubles: true },
  {
    ending: 'ically',
    stems: ['ic', 'ical'],
    join: (phonemes) => [...phonemes.slice(0, phonemes.lastIndexOf('K') + 1), 'L', 'IY0'],
  },
  {
    ending: 'ly',
    stems: [''],
    join: (phonemes) => (last(phonemes) === 'L' ? [...phonemes, 'IY0'] : [...phonemes, 'L', 'IY0']),
  },
  { ending: 'iness', stems: ['y'], join: plus('N', 'AH0', 'S') },
  { ending: 'ness', stems: [''], join: plus('N', 'AH0', 'S') },
  { ending: 'nesses', stems: [''], join: plus('N', 'AH0', 'S', 'IH0', 'Z') },
  { ending: 'less', stems: [''], join: plus('L', 'AH0', 'S') },
  { ending: 'ful', stems: [''], join: plus('F', 'AH0', 'L') },
  { ending: 'fully', stems: [''], join: plus('F', 'AH0', 'L', 'IY0') },
  { ending: 'ship', stems: [''], join: plus('SH', 'IH2', 'P') },
  { ending: 'hood', stems: [''], join: plus('HH', 'UH2', 'D') },
  { ending: 'like', stems: [''], join: plus('L', 'AY2', 'K') },
  { ending: 'wards', stems: [''], join: plus('W', 'ER0', 'D', 'Z') },
  { ending: 'wise', stems: [''], join: plus('W', 'AY2', 'Z') },
  { ending: 'proof', stems: [''], join: plus('P', 'R', 'UW2', 'F') },
];

const PREFIXES: Readonly<Record<string, readonly string[]>> = {
  un: ['AH0', 'N'],
  non: ['N', 'AA0', 'N'],
  over: ['OW2', 'V', 'ER0'],
  under: ['AH2', 'N', 'D', 'ER0'],
  super: ['S', 'UW2', 'P', 'ER0'],
  inter: ['IH2', 'N', 'T', 'ER0'],
  anti: ['AE2', 'N', 'T', 'IY0'],
  multi: ['M', 'AH2', 'L', 'T', 'IY0'],
  micro: ['M', 'AY2', 'K', 'R', 'OW0'],
  mega: ['M', 'EH2', 'G', 'AH0'],
  semi: ['S', 'EH2', 'M', 'IY0'],
  counter: ['K', 'AW2', 'N', 'T', 'ER0'],
  cyber: ['S', 'AY2', 'B', 'ER0'],
  hyper: ['HH', 'AY2', 'P', 'ER0'],
  mini: ['M', 'IH2', 'N', 'IY0'],
  pseudo: ['S', 'UW2', 'D', 'OW0'],
  ultra: ['AH2', 'L', 'T', 'R', 'AH0'],
  fore: ['F', 'AO2', 'R'],
  neuro: ['N', 'UH2', 'R', 'OW0'],
  crypto: ['K', 'R', 'IH2', 'P', 'T', 'OW0'],
};

/**
 * Second parts of compounds ('smartwatch', 'livestream'). Any two dictionary words would be too many: CMUdict is full of
 * surnames, and 'am' + 'ericano' would pass.
 */
const SECOND_PARTS = new Set(
  (
    'back bag ball band bank base bath beat bed bird board boat body book bound box boy brush cake call camp card ' +
    'care case cast chain chair check code crawler cut day deck down drive drop fighter file finger fire fish force ' +
    'friend funding game gate girl glass head heart holder home hook house keeper knife light line mind paper ' +
    'phone pipe place plane rail road room root runner scrape screen seat shadow share shed sheet shelf shell shift ' +
    'ship shirt shoe shop shot sight sound space speak spot stage stand star start step stick stop store storm ' +
    'stream string table talk time tool tooth top toy track train trap tree trip truck tube walk ware wash ' +
    'watch water weight wheel wind woman women word work worker world writer'
  ).split(' '),
);

const MINIMUM_STEM = 3;
const MINIMUM_COMPOUND_PART = 4;
const MINIMUM_SECOND_PART = 3;

function stemsOf(word: string, { ending, stems, doubles }: Suffix): string[] {
  const body = word.slice(0, -ending.length);
  const candidates = stems.map((stem) => body + stem);
  if (doubles && /([bdfgklmnprstvz])\1$/.test(body)) candidates.unshift(body.slice(0, -1));
  // 'hoping' is hope, 'hopping' hop: after a single consonant the silent e is likelier.
  if (doubles && /[aeiou][bcdgklmnprstvz]$/.test(body) && !/[aeiou]{2}.$/.test(body)) candidates.reverse();
  return candidates;
}

/** Weakens primary stress to secondary: the second part of a compound. */
const weakened = (phonemes: readonly string[]) => phonemes.map((phoneme) => phoneme.replace('1', '2'));

/**
 * Reading of `word` (lower case) by its ending, beginning or parts. `depth` limits endings on endings ('carelessnesses').
 */
export function derive(word: string, lookup: Lookup, depth = 3): DerivedReading | undefined {
  if (depth === 0) return undefined;
  const known = (stem: string): readonly string[] | undefined =>
    lookup(stem) ?? derive(stem, lookup, depth - 1)?.phonemes;
  for (const suffix of SUFFIXES) {
    if (!word.endsWith(suffix.ending)) continue;
    // Apostrophes are certain; other endings need a stem that could be a word.
    const minimum = suffix.ending.includes("'") ? 1 : MINIMUM_STEM;
    for (const stem of stemsOf(word, suffix)) {
      if (stem.length < minimum || stem === word) continue;
      if (suffix.ending === 'es' && !/(?:s|x|z|ch|sh|o|e)$/.test(stem)) continue;
      if (suffix.ending === 's' && (/(?:s|x|z|ch|sh)$/.test(stem) || (/[ui]$/.test(stem) && stem.length < 5))) continue;
      const phonemes = known(stem);
      if (phonemes !== undefined && phonemes.length > 1)
        return { phonemes: suffix.join(phonemes), rule: `ending -${suffix.ending}` };
    }
  }
  for (const [prefix, phonemes] of Object.entries(PREFIXES)) {
    const stem = word.slice(prefix.length);
    if (!word.startsWith(prefix) || stem.length < MINIMUM_COMPOUND_PART) continue;
    const rest = known(stem);
    if (rest !== undefined) return { phonemes: [...phonemes, ...rest], rule: `beginning ${prefix}-` };
  }
  return compound(word, lookup);
}

/** 'smartwatch': a known word and a second part that compounds often have. */
function compound(word: string, lookup: Lookup): DerivedReading | undefined {
  for (let cut = word.length - MINIMUM_SECOND_PART; cut >= MINIMUM_COMPOUND_PART; cut--) {
    const left = lookup(word.slice(0, cut));
    if (left === undefined || !SECOND_PARTS.has(word.slice(cut).replace(/s$/, ''))) continue;
    const right = lookup(word.slice(cut));
    if (right !== undefined) {
      return { phonemes: [...left, ...weakened(right)], rule: `compound ${word.slice(0, cut)}+${word.slice(cut)}` };
    }
  }
  return undefined;
}
