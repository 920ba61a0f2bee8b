// The Chinese rule book in order of precedence, and the scan of one text with it.
import { CALENDAR_RULES, WEEKDAYS_RULE } from './rules/calendar';
import { CLOCK_RULES, HALF_BEFORE_RULE } from './rules/clock';
import { AREA_RULE, CODE_RULES, COUNTRY_RULE, PLATE_RULE } from './rules/code';
import { DOTTED_RULE, FOREIGN_RULES, WEB_RULE, englishStretches } from './rules/foreign';
import { MAC_RULE, MODEL_DIGIT_RULES, MODEL_PART_RULE, MODEL_SIGN_RULES } from './rules/model';
import { MONEY_DIGIT_RULES, MONEY_LETTER_RULES, MONEY_SIGN_RULES } from './rules/money';
import {
  COMPATIBILITY_RULE,
  DECIMAL_RULE,
  FRACTION_SIGN_RULE,
  NEGATIVE_RULE,
  QUANTITY_RULES,
  SIGNED_RULES,
  SYMBOL_UNIT_RULE,
  TIMES_RULE,
} from './rules/quantity';
import { SIGN_RULES } from './rules/signs';
import { type ChinesePiece, type ChineseRuleBook, scanChinese } from './scanner';

/** The rules by what a stretch begins with. */
export const CHINESE_RULES: ChineseRuleBook = {
  digit: [
    WEB_RULE,
    ...MODEL_DIGIT_RULES,
    MODEL_PART_RULE,
    ...CALENDAR_RULES,
    ...CLOCK_RULES,
    ...MONEY_DIGIT_RULES,
    ...CODE_RULES,
    ...QUANTITY_RULES,
  ],
  letter: [MAC_RULE, PLATE_RULE, TIMES_RULE, HALF_BEFORE_RULE, ...MONEY_LETTER_RULES, ...FOREIGN_RULES],
  sign: [
    COUNTRY_RULE,
    AREA_RULE,
    ...MONEY_SIGN_RULES,
    WEEKDAYS_RULE,
    ...MODEL_SIGN_RULES,
    DOTTED_RULE,
    ...SIGNED_RULES,
    NEGATIVE_RULE,
    DECIMAL_RULE,
    FRACTION_SIGN_RULE,
    COMPATIBILITY_RULE,
    SYMBOL_UNIT_RULE,
    ...SIGN_RULES,
  ],
};

/** Normal forms of cleaned Chinese text. */
export function normalizeChinese(text: string): ChinesePiece[] {
  return scanChinese(text, CHINESE_RULES, /[A-Za-z]/.test(text) ? englishStretches(text) : []);
}
