// Abbreviations with a full stop, and those without: 'Mr.', 'Dr.', 'St.', 'e.g.', 'U.S.', 'etc.', 'vs', 'w/o'.
import { ABBREVIATIONS, MAY_END_SENTENCE, ONLY_BEFORE, UNDOTTED } from '../abbreviations';
import { type Rule, type RuleContext, spell } from '../scanner';

/** End of the text, or a word that starts a sentence: a capital and then small letters, or a one-letter word. */
const SENTENCE_FOLLOWS = /["')\]]*(?:\s*$|\s+["'([]*(?:[A-Z][a-z]|A |I ))/y;
/** As above, but only words that start sentences often: names may follow ('the U.S. Army'). */
const STARTER_FOLLOWS =
  /["')\]]*(?:\s*$|\s+["'([]*(?:The|This|That|These|Those|It|He|She|We|They|You|I|A|An|But|And|So|In|On|At|If|When|What|Where|Who|Why|How|There|Then|My|His|Her|Our|Their|Your|No|Yes|Is|Are|Was|Do|Did|Can|Let|Please|Not|As|For|From|To|With|After|Before|However|Meanwhile)\b)/y;

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

/** Tried before initialisms; all begin with a letter. */
export const ABBREVIATION_RULES: readonly Rule[] = [
  { name: 'abbreviation', pattern: /(?:e\.\s?g\.|E\.g\.),?/y, say: () => 'for example ,' },
  { name: 'abbreviation', pattern: /(?:i\.\s?e\.|I\.e\.),?/y, say: () => 'that is ,' },
  { name: 'abbreviation', pattern: /a\.k\.a\.?/y, say: () => 'also known as' },
  {
    name: 'abbreviation',
    pattern: /Ph\.\s?D(?:\.s?|s?)(?![a-z])/y,
    say: ([all], context) =>
      `P H ${/s$/.test(all) ? 'dees' : 'D'}${all.endsWith('.') ? stop(context, SENTENCE_FOLLOWS) : ''}`,
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
    // 'J. K. Rowling', 'George W. Bush': an initial before a capital.
    name: 'initial',
    pattern: /([A-Z])\.(?=\s?[A-Z])/y,
    say: ([, letter], context) => (letter === 'I' && !/^[A-Z]/.test(context.previous) ? null : letter),
  },
  {
    name: 'abbreviation',
    pattern: /[A-Za-z]+(?:\/[A-Za-z]*)?(?![A-Za-z'])/y,
    say([written], context) {
      const key = written.toLowerCase();
      const meaning = Object.hasOwn(UNDOTTED, key) ? UNDOTTED[key] : undefined;
      if (meaning === undefined || (key === 'ms' && written !== 'Ms')) return null;
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
