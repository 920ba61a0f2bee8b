import { readFileSync } from 'node:fs';
import path from 'node:path';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { wordPieceFromVocabulary } from './vocabulary';
import { WordPiece } from './word-piece';

const vocabulary = readFileSync(path.join(__dirname, '../../test/fixtures/bert-small/vocab.txt'), 'utf8');
const file = wordPieceFromVocabulary(vocabulary, { lowerCase: true });
const wordPiece = new WordPiece(JSON.stringify(file));
const whole = new Tokenizer(file, {});

/** Tokens as texts, and for each character the text of its token. */
function read(text: string) {
  const { ids, tokenOf } = wordPiece.characters(text);
  const tokens = ids.map((id) => whole.id_to_token(id));
  return { tokens, covering: Array.from(tokenOf, (place) => tokens[place] ?? null) };
}

test('an ideograph or a mark is one token', () => {
  expect(read('今天，好').covering).toEqual(['今', '天', '，', '好']);
});

test('letters share the token that covers them', () => {
  expect(read('我ab hello').covering).toEqual(['我', 'a', '##b', null, ...new Array<string>(5).fill('hello')]);
});

test('a word that is not in the vocabulary is one unknown token for all its letters', () => {
  expect(read('xyz')).toEqual({ tokens: ['[UNK]'], covering: ['[UNK]', '[UNK]', '[UNK]'] });
});

test('capitals and accents are as in the vocabulary', () => {
  expect(read('HÉLLO').covering).toEqual(new Array<string>(5).fill('hello'));
});

test('cased vocabularies keep their capitals', () => {
  const cased = new WordPiece(JSON.stringify(wordPieceFromVocabulary(vocabulary, { lowerCase: false })));
  expect(whole.id_to_token(cased.characters('Hello').ids[0])).toBe('[UNK]');
});

test('word by word gives the tokens of the whole text, and a place for every character', () => {
  const unit = fc.oneof(
    fc.constantFrom(...'今天天气真好，。！？ab hello-.$°é\u0301', '\t'),
    fc.string({ unit: 'grapheme' }),
  );
  fc.assert(
    fc.property(fc.array(unit, { maxLength: 12 }), (parts) => {
      const text = parts.join('');
      fc.pre(!/[\u{20000}-\u{2fa1f}]/u.test(text)); // see below
      const { ids, tokenOf } = wordPiece.characters(text);
      expect(ids).toEqual(whole.encode(text, { add_special_tokens: false }).ids);
      expect(tokenOf).toHaveLength([...text].length);
      for (const place of tokenOf) expect(place < ids.length).toBe(true);
    }),
    { numRuns: 500 },
  );
});

// The tokenizer of this version looks at half characters there.
test('rare ideographs stand alone too, as in the original BERT', () => {
  expect(read('𠀀a').covering).toEqual(['[UNK]', 'a']);
});

test.each<[string, string]>([
  ['not JSON', 'tokenizer.json: cannot be used'],
  [JSON.stringify({ model: { type: 'BPE' } }), 'tokenizer.json: is a BPE tokenizer, not WordPiece'],
  [JSON.stringify(wordPieceFromVocabulary('a\nb\n[UNK]\n', { lowerCase: true })), 'has no [CLS] and [SEP]'],
])('%s is refused', (json, message) => {
  expect(() => new WordPiece(json)).toThrow(message);
});
