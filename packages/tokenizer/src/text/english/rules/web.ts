// E-mail and web addresses, @handles and #hashtags, read aloud the way people give them to each other.
import { cardinal, digitByDigit } from '../numbers';
import { type Rule, spell } from '../scanner';

/** Top-level domains that make `name.tld` an address without http or www. */
const DOMAINS =
  'com|org|net|edu|gov|mil|int|io|ai|app|dev|co|uk|us|eu|ca|au|de|fr|jp|cn|in|info|biz|me|tv|ly|gg|xyz|tech|news';
/** Domains that are said as a word. */
const SPOKEN_DOMAINS = new Set([
  'com',
  'org',
  'net',
  'gov',
  'mil',
  'info',
  'biz',
  'app',
  'dev',
  'me',
  'co',
  'int',
  'tech',
  'news',
]);
const SIGNS: Record<string, string> = {
  '.': 'dot',
  '/': 'slash',
  '-': 'dash',
  _: 'underscore',
  '@': 'at',
  ':': 'colon',
  '?': 'question mark',
  '=': 'equals',
  '&': 'and',
  '#': 'hash',
  '%': 'percent',
  '+': 'plus',
  '~': 'tilde',
  "'": 'apostrophe',
};

/** Letters without a vowel, or very short ones, are spelt; everything else is read as a word. */
function nameWords(letters: string): string {
  if (/^[A-Z]?[a-z]+$/.test(letters) === false && /[a-z][A-Z]/.test(letters)) {
    return letters
      .replace(/([a-z])([A-Z])/g, '$1 $2')
      .split(' ')
      .map(nameWords)
      .join(' ');
  }
  if (letters.length === 1 || !/[aeiouy]/i.test(letters) || /^[A-Z]{2,4}$/.test(letters)) return spell(letters);
  return letters.toLowerCase();
}

function digitWords(digits: string): string {
  return digits.length <= 2 && !digits.startsWith('0') ? cardinal(digits) : digitByDigit(digits);
}

/** `text` without the `marks` at its end. */
function withoutEnd(text: string, marks: string): string {
  let end = text.length;
  while (end > 0 && marks.includes(text[end - 1])) end--;
  return text.slice(0, end);
}

const IS_DOMAIN = new RegExp(`^(?:${DOMAINS})$`, 'i');

/** 'john.smith42' → 'john dot smith forty two'. */
export function addressWords(address: string): string {
  const parts = address.match(/[A-Za-z]+|\d+|./g) ?? [];
  return parts
    .map((part, index) => {
      if (/^\d/.test(part)) return digitWords(part);
      if (!/^[A-Za-z]/.test(part)) return SIGNS[part] ?? '';
      const isDomain = parts[index - 1] === '.' && IS_DOMAIN.test(part);
      if (isDomain) return SPOKEN_DOMAINS.has(part.toLowerCase()) ? part.toLowerCase() : spell(part);
      return /^www$/i.test(part) ? 'W W W' : nameWords(part);
    })
    .filter((word) => word !== '')
    .join(' ');
}

/** Rules that may begin with a letter or a digit. */
export const WEB_RULES: readonly Rule[] = [
  {
    name: 'e-mail address',
    pattern: /[A-Za-z0-9][\w.+-]{0,63}@[A-Za-z0-9][A-Za-z0-9-]{0,62}(?:\.[A-Za-z0-9-]{1,62}){0,8}\.[A-Za-z]{2,62}/y,
    say: ([address]) => addressWords(address),
  },
  {
    name: 'web address',
    pattern: /(?:https?:\/\/|ftp:\/\/)[^\s<>"[\]{}|]{1,2000}/iy,
    say([address], context) {
      const trimmed = withoutEnd(address, ".,;:!?')");
      context.end -= address.length - trimmed.length;
      return addressWords(trimmed.replace(/^[a-z]+:\/\//i, '').replace(/\/$/, ''));
    },
  },
  {
    name: 'web address',
    pattern: new RegExp(
      `(?:www\\.[A-Za-z0-9-]{1,62}(?:\\.[A-Za-z0-9-]{1,62}){1,8}|[A-Za-z0-9][A-Za-z0-9-]{1,62}(?:\\.[A-Za-z0-9-]{1,62}){0,6}\\.(?:${DOMAINS})(?![A-Za-z0-9]))(?:/[\\w./?=&%#~+-]{0,2000})?`,
      'y',
    ),
    say([address], context) {
      // 'I like it.In fact': a capital after the full stop is a forgotten space, not a domain.
      if (/\.[A-Z][a-z]+$/.test(address)) return null;
      if (/^[\d.]+$/.test(address)) return null;
      const trimmed = withoutEnd(address, '.?/');
      context.end -= address.length - trimmed.length;
      return addressWords(trimmed);
    },
  },
];

const SPOKEN_ENDINGS = new Set(['java', 'zip', 'gif', 'json', 'yaml', 'jpeg', 'wav']);

/** Endings of file names: most are spelt, some are words, 'mp3' has a number. */
function endingWords(ending: string): string {
  if (SPOKEN_ENDINGS.has(ending)) return ending;
  return /\d$/.test(ending) ? `${spell(ending.slice(0, -1))} ${cardinal(ending.slice(-1))}` : spell(ending);
}

/** 'node.js', 'report.pdf': a name and an ending that is spelt. */
export const FILE_RULE: Rule = {
  name: 'file name',
  pattern:
    /[A-Za-z0-9_-]{1,60}\.(js|ts|py|txt|html?|css|json|md|exe|jpe?g|png|gif|mp3|mp4|zip|docx?|xlsx?|pptx?|pdf|csv|xml|wav|yaml|yml|cpp|java|sh)(?![A-Za-z0-9])/y,
  say: ([name, ending]) => `${addressWords(name.slice(0, -ending.length - 1))} dot ${endingWords(ending)}`,
};

/** Rules that begin with a sign. */
export const WEB_SIGN_RULES: readonly Rule[] = [
  { name: 'handle', pattern: /@(?=[A-Za-z_])[\w.]*\w/y, say: ([handle]) => `at ${addressWords(handle.slice(1))}` },
  {
    name: 'hashtag',
    pattern: /#(?!\d+[A-Z]?(?!\w))(?=\w*[A-Za-z])\w+/y,
    say: ([tag]) =>
      // '#A1B2C3' is a number of something.
      /^#(?=[A-Z\d]*\d)(?=[A-Z\d]*[A-Z])[A-Z\d]{2,12}$/.test(tag)
        ? `number ${[...tag.slice(1)].map((sign) => (/\d/.test(sign) ? digitWords(sign) : sign)).join(' ')}`
        : `hashtag ${addressWords(
            tag
              .slice(1)
              .replace(/_/g, ' ')
              .replace(/([a-z])([A-Z])/g, '$1 $2'),
          ).toLowerCase()}`,
  },
];
