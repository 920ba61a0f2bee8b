// Units whose repetition could make a rule look again and again at what it has seen: from every repeat of every rule's pattern, and
// by hand what no pattern shows.
import { CHINESE_RULES } from '../src/text/chinese/normalize';
import { englishRules } from '../src/text/english/normalize';
import { pumpedTexts } from './pump';

const BY_HAND = [
  ...[
    '1-',
    '1,',
    'x1',
    'a_',
    '1.',
    '1:',
    '1/',
    'a.',
    'a@',
    'a-',
    'A1-',
    '1,111',
    ',111',
    '-',
    '—',
    '–',
    '～',
    "'",
    '"',
    '(',
    '[',
    '<',
  ],
  ...[
    '{',
    ')',
    '“',
    '‘',
    '（',
    '《',
    '.',
    '...',
    '…',
    ' ',
    '\n',
    ' .',
    '. ',
    'e.g. ',
    'A.字',
    'Ab.字',
    '1. ',
    'so ',
    'very ',
    'read ',
  ],
  ...[
    '[行](hang2)',
    '[a](b)',
    '[a](',
    '#',
    '#1',
    '@a.',
    'www.',
    'http://',
    'http://.',
    'a.com/',
    '$1.0',
    '.0',
    '0',
    '9',
    'aB',
    'ABc',
  ],
  ...[
    '中',
    '得',
    '着',
    '不',
    '一',
    '儿',
    '卷',
    '中a',
    '中1',
    '中。',
    '了得',
    '𠀀',
    '😀',
    'é',
    '\u0301',
    '\u200b',
    '嗯',
    '得了',
    '一一二',
  ],
  ...[
    '# ',
    ' #',
    'a ',
    'word W ER1 D\n',
    'qz',
    'strength',
    "a'",
    "'90s",
    '½',
    '²',
    '^2',
    'I',
    'IV',
    'AAA ',
    'McA',
    'WW',
    'VS ',
  ],
];

/** A text that begins with `before` and goes on with `unit`, again and again. */
export interface RepeatedText {
  before: string;
  unit: string;
  /** Written here, rather than made from a rule's pattern. */
  byHand: boolean;
}

/** Every unit, with what comes first; those by hand first. */
export function repeatedTexts(): RepeatedText[] {
  const english = englishRules({ has: () => false });
  const patterns = [...Object.values(english), ...Object.values(CHINESE_RULES)].flat().map((rule) => rule.pattern);
  const byHand = [
    ...BY_HAND.map((unit) => ({ before: '', unit })),
    { before: 'read ', unit: 'very ' },
    { before: ' '.repeat(2000), unit: '1. ' },
    { before: '('.repeat(2000), unit: '“' },
    { before: 'http://', unit: '.' },
    { before: '$1.', unit: '0' },
    { before: 'a.com/', unit: '.' },
  ];
  const texts = new Map<string, RepeatedText>();
  for (const text of byHand) texts.set(JSON.stringify(text), { ...text, byHand: true });
  for (const text of patterns.flatMap(pumpedTexts)) {
    const key = JSON.stringify(text);
    if (!texts.has(key)) texts.set(key, { ...text, byHand: false });
  }
  return [...texts.values()];
}
