// Sums of money: '$5.50', '£3m', '€1,000', 'US$20', '50¢', '20 USD', '$5–10', 'a $5 bill'.
import { number } from '../numbers';
import { type Rule, type RuleContext } from '../scanner';
import { UNSPACED } from './patterns';

interface Currency {
  one: string;
  many: string;
  /** The hundredth part, singular and plural; none where the currency has none in use. */
  part?: [string, string];
}

const dollar = (name = ''): Currency => ({ one: `${name}dollar`, many: `${name}dollars`, part: ['cent', 'cents'] });

const CURRENCIES: Record<string, Currency> = {
  $: dollar(),
  US$: dollar('U S '),
  C$: dollar('canadian '),
  CA$: dollar('canadian '),
  A$: dollar('australian '),
  AU$: dollar('australian '),
  NZ$: dollar('new zealand '),
  HK$: dollar('hong kong '),
  S$: dollar('singapore '),
  R$: { one: 'real', many: 'reais', part: ['centavo', 'centavos'] },
  '£': { one: 'pound', many: 'pounds', part: ['penny', 'pence'] },
  '€': { one: 'euro', many: 'euros', part: ['cent', 'cents'] },
  '¥': { one: 'yen', many: 'yen' },
  '₹': { one: 'rupee', many: 'rupees', part: ['paisa', 'paise'] },
  '₩': { one: 'won', many: 'won' },
  '₽': { one: 'ruble', many: 'rubles', part: ['kopek', 'kopeks'] },
  '₺': { one: 'lira', many: 'lira' },
  '₴': { one: 'hryvnia', many: 'hryvnias' },
  '₫': { one: 'dong', many: 'dong' },
  '₱': { one: 'peso', many: 'pesos' },
  '₪': { one: 'shekel', many: 'shekels' },
  '₿': { one: 'bitcoin', many: 'bitcoins' },
  '฿': { one: 'baht', many: 'baht' },
  '₦': { one: 'naira', many: 'naira' },
  Rs: { one: 'rupee', many: 'rupees', part: ['paisa', 'paise'] },
  KRW: { one: 'korean won', many: 'korean won' },
  RUB: { one: 'russian ruble', many: 'russian rubles' },
  AUD: dollar('australian '),
  CAD: dollar('canadian '),
  USD: dollar('U S '),
  EUR: { one: 'euro', many: 'euros', part: ['cent', 'cents'] },
  GBP: { one: 'british pound', many: 'british pounds', part: ['penny', 'pence'] },
  JPY: { one: 'japanese yen', many: 'japanese yen' },
  CNY: { one: 'chinese yuan', many: 'chinese yuan' },
  RMB: { one: 'yuan', many: 'yuan' },
  CHF: { one: 'swiss franc', many: 'swiss francs' },
  INR: { one: 'indian rupee', many: 'indian rupees' },
};
const SCALES: Record<string, string> = {
  k: 'thousand',
  thousand: 'thousand',
  m: 'million',
  mn: 'million',
  mm: 'million',
  million: 'million',
  b: 'billion',
  bn: 'billion',
  billion: 'billion',
  t: 'trillion',
  tn: 'trillion',
  trillion: 'trillion',
  hundred: 'hundred',
};

const NUMBER = `(${UNSPACED})`;
const SCALE = String.raw`(?:\s?(hundred|thousand|million|billion|trillion|mn|bn|tn)\b|-(million|billion|trillion)\b|([kKmMbBtT])(?![A-Za-z0-9]))?`;
const SYMBOL = String.raw`(US\$|CA?\$|AU?\$|NZ\$|HK\$|S\$|R\$|[$£€¥₹₩₽₺₴₫₱₪₿฿₦])`;
const CODE = '(USD|EUR|GBP|JPY|CNY|RMB|CHF|INR|KRW|RUB|AUD|CAD)';

/** Nouns that sums describe, article or not: '£5m deal'. */
const MODIFIED =
  / (?:bills?|notes?|coins?|deals?|loans?|budgets?|funds?|investments?|prizes?|contracts?|fines?|gift|bonus|rewards?|lawsuits?|mansions?|projects?|business|industry|market|question|raise|tickets?|lottery|jackpot|settlement)\b/y;

