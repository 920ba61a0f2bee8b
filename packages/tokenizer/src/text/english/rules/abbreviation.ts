// Abbreviations with a full stop, and those without: 'Mr.', 'Dr.', 'St.', 'e.g.', 'U.S.', 'etc.', 'vs', 'w/o'.
import { ABBREVIATIONS, MAY_END_SENTENCE, ONLY_BEFORE, UNDOTTED } from '../abbreviations';
import { type Rule, type RuleContext, spell } from '../scanner';
import { STATES } from '../states';

/** End of the text, or a word that starts a sentence: a capital and then small letters, or a one-letter word. */
const SENTENCE_FOLLOWS = /["')\]]*(?:\s*$|\s+["'([]*(?:[A-Z][a-z]|A |I ))/y;
/** As above, but only words that start sentences often: names may follow ('the U.S. Army'). */
const STARTER_FOLLOWS =
  /["')\]]*(?:\s*$|\s+["'([]*(?:The|This|That|These|Those|It|He|She|We|They|You|I|A|An|But|And|So|In|On|At|If|When|What|Where|Who|Why|How|There|Then|My|His|Her|Our|Their|Your|No|Yes|Is|Are|Was|Do|Did|Can|Let|Please|Not|As|For|From|To|With|After|Before|However|Meanwhile)\b)/y;

/** Words that begin a sentence and no name. */
const SENTENCE_STARTS =
  /\s+(?:The|This|That|These|Those|It|He|She|We|They|You|But|And|So|In|On|At|If|When|What|Where|Who|Why|How|There|Then|My|His|Her|Our|Their|Your|No|Yes|Is|Are|Was|Do|Did|Can|Please|Not|For|From|With|After|Before|However|Both|Each)\b/y;

const stop = (context: RuleContext, pattern: RegExp) => (context.followedBy(pattern) ? ' .' : '');
const HAS_TITLE_MEANING = /\s+(?:[A-Z][a-z'-]+|[A-Z]\.)/y;

/** 'St.' and 'Dr.' come before a name (Saint, Doctor) or after one (Street, Drive). */
function streetOr(title: string, street: string, context: RuleContext): string {
  const afterName = /^[A-Z][a-z]+$|(?:st|nd|rd|th|first|second|third)$/.test(context.previous) && isAddress(context);
  if (afterName) return `${street}${stop(context, SENTENCE_FOLLOWS)}`;
  return context.followedBy(HAS_TITLE_MEANING) ? title : `${street}${stop(context, SENTENCE_FOLLOWS)}`;
}

/** Whether the name before is a street's: a number stands before it, or nothing nameable follows. */
function isAddress(context: RuleContext): boolean {
  const before = context.pieces.slice(-4, -1).some((piece) => /number|numbered|year|ordinal|range/.test(piece.rule));
  return before || !context.followedBy(/\s+[A-Z][a-z]+/y) || context.followedBy(/,/y);
}

/** Kinds of streets without their full stop, after a house's number and a name. */
const STREETS: Readonly<Record<string, string>> = {
  Av: 'avenue',
  Ave: 'avenue',
  St: 'street',
  Rd: 'road',
  Ln: 'lane',
  Ct: 'court',
  Pl: 'place',
  Dr: 'drive',
  Pkwy: 'parkway',
  Sq: 'square',
  Ter: 'terrace',
  Cir: 'circle',
};
const HOUSE =
  /(?:^|[^\d.,$])\d{1,5}[A-Z]? (?:(?:[NSEW]|[NS][EW]|North|South|East|West)\.? )?(?:(?:[A-Z][a-z'’]{1,20}|\d{1,3}(?:st|nd|rd|th)|[A-Z]|Martin Luther King) ){1,3}$/;

/** 'Well, OK', 'Oh, HI': no city. */
const NO_CITY =
  /\b(?:Yes|No|Well|Oh|Sure|Alright|So|Right|Hey|And|But|Fine|Great|Then|Sorry|Thanks|Please|Hello|Hi|Now|Okay|Ah|Um|Look|See|Listen|First|Finally|However|Yeah|True|Good|Actually|Today|Here|There|Mr|Mrs|Dr|Inc|Jr|Sr|January|February|March|April|May|June|July|August|September|October|November|December), $/;
const IN_CITY =
  /\b(?:in|from|to|at|near|of|for|around|outside|towards?|through|via|leaving|left|visit|visited|visiting|reach|reached|between|and|is|was)\s(?:[A-Z][A-Za-z'.-]{0,20}\s){0,3}[A-Z][A-Za-z'.-]{1,20}, $/;

/** Well-known cities of the states whose letters are a word, a title or an exclamation too. */
const CITIES: Readonly<Record<string, RegExp>> = {
  OK: /(?:Oklahoma City|Tulsa|Norman|Lawton|Edmond|Stillwater|Enid|Muskogee|Bartlesville|Broken Arrow), $/,
  HI: /(?:Honolulu|Hilo|Kailua|Kona|Waipahu|Lahaina|Kahului|Kihei|Lihue|Waikiki), $/,
  OH: /(?:Columbus|Cleveland|Cincinnati|Toledo|Akron|Dayton|Canton|Youngstown|Dublin|Athens), $/,
  MA: /(?:Boston|Worcester|Springfield|Cambridge|Lowell|Salem|Quincy|Amherst|Plymouth), $/,
  PA: /(?:Philadelphia|Pittsburgh|Allentown|Erie|Scranton|Reading|Lancaster|Harrisburg|Bethlehem), $/,
  MD: /(?:Baltimore|Annapolis|Rockville|Bethesda|Frederick|Gaithersburg|Towson), $/,
  MS: /(?:Jackson|Biloxi|Gulfport|Oxford|Tupelo|Hattiesburg|Vicksburg|Natchez), $/,
  CO: /(?:Denver|Boulder|Aurora|Aspen|Colorado Springs|Fort Collins|Pueblo|Vail|Golden), $/,
  ID: /(?:Boise|Nampa|Meridian|Pocatello|Twin Falls|Moscow|Idaho Falls|Lewiston), $/,
  AL: /(?:Birmingham|Montgomery|Mobile|Huntsville|Tuscaloosa|Auburn|Selma|Dothan), $/,
};

/** 'Bangor, ME': a state's name after a city; its letters before a ZIP code. */
export const STATE_RULE: Rule = {
  name: 'state',
  pattern: /[A-Z]{2}(?![A-Za-z0-9'&.-]|\.[A-Za-z])|[A-Z]{2}(?=\.(?![A-Za-z]))/y,
  say([code], context) {
    if (!Object.hasOwn(STATES, code)) return null;
    const before = context.text.slice(Math.max(0, context.start - 60), context.start);
    if (!/[A-Z][a-z'.-]+, $/.test(before) || NO_CITY.test(before)) return null;
    if (context.followedBy(/ \d{5}(?!\d)/y)) return spell(code);
    return IN_CITY.test(before) || CITIES[code]?.test(before) || !/^(?:OK|HI|OH|MA|PA|MD|MS|CO|ID|AL)$/.test(code)
      ? STATES[code]
      : null;
  },
};

/** Tried before initialisms; all begin with a letter. */
export const ABBREVIATION_RULES: readonly Rule[] = [
  { name: 'abbreviation', pattern: /(?:e\.\s?g\.|E\.g\.),?/y, say: () => 'for example ,' },
  { name: 'abbreviation', pattern: /(?:i\.\s?e\.|I\.e\.),?/y, say: () => 'that is ,' },
  { name: 'abbreviation', pattern: /TL;? ?DR(?![A-Za-z])/y, say: () => 'T L D R' },
  { name: 'abbreviation', pattern: /P\.\s?S\.:?(?=\s+[A-Z])/y, say: () => 'P S ,' },
  {
    // '3/4 c. milk', 'c. 1850'
    name: 'abbreviation',
    pattern: /c\.(?= ?[a-z\d])/y,
    say(_, context) {
      if (context.followedBy(/ ?\d{3,4}(?!\d)/y)) return 'circa';
      const { rule, tokens: said = [] } = context.pieces[context.pieces.length - 1] ?? {};
      if (!/^(?:number|fraction|mixed number|range)$/.test(rule ?? '')) return null;
      return rule === 'fraction' || (rule === 'number' && said[0]?.text === 'one') ? 'cup' : 'cups';
    },
  },
  { name: 'abbreviation', pattern: /a\.k\.a\.?/y, say: () => 'also known as' },
  {
    name: 'abbreviation',
    pattern: /Ph\.\s?D(?:\.s?|s?)(?![a-z])/y,
    say: ([all], context) =>
      `P H ${/s$/.test(all) ? 'dees' : 'D'}${all.endsWith('.') ? stop(context, SENTENCE_FOLLOWS) : ''}`,
  },
  {
    // 'M.Sc.', 'D.Phil.', 'LL.B.': the full stop at the end is the sentence's only where one ends.
    name: 'degree',
    pattern:
      /([BMD]|LL?)\.\s?(Sc|Phil|Eng|Ed|Com|Tech|Arch|Litt|Mus|Th|Pharm|Econ|Admin|Div|Des|Res|Stat|Ed|B|M|D)(?:\.(s)?|(s))(?![A-Za-z.])|(Psy|Pharm|Ed|Th|Sc|Litt|Eng)\.\s?D(?:\.|(?![A-Za-z]))/y,
    say([all, level, subject, s1, s2, doctor], context) {
      const end = all.endsWith('.') ? stop(context, SENTENCE_FOLLOWS) : '';
      if (doctor !== undefined) return `${doctor === 'Sc' ? 'S C' : doctor} D${end}`;
      if (subject.length === 1 && level !== 'LL') return null;
      const said = subject === 'Sc' ? 'S C' : subject;
      return `${spell(level)} ${said}${s1 || s2 ? 's' : ''}${end}`.replace(/C(s)( \.)?$/, "C's$2");
    },
  },
  {
    name: 'initialism',
    // 'U.S.', 'J.R.R.', 'a.m.', 'B.B.C': the last full stop ends the sentence too where one does.
    pattern: /(?:[A-Za-z]\.){2,}[A-Za-z]?(?![A-Za-z])(?:'s)?/y,
    say([all], context) {
      const possessive = all.endsWith("'s");
      const letters = all.replace(/'s$/, '').replace(/\./g, '');
      const end = all.endsWith('.') ? stop(context, STARTER_FOLLOWS) : '';
      return possessive
        ? spell(letters)
            .replace(/ ?(\w)$/, (_, last) => ` ${last}'s`)
            .trim()
        : spell(letters) + end;
    },
  },
  {
    name: 'abbreviation',
    pattern: /([A-Za-z]{1,6})\./y,
    say([all, written], context) {
      const key = written.toLowerCase();
      const meaning = Object.hasOwn(ABBREVIATIONS, key) ? ABBREVIATIONS[key] : undefined;
      if (meaning === undefined) return null;
      if (key === 'dr') return streetOr('doctor', 'drive', context);
      if (key === 'st') return streetOr('saint', 'street', context);
      if (key === 'incl' && context.followedBy(/\s*(?:$|[,;)])/y)) return 'included';
      if (ONLY_BEFORE[key] && !context.followedBy(ONLY_BEFORE[key])) return null;
      if (!ONLY_BEFORE[key] && !context.followedBy(/[\s,;:)"'-]|$/y)) return null;
      if (/^[A-Z]{2,}$/.test(written) && written.length > 2) return null;
      if (all === 'al.' && context.previous !== 'et') return null;
      return MAY_END_SENTENCE.has(key)
        ? meaning + stop(context, key === 'etc' || key === 'al' ? SENTENCE_FOLLOWS : STARTER_FOLLOWS)
        : meaning;
    },
  },
  {
    // '123 N. Main St.', '500 W 42nd St'
    name: 'direction',
    pattern:
      /([NSEW])\.?(?= (?:[A-Z][a-z]+|\d{1,3}(?:st|nd|rd|th)) (?:[A-Z][a-z]+ )?(?:St|Ave|Rd|Blvd|Dr|Ln|Street|Avenue|Road|Boulevard|Drive|Lane|Way|Highway|Hwy)\b)/y,
    say: ([, letter], { text, start }) =>
      /(?:^|[^\d.,$])\d{1,5} $/.test(text.slice(Math.max(0, start - 8), start))
        ? ({ N: 'North', S: 'South', E: 'East', W: 'West' }[letter] ?? null)
        : null,
  },
  {
    // 'J. K. Rowling', 'George W. Bush': an initial before a capital.
    name: 'initial',
    pattern: /([A-Z])\.(?=\s?[A-Z])/y,
    say([, letter], context) {
      if (letter === 'I' && !/^[A-Z]/.test(context.previous)) return null;
      // 'A and B. The …': the full stop is the sentence's.
      return /^(?:[a-z]+|)$/.test(context.previous) && context.followedBy(SENTENCE_STARTS) ? `${letter} .` : letter;
    },
  },
  {
    // 'Apt 12', 'Ste #200'
    name: 'abbreviation',
    pattern: /(Apt|Ste|Bldg|Rm)\.?(?= ?#? ?\d)/y,
    say: ([, written]) => ({ Apt: 'apartment', Ste: 'suite', Bldg: 'building', Rm: 'room' })[written] ?? null,
  },
  { name: 'initialism', pattern: /PO(?= [Bb]ox\b)/y, say: () => 'P O' },
  {
    // '350 Fifth Ave, New York'
    name: 'abbreviation',
    pattern: /(Ave?|St|Rd|Ln|Ct|Pl|Dr|Pkwy|Sq|Ter|Cir)(?=,? |,?$|[.!?)](?:\s|$))/y,
    say: ([, written], context) =>
      HOUSE.test(context.text.slice(Math.max(0, context.start - 48), context.start)) ? STREETS[written] : null,
  },
  {
    name: 'initialism',
    pattern: /VS(?= Code\b)/y,
    say: () => 'V S',
  },
  {
    name: 'abbreviation',
    pattern: /[A-Za-z]+(?:\/[A-Za-z]*)?(?![A-Za-z'])/y,
    say([written], context) {
      const key = written.toLowerCase();
      // 'ETC', 'JR', 'SR': capitals are letters.
      if (/^(?:JR|SR|ETC|EG|ALT)$/.test(written)) return null;
      const meaning = Object.hasOwn(UNDOTTED, key) ? UNDOTTED[key] : undefined;
      if (meaning === undefined || (key === 'ms' && written !== 'Ms')) return null;
      // 'API-2': the rules for names of models
      if (/^[A-Z] [A-Z]/.test(meaning) && context.followedBy(/-\d/y)) return null;
      if (
        (key === 'dr' || key === 'mr' || key === 'mrs' || key === 'ms' || key === 'sr') &&
        !context.followedBy(/\s[A-Z]/y)
      )
        return null;
      if (key === 'dr' && written !== 'Dr') return null;
      return meaning;
    },
  },
];
