// First stage of English reading: every character becomes one that the rules know (accents off, full width to half width,
// curly quotes to straight ones), or is dropped with a warning. Keeps for each character its place in the input.

/** Cleaned text with, for each of its characters, the index of the input character that it came from. */
export interface CleanText {
  text: string;
  /** `text.length + 1` entries; the last is the length of the input (plus offset). */
  origins: Int32Array;
  /** Characters that have no reading, each once, in order of appearance. */
  dropped: string[];
}

/** Characters outside ASCII that the rules read themselves. */
const KEPT = new Set('£€¥₹₩₽₺₴₫₱₪₿฿₦¢°…–—½⅓⅔¼¾⅕⅖⅗⅘⅙⅚⅛⅜⅝⅞×÷±√∞≠≤≥≈⁰¹²³⁴⁵⁶⁷⁸⁹⁻⁺µπ§©®™→');

const REPLACED: Record<string, string> = {
  '‘': "'",
  '’': "'",
  ʼ: "'",
  '‛': "'",
  '′': "'",
  '`': "'",
  '´': "'",
  '“': '"',
  '”': '"',
  '„': '"',
  '″': '"',
  '«': '"',
  '»': '"',
  '「': '"',
  '」': '"',
  '『': '"',
  '』': '"',
  '‐': '-',
  '‑': '-',
  '−': '-',
  '‒': '–',
  '―': '—',
  '、': ',',
  '。': '.',
  '·': ' ',
  '•': ',',
  '〜': '~',
  '・': ' ',
  ß: 'ss',
  æ: 'ae',
  Æ: 'AE',
  ø: 'o',
  Ø: 'O',
  œ: 'oe',
  Œ: 'OE',
  ł: 'l',
  Ł: 'L',
  đ: 'd',
  Đ: 'D',
  þ: 'th',
  Þ: 'Th',
  ð: 'th',
  ı: 'i',
  '⁄': '/',
  '⋯': '…',
  '⟨': ',',
  '⟩': ',',
  '¡': '',
  '¿': '',
  '￥': '¥',
  μ: 'µ',
  α: ' alpha ',
  β: ' beta ',
  γ: ' gamma ',
  δ: ' delta ',
  Δ: ' delta ',
  ε: ' epsilon ',
  θ: ' theta ',
  λ: ' lambda ',
  σ: ' sigma ',
  Σ: ' sigma ',
  τ: ' tau ',
  φ: ' phi ',
  ψ: ' psi ',
  ω: ' omega ',
  Ω: ' omega ',
};

/** Invisible by nature (marks on the letter before, joiners, variation selectors, skin tones, byte-order mark): dropped unsaid. */
const INVISIBLE = /[\p{M}\p{Cf}\u{1F3FB}-\u{1F3FF}]/u;

/** What a character becomes; undefined if it has no reading. */
function cleaned(character: string): string | undefined {
  const code = character.charCodeAt(0);
  if (code >= 32 && code < 127 && character !== '`') return character;
  if (KEPT.has(character)) return character;
  if (character in REPLACED) return REPLACED[character];
  if (/[\s\p{Z}]/u.test(character)) return character === '\n' ? '\n' : ' ';
  if (INVISIBLE.test(character)) return '';
  const plain = character.normalize('NFKD').replace(/\p{M}/gu, '');
  if (plain !== character && /^[ -~]+$/.test(plain)) return plain;
  if (plain in REPLACED) return REPLACED[plain];
  return undefined;
}

/** Cleans `input`, whose first character stands at `start` of the whole text. */
export function cleanCharacters(input: string, start = 0): CleanText {
  // Plain printable ASCII is the common case and needs no second look.
  if (/^[ -_a-~\n]*$/.test(input)) {
    const origins = new Int32Array(input.length + 1);
    for (let index = 0; index <= input.length; index++) origins[index] = start + index;
    return { text: input, origins, dropped: [] };
  }
  let text = '';
  const origins: number[] = [];
  const dropped = new Set<string>();
  let at = start;
  for (const character of input) {
    let replacement = cleaned(character);
    if (replacement === undefined) {
      dropped.add(character);
      replacement = ' ';
    }
    text += replacement;
    for (let index = 0; index < replacement.length; index++) origins.push(at);
    at += character.length;
  }
  origins.push(at);
  return { text, origins: Int32Array.from(origins), dropped: [...dropped] };
}