/** Whether the sum modifies the noun after it ('a $5 bill', 'the $3-million house'), where the unit is singular. */
function modifiesNoun(context: RuleContext): boolean {
  if (context.followedBy(/-[a-z]/y) || context.followedBy(MODIFIED)) return true;
  return /^an?$/i.test(context.previous) && context.followedBy(/ (?!of|a|an|per|for|in|on|at|to|and|or|is|was)[a-z]+/y);
}

/** Words for an amount of one currency. */
function sum(amount: string, scale: string | undefined, currency: Currency, adjective: boolean): string {
  const plain = amount.replace(/,/g, '');
  const many = adjective ? currency.one : currency.many;
  if (scale !== undefined) return `${number(plain)} ${SCALES[scale.toLowerCase()]} ${many}`;
  const [whole, fraction] = plain.split('.');
  if (fraction === undefined) return `${number(whole)} ${whole === '1' ? currency.one : many}`;
  if (fraction.length !== 2 || currency.part === undefined) return `${number(plain)} ${many}`;
  const hundredths = Number(fraction);
  const parts = [];
  if (Number(whole) > 0 || hundredths === 0)
    parts.push(`${number(whole || '0')} ${whole === '1' ? currency.one : many}`);
  if (hundredths > 0) parts.push(`${number(String(hundredths))} ${currency.part[hundredths === 1 ? 0 : 1]}`);
  return parts.join(' and ');
}

function say(symbol: string, amount: string, scale: string | undefined, context: RuleContext): string {
  return sum(amount, scale, CURRENCIES[symbol], modifiesNoun(context));
}

/** '$5–10', '$5-$10 million', then single sums; they begin with a sign or a letter. */
export const MONEY_RULES: readonly Rule[] = [
  {
    name: 'money range',
    pattern: new RegExp(`${SYMBOL}\\s?${NUMBER}${SCALE}\\s?(?:-|–|—|to)\\s?(?:${SYMBOL})?${NUMBER}${SCALE}`, 'y'),
    say(match, context) {
      const [, symbol, from, s1, s2, s3, , to, t1, t2, t3] = match;
      const scale = s1 ?? s2 ?? s3;
      const left = scale ? `${number(from)} ${SCALES[scale.toLowerCase()]}` : number(from);
      return `${left} to ${say(symbol, to, t1 ?? t2 ?? t3, context)}`;
    },
  },
  {
    name: 'money',
    pattern: new RegExp(`(-)?${SYMBOL}\\s?(-)?${NUMBER}${SCALE}`, 'y'),
    say(match, context) {
      const [, minus, symbol, innerMinus, amount, s1, s2, s3] = match;
      return `${minus || innerMinus ? 'minus ' : ''}${say(symbol, amount, s1 ?? s2 ?? s3, context)}`;
    },
  },
  {
    name: 'money',
    pattern: new RegExp(`${CODE}\\s?${NUMBER}${SCALE}`, 'y'),
    say: ([, code, amount, s1, s2, s3], context) => say(code, amount, s1 ?? s2 ?? s3, context),
  },
];

/** 'Rs. 500', 'Rs 1200'. */
export const RUPEE_RULE: Rule = {
  name: 'money',
  pattern: new RegExp(`Rs\\.? ?${NUMBER}${SCALE}(?![\\d,]\\d)`, 'y'),
  say: ([, amount, s1, s2, s3], context) => say('Rs', amount, s1 ?? s2 ?? s3, context),
};

/** Sums that begin with their digits: '5€', '20 USD', '50¢'. */
export const MONEY_DIGIT_RULES: readonly Rule[] = [
  {
    name: 'money',
    pattern: new RegExp(`${NUMBER}${SCALE}\\s?(?:${SYMBOL}(?!\\d)|${CODE}\\b)`, 'y'),
    say: ([, amount, s1, s2, s3, symbol, code], context) => say(symbol ?? code, amount, s1 ?? s2 ?? s3, context),
  },
  {
    name: 'money',
    pattern: new RegExp(`${NUMBER}\\s?¢`, 'y'),
    say: ([, amount]) => `${number(amount)} ${amount === '1' ? 'cent' : 'cents'}`,
  },
];
