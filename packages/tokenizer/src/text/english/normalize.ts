// The English rule book in order of precedence, and the scan of one text with it.
import { ABBREVIATIONS, UNDOTTED } from './abbreviations';
import { ABBREVIATION_RULES, STATE_RULE } from './rules/abbreviation';
import { DATE_DIGIT_RULES, DATE_LETTER_RULES, DECADE_DIGIT_RULES, DECADE_SIGN_RULES } from './rules/calendar';
import { CLOCK_RULES } from './rules/clock';
import { CODE_RULES, MAC_RULE, PROCESSOR_RULE } from './rules/code';
import { DIMENSION_RULES } from './rules/dimensions';
import { letterRules, type Words } from './rules/letters';
import { MONEY_DIGIT_RULES, MONEY_RULES, RUPEE_RULE } from './rules/money';
import { NUMBER_RULES, NUMBER_SIGN_RULES } from './rules/number';
import { FRACTION_SIGN_RULES, QUANTITY_RULES } from './rules/quantity';
import { FILE_RULE, WEB_RULES, WEB_SIGN_RULES } from './rules/web';
import { SIGN_RULES, WORD_RULES } from './rules/words';
import { type NormalPiece, type RuleBook, type SpecialWords, scan } from './scanner';

/** Builds the rules around a dictionary. */
export function englishRules(words: Words): RuleBook {
  return {
    letter: [
      ...WEB_RULES,
      FILE_RULE,
      ...DATE_LETTER_RULES,
      ...MONEY_RULES,
      RUPEE_RULE,
      MAC_RULE,
      PROCESSOR_RULE,
      STATE_RULE,
      ...ABBREVIATION_RULES,
      ...letterRules(words),
      ...WORD_RULES,
    ],
    digit: [
      ...WEB_RULES,
      ...CODE_RULES,
      ...DATE_DIGIT_RULES,
      ...CLOCK_RULES,
      ...MONEY_DIGIT_RULES,
      ...DECADE_DIGIT_RULES,
      ...DIMENSION_RULES,
      ...QUANTITY_RULES,
      ...NUMBER_RULES,
    ],
    other: [
      ...MONEY_RULES,
      ...WEB_SIGN_RULES,
      ...DECADE_SIGN_RULES,
      ...FRACTION_SIGN_RULES,
      ...NUMBER_SIGN_RULES,
      ...SIGN_RULES,
    ],
  };
}

const SPECIAL: SpecialWords = {
  anywhere: new Set(Object.keys(UNDOTTED)),
  dotted: new Set([...Object.keys(ABBREVIATIONS), 'phil', 'eng', 'ed']),
  capitalized: new Set(
    (
      'January February March April May June July August September October November December Jan Feb Mar Apr Jun Jul Aug Sept Sep Oct ' +
      'Nov Dec Mon Tue Tues Wed Thu Thur Thurs Fri Sat Sun Rs Ph Av Ave St Rd Ln Ct Pl Dr Pkwy Sq Ter Cir Apt Ste Bldg Rm'
    ).split(' '),
  ),
};

/** Normal forms of cleaned English text. */
export function normalizeEnglish(text: string, rules: RuleBook): NormalPiece[] {
  return scan(text, rules, SPECIAL);
}
