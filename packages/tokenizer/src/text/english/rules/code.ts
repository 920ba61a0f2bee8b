// Numbers that name rather than count: codes, ZIP codes, emergency calls, hexadecimal numbers, MAC addresses, models.
import { cardinal, digitByDigit, pairs, pluralOf } from '../numbers';
import { type Rule, type RuleContext } from '../scanner';
import { STATES } from '../states';

/** 'A4' → 'A four': hexadecimal digits one by one. */
const hexadecimal = (digits: string) =>
  [...digits.toUpperCase()].map((digit) => (/\d/.test(digit) ? digitByDigit(digit) : digit)).join(' ');

/** Words before a code, with what may stand between: 'PIN is', 'code:'. */
const CODE_BEFORE =
  /(?:\b(?:[Ee]nding in|(?:[Aa]ccount|[Cc]ard|[Nn]umber)s? ends? in|[Rr]ef(?:erence|\.)?(?: no\.| number|:)|P[Ii][Nn]|OTP|CVV|CVC|(?:pass|access|door|entry|one-time|verification|security|confirmation|activation|area|dial|promo|login)[ -]?codes?|passcodes?|passwords?|(?:ZIP|[Zz]ip)(?:[ -][Cc]ode)?|[Pp]ostcodes?|[Pp]ostal code|[Ee]nter(?: the)? code|[Cc]ode(?=:? ?$|'s $| (?:is|was|will be) ?$)|[Ee]xtension(?=:? ?$| is ?$)|(?:[Oo]rder|[Tt]racking|[Rr]eference|[Aa]ccount|[Bb]ooking|[Ii]nvoice|[Mm]eeting|[Ww]ebinar|[Bb]adge|[Pp]olicy|[Pp]assport|[Ll]icense|[Cc]laim|[Ii]tem|[Pp]art|[Cc]ase|[Tt]icket|[Ss]erial|[Mm]embership|[Cc]ustomer|[Ee]mployee|[Ss]tudent|[Rr]eservation|[Cc]onfirmation) (?:number|no\.|ID|id|#)|(?:[Tt]ext|SMS|[Ss]end) ["']?[A-Z\d]{2,12}["']? to)(?: number)?)(?::|\?|'s| is|,? (?:I think |I believe |so )?it(?:'s| is| was)| was| are| will be| would be|:? =|,)? ?\(?$/;

/** Numbers of emergency services: said digit by digit where one calls them or speaks of them. */
const EMERGENCY =
  /(?:911|999|112|110|113|114|115|116|117|118|119|120|122|111|000|101|988|811|211|311|411|511|611|711)(?![\d,.:/%-]\d|[\d%A-Za-z°])/y;
const CALLING =
  /^(?:call|calls|called|calling|dial|dials|dialed|dialled|dialing|dialling|ring|rings|rang|phone|phones|phoned|text|texted|press)$/i;
/** 'Police: 110' */
const SERVICE_BEFORE =
  /\b(?:[Pp]olice|[Ff]ire|[Aa]mbulance|[Rr]escue|[Cc]oast ?[Gg]uard|[Ee]mergency)(?: [Dd]epartment| [Ss]ervice)?(?::? | \()$/;

/** Of these the ones that are hardly ever a count in talk: alone they are calls as well. */
const KNOWN = /^(?:911|999)$/;
const COUNTED_AFTER =
  /\s(?!(?:in|is|was|if|and|or|for|right|now|immediately|at|on|to|from|twice|again|emergency|operators?|dispatchers?|calls?|when|because|but|before|after|first|today)\b)[a-z]+s\b|\s?[$€£%]|\s(?:of|per|thousand|million|billion|people|men|women|percent|and a)\b/y;
const ALONE_BEFORE =
  /^(?:|[.!?,]|is|it|this|s|was|a|the|to|call|got|dialled|dialed|emergency|service|number|hello|with|my|your|his|her|our|their)$/i;

const SERVES =
  / (?:works|connects|reaches|is (?:for (?:real )?emergenc|free to|an? (?:emergency|crisis|helpline|hotline)|the (?:[A-Z]?[a-z]+ )?(?:emergency|crisis|number)))/y;

function isEmergency(digits: string, context: RuleContext): boolean {
  if (
    /\b(?:reach|call|ring|phone|contact|text) (?:us|me|them|him|her|it|someone) (?:on|at) $/i.test(before(context, 24))
  )
    return true;
  if (context.followedBy(/ (?:hotline|helpline|operators?|dispatchers?|emergency (?:line|call)|on speed dial)\b/y))
    return true;
  if (SERVICE_BEFORE.test(before(context, 20)) || /\b(?:hang|hung) up on $/.test(before(context, 12))) return true;
  if (/emergency (?:line|number|phone|hotline)s? (?:is|was|are) $/.test(before(context, 30))) return true;
  if (/^(?:save|saved|store|remember)$/i.test(context.previous))
    return context.followedBy(/ (?:in|on|to|as) (?:your|my|the|a)\b/y);
  if (CALLING.test(context.previous)) return !context.followedBy(COUNTED_AFTER);
  if (isAnother(context) || /\bcalls? to $/.test(before(context, 9))) return !context.followedBy(COUNTED_AFTER);
  // 'dial 0800 111 999 or 999'
  if (/\b(?:call|dial|ring|phone|text)\b[^.!?]{0,40}\bor $/i.test(before(context, 52)))
    return !context.followedBy(COUNTED_AFTER);
  // '112 works everywhere'
  if (/^[.!?,]?$/.test(context.previous) && context.followedBy(SERVES)) return true;
  if (!KNOWN.test(digits) || context.followedBy(COUNTED_AFTER)) return false;
  return digits === '911'
    ? ALONE_BEFORE.test(context.previous)
    : /^(?:|[.!?,]|is|this)$/i.test(context.previous) && !context.followedBy(/\s[a-z]+s\b/y);
}

/** 'call 911 or 999, and 112': one more of them. */
function isAnother({ text, start, pieces }: RuleContext): boolean {
  const last = pieces.slice(-8).findLast(({ rule }) => rule === 'emergency number');
  return last !== undefined && /^(?: for [a-z ]{1,24})? ?(?:,|,? (?:or|and|not)) $/.test(text.slice(last.end, start));
}

const before = ({ text, start }: RuleContext, length: number) => text.slice(Math.max(0, start - length), start);

/** Makers and series before a number in pairs, at the end of what stands before. */
const SERIES =
  /(?:\b(?:RTX|GTX|GT|RX|MX|Arc|Radeon|GeForce|Ryzen(?: \d)?|Quadro|BMW|Boeing|Airbus|Porsche|Peugeot|Ferrari|Nokia|Intel|Commodore|Atari|Volvo|Audi|Saab|Mazda|Canon|Nikon|Samsung|Xbox|Cessna|Embraer|Bombardier|ThinkPad|LaserJet|OfficeJet|Latitude|Inspiron|Core i\d)|RFC|\b[A-Z]{2,4}X)(?:'s)? $/;
/** Aeroplanes that are known by their numbers alone: 'a 737'. */
const PLANES = /^(?:7[0-8]7|3[1-8]0|747|757|767)$/;

/** 'an RTX 4060, not a 4070': one more of them. */
const isAnotherModel = (digits: string, { previous, pieces }: RuleContext) =>
  digits.length === 4 &&
  !digits.startsWith('20') &&
  /^(?:an?|the|or|vs|versus|my|than)$/i.test(previous) &&
  pieces.slice(-16).some(({ rule }) => rule === 'model number');

const isCounted = (context: RuleContext) =>
  context.followedBy(
    / ?(?:%|percent|people|dollars|euros|years|days|miles|km|m|kg|feet|points|copies|units|cars|planes|times)\b/y,
  );

/** Places whose number follows without their state: 'Beverly Hills 90210'. */
const IN_PLACE =
  /\b[A-Z][a-z]+ (?:Hills|City|York|Angeles|Francisco|Diego|Jose|Antonio|Orleans|Vegas|Beach|Falls|Springs|Heights|Rock|Paul|Louis|Haven) $/;
const IN_STATE = new RegExp(`, (?:${Object.values(STATES).join('|')}) $`);

/** Begins with a digit or a letter. */
export const MAC_RULE: Rule = {
  name: 'MAC address',
  pattern: /[0-9A-Fa-f]{2}(?:([:-])[0-9A-Fa-f]{2})(?:\1[0-9A-Fa-f]{2}){4}(?![A-Za-z0-9:-])/y,
  say: ([address]) => address.split(/[:-]/).map(hexadecimal).join(' , '),
};

/** All begin with a digit. */
export const CODE_RULES: readonly Rule[] = [
  {
    name: 'hexadecimal',
    pattern: /0[xX]([0-9A-Fa-f]{1,64})(?![A-Za-z0-9])/y,
    say: ([, digits]) => `zero X ${hexadecimal(digits)}`,
  },
  {
    // '0b1010'
    name: 'binary',
    pattern: /0[bB]([01]{1,64})(?![A-Za-z0-9])/y,
    say: ([, digits]) => `zero B ${digitByDigit(digits)}`,
  },
  MAC_RULE,
  {
    // '4111 1111 1111 1111': a card's number in fours
    name: 'code',
    pattern: /\d{4}(?:([ -])\d{4})(?:\1\d{4}){1,3}(?:\1\d{1,3})?(?![\d-])/y,
    say: ([value]) =>
      value
        .split(/[ -]/)
        .map((group) => digitByDigit(group))
        .join(' , '),
  },
  {
    // 'combination: 4-8-15'
    name: 'code',
    pattern: /\d{1,2}(?:-\d{1,2}){2,4}(?![\d-])/y,
    say: ([value], context) =>
      /\bcombination(?: is| was|:)? $/i.test(before(context, 18)) ? value.split('-').map(cardinal).join(' , ') : null,
  },
  {
    // '1-2-3 go'
    name: 'count',
    pattern: /\d(?:-\d){2,9}(?![\d-])/y,
    say: ([value]) => value.split('-').map(cardinal).join(' '),
  },
  {
    // '3-for-4', '10-by-12'
    name: 'number',
    pattern: /(\d{1,4})-(for|by|on|in|of)-(\d{1,4})(?![\d-])/y,
    say: ([, left, word, right]) => `${cardinal(left)} ${word} ${cardinal(right)}`,
  },
  {
    // 'Boeing 737-800'
    name: 'model number',
    pattern: /(7[0-8]7|3[1-8]0)-(\d{1,4})(?![\d-])/y,
    say: ([, digits, variant], context) =>
      SERIES.test(before(context, 14))
        ? `${pairs(digits)} ${variant.length === 4 ? pairs(variant) : cardinal(variant)}`
        : null,
  },
  {
    // '10W-30' is oil.
    name: 'model number',
    pattern: /(\d{1,2})W-(\d{2})(?![A-Za-z\d])/y,
    say: ([, cold, warm]) => `${cardinal(cold)} W ${cardinal(warm)}`,
  },
  {
    // 'omega-3s'
    name: 'number',
    pattern: /(\d{1,3})s(?![A-Za-z\d])/y,
    say: ([, digits], context) =>
      /[A-Za-z]-$/.test(before(context, 2)) && !/mid-$/i.test(before(context, 4)) ? pluralOf(cardinal(digits)) : null,
  },
  {
    // 'Austin, TX 73301', '60601-1234'
    name: 'postal code',
    pattern: /(\d{5})(?:-(\d{4}))?(?![\d,.]\d|[\dA-Za-z%°])/y,
    say([, zip, extension], context) {
      const state = /(?:^|[\s,])([A-Z]{2}) $/.exec(before(context, 4))?.[1];
      const isPlaced =
        (state !== undefined && Object.hasOwn(STATES, state)) ||
        IN_PLACE.test(before(context, 30)) ||
        IN_STATE.test(before(context, 30));
      if (extension === undefined && !isPlaced) return null;
      return digitByDigit(zip) + (extension === undefined ? '' : ` , ${digitByDigit(extension)}`);
    },
  },
  {
    // 'Meeting ID: 845 3321 0098'
    name: 'code',
    pattern: /\d{2,6}(?:[ -]\d{2,6}){1,5}(?![\d,.:/-]\d|[\dA-Za-z%°])/y,
    say: ([groups], context) =>
      CODE_BEFORE.test(before(context, 40))
        ? groups
            .split(/[ -]/)
            .map((group) => digitByDigit(group))
            .join(' , ')
        : null,
  },
  {
    name: 'code',
    pattern: /\d{3,12}(?![\d,.:/-]\d|[\dA-Za-z%°])/y,
    say: ([digits], context) =>
      (/\b(?:enter|type|use|press) $/i.test(before(context, 6)) &&
        context.followedBy(/ to (?:unlock|confirm|log|open|verify|sign|activate)\b/y)) ||
      (CODE_BEFORE.test(before(context, 40)) &&
        (context.text[context.start - 2] !== '?' || context.followedBy(/[.!]?\s*(?:$|\n)/y)))
        ? digitByDigit(digits)
        : null,
  },
  {
    name: 'emergency number',
    pattern: EMERGENCY,
    say: ([digits], context) => (isEmergency(digits, context) ? digitByDigit(digits) : null),
  },
  {
    // 'returns a 404', '502 error'
    name: 'status code',
    pattern: /[45]0[1-9](?![\d,.:/-]\d|[\d%°A-Za-z])/y,
    say: ([digits], context) =>
      context.followedBy(/ (?:errors?|pages?|status|responses?|not found|bad gateway|forbidden)\b/iy) ||
      (/^(?:an?|errors?|status|http|code|return|returns|returned|throws?|got|get|getting|gives?)$/i.test(
        context.previous,
      ) &&
        !context.followedBy(/ [a-z]/y)) ||
      (/\b(?:HTTP|API|server|page|site|request|endpoint|URL)\b/.test(before(context, 40)) &&
        /^(?:an?|returns|returned|return)$/i.test(context.previous))
        ? pairs(digits)
        : null,
  },
  {
    // 'RTX 4090', 'a Porsche 911'
    name: 'model number',
    pattern: /(\d{3,4})(s(?![A-Za-z]))?(?![\d,.:/-]\d|[\d%°])/y,
    say: ([, digits, plural], context) =>
      (SERIES.test(before(context, 14)) || isAnotherModel(digits, context)) && !isCounted(context)
        ? plural === undefined
          ? model(digits)
          : pluralOf(model(digits))
        : null,
  },
  {
    name: 'model number',
    pattern: /(\d{3})(?![\d,.:/-]\d|[\dA-Za-z%°])/y,
    say: ([, digits], context) =>
      PLANES.test(digits) &&
      /^an?$/i.test(context.previous) &&
      !context.followedBy(
        /[ -](?!to|from|and|or|with|that|at|in|on|over|flew|landed|crashed|took|is|was|crossed|passed|taxied|departed|arrived|flies|lands|jet|plane|pilot)[a-z]/y,
      )
        ? pairs(digits)
        : null,
  },
  {
    // 'two 747s'
    name: 'model number',
    pattern: /(7[0-8]7)'?s(?![A-Za-z])/y,
    say: ([, digits]) => pluralOf(pairs(digits)),
  },
  {
    name: 'model number',
    pattern: /7[0-8]7(?![\d,.:/-]\d|[\dA-Za-z%°])/y,
    say: ([digits], context) =>
      /^the$/i.test(context.previous) &&
      (/\b(?:boards?|boarded|boarding|fly|flies|flew|flown|flying|aboard|pilots?|piloted|landed|landing)(?: on| in)? the $/.test(
        before(context, 20),
      ) ||
        context.followedBy(/ (?:is|was|has|had|flew|flies|landed|lands|crashed|took|takes|departed|arrived|jet)\b/y))
        ? pairs(digits)
        : null,
  },
  {
    // '1600 Pennsylvania Avenue'; '350 Fifth Avenue' in pairs, as 'fifty fifth' would be another number
    name: 'house number',
    pattern:
      /(?:\d{4,5}|\d{3}(?= (?:\d|First|Second|Third|Fourth|Fifth|Sixth|Seventh|Eighth|Ninth|Tenth)))(?= (?:(?:[NSEW]|[NS][EW]|North|South|East|West)\.? )?(?:(?:[A-Z][a-z]{1,20}|\d{1,3}(?:st|nd|rd|th)) ){1,2}(?:Street|St|Road|Rd|Avenue|Ave|Boulevard|Blvd|Lane|Ln|Court|Ct|Drive|Dr|Way|Terrace|Crescent|Parkway|Pkwy|Highway|Hwy)\b)/y,
    say: ([digits], context) =>
      /^(?:in|since|of|by|from|until|about|over|nearly)$/i.test(context.previous)
        ? null
        : digits.length > 4
          ? digitByDigit(digits)
          : model(digits),
  },
  {
    // '221B Baker Street', 'deck 5B': a house, a deck; 'B' is a billion after money and before what is counted so.
    name: 'label',
    pattern: /(\d{1,4})([A-HJ-Z])(?![A-Za-z0-9])/y,
    say([, digits, letter], context) {
      const named = LABELLED.test(context.previous);
      const street = context.followedBy(
        / (?:[A-Z][a-z]+ ){1,3}(?:Street|St|Road|Rd|Avenue|Ave|Lane|Court|Place|Square|Drive|Terrace|Close|Way|Crescent|Gardens)\b/y,
      );
      const line = context.followedBy(
        / (?:bus|train|tram|line|flight)\b(?! (?:hours|items|passengers|riders|tickets|miles)\b)/y,
      );
      if (letter === 'K' && digits.length === 4) return `${cardinal(digits)} K`; // a colour temperature
      const seat = /\b(?:sat|sits?|sitting|seated|lives?|lived|living|stay(?:s|ed|ing)?) (?:[a-z]{1,8} )?in $/.test(
        before(context, 28),
      );
      return named || street || line || (seat && digits.length < 4)
        ? `${digits.length === 4 ? model(digits) : digits.length === 3 ? pairs(digits) : cardinal(digits)} ${letter}`
        : null;
    },
  },
];

/** What carries a number and a letter. */
export const LABELLED =
  /^(?:exit|seat|row|gate|apartment|apt|room|suite|unit|flat|building|platform|bus|line|section|appendix|figure|table|class|group|form|grade|number|deck|staircase|stair|hall|pier|block|wing|level|floor|bay|locker|door|lot|stand|cabin|berth|dock|entrance|track|lane|stage|studio|booth|ward|zone|area|terminal|part|plot|house|question|option|page|paragraph|chapter|clause|article|rule|step|item|slide|problem|exercise|annex|schedule|exhibit)$/i;

/** '1080' → 'ten eighty', '6800' → 'sixty eight hundred', '308' → 'three oh eight'. */
function model(digits: string): string {
  if (digits.length === 3) return pairs(digits);
  if (digits.endsWith('000')) return cardinal(digits);
  if (digits.endsWith('00')) return `${cardinal(digits.slice(0, 2))} hundred`;
  const rest = digits.slice(2);
  return `${cardinal(digits.slice(0, 2))} ${rest.startsWith('0') ? `oh ${cardinal(rest)}` : cardinal(rest)}`;
}

/** 'i7-8700K': what follows the hyphen, said after the letters and the series. */
export const PROCESSOR_RULE: Rule = {
  name: 'model name',
  pattern: /(i\d)-(\d{4,5})([A-Z]{1,3})?(?![A-Za-z0-9])/y,
  say: ([, series, digits, letters = '']) =>
    `I ${cardinal(series.slice(1))} ${digits.length === 5 ? `${cardinal(digits.slice(0, 2))} ${model(`0${digits.slice(2)}`.slice(-3))}` : model(digits)} ${[...letters].join(' ')}`,
};
