// The International Phonetic Alphabet, as SSML's <phoneme> is usually written, in the ARPAbet that voices have. English sounds only.

const VOWELS: Readonly<Record<string, string>> = {
  aɪ: 'AY',
  aʊ: 'AW',
  eɪ: 'EY',
  oʊ: 'OW',
  əʊ: 'OW',
  ɔɪ: 'OY',
  ɪə: 'IH R',
  eə: 'EH R',
  ʊə: 'UH R',
  ɜːr: 'ER',
  ɜr: 'ER',
  ər: 'ER',
  iː: 'IY',
  uː: 'UW',
  ɑː: 'AA',
  ɔː: 'AO',
  ɜː: 'ER',
  ɝ: 'ER',
  ɚ: 'ER',
  ɜ: 'ER',
  i: 'IY',
  ɪ: 'IH',
  e: 'EH',
  ɛ: 'EH',
  æ: 'AE',
  a: 'AA',
  ɑ: 'AA',
  ɒ: 'AA',
  ɔ: 'AO',
  o: 'OW',
  ʊ: 'UH',
  u: 'UW',
  ʌ: 'AH',
  ə: 'AH',
  ɐ: 'AH',
  ɨ: 'IH',
};
const CONSONANTS: Readonly<Record<string, string>> = {
  t͡ʃ: 'CH',
  tʃ: 'CH',
  ʧ: 'CH',
  d͡ʒ: 'JH',
  dʒ: 'JH',
  ʤ: 'JH',
  p: 'P',
  b: 'B',
  t: 'T',
  d: 'D',
  k: 'K',
  g: 'G',
  ɡ: 'G',
  ɾ: 'D',
  f: 'F',
  v: 'V',
  θ: 'TH',
  ð: 'DH',
  s: 'S',
  z: 'Z',
  ʃ: 'SH',
  ʒ: 'ZH',
  h: 'HH',
  m: 'M',
  n: 'N',
  ŋ: 'NG',
  l: 'L',
  ɫ: 'L',
  r: 'R',
  ɹ: 'R',
  j: 'Y',
  w: 'W',
  ʍ: 'W',
};
const LONGEST = 3;

/** ARPAbet with stresses, separated by spaces; undefined where a sign is not known. */
export function arpabetOfIpa(ipa: string): string | undefined {
  const said: string[] = [];
  let stress = 0;
  const text = ipa.normalize('NFC').replace(/[/[\]().\s‿|]/gu, '');
  for (let at = 0; at < text.length;) {
    if (text[at] === 'ˈ' || text[at] === "'") stress = 1;
    else if (text[at] === 'ˌ' || text[at] === ',') stress = 2;
    else if (text[at] !== 'ː' && text[at] !== '̩') {
      let length = Math.min(LONGEST, text.length - at);
      while (length > 0 && !(text.slice(at, at + length) in VOWELS) && !(text.slice(at, at + length) in CONSONANTS))
        length--;
      if (length === 0) return undefined;
      const sign = text.slice(at, at + length);
      const vowel = VOWELS[sign];
      if (vowel === undefined) said.push(CONSONANTS[sign]);
      else {
        const [first, ...rest] = vowel.split(' ');
        said.push(`${first}${stress}`, ...rest);
        stress = 0;
      }
      at += length;
      continue;
    }
    at++;
  }
  return said.length === 0 ? undefined : said.join(' ');
}
