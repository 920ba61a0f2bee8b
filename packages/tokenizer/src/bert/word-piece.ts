// Text → BERT's tokens, and which token stands for which character. Tokenisation itself is Hugging Face's; what is added here is
// the alignment, which upstream takes for granted (it counts on one token a character).
import { Tokenizer } from '@huggingface/tokenizers';
import { ModelFolderError } from '../hugging-face/errors';

/** A text as tokens, without the marks at its ends. */
export interface CharacterTokens {
  ids: number[];
  /** For each character (code point) the place of its token in `ids`; −1 for one that has none, such as a space. */
  tokenOf: Int32Array;
}

/** What BERT takes for a word of its own, whatever stands beside it: an ideograph, a mark, a space. */
const ALONE =
  /[\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\u{20000}-\u{2a6df}\u{2a700}-\u{2ceaf}\u{2f800}-\u{2fa1f}\p{P}\s$+<=>^`|~]/u;

export class WordPiece {
  /** The mark before a sentence. */
  readonly begin: number;
  /** The mark after it. */
  readonly end: number;
  private readonly tokenizer: Tokenizer;

  /**
   * @param json the text of a tokenizer.json
   * @param source its path, for messages
   * @throws ModelFolderError `unsupported` where it is no WordPiece tokenizer
   */
  constructor(json: string, source = 'tokenizer.json') {
    const refuse = (what: string, cause?: unknown) =>
      new ModelFolderError('unsupported', `${source}: ${what}; use the tokenizer.json or vocab.txt of a BERT`, {
        cause,
      });
    let begin: number | undefined;
    let end: number | undefined;
    try {
      const parsed = JSON.parse(json) as { model?: { type?: string } };
      if (parsed.model?.type !== undefined && parsed.model.type !== 'WordPiece') {
        throw refuse(`is a ${parsed.model.type} tokenizer, not WordPiece`);
      }
      this.tokenizer = new Tokenizer(parsed, {});
      begin = this.tokenizer.token_to_id('[CLS]');
      end = this.tokenizer.token_to_id('[SEP]');
    } catch (error) {
      throw error instanceof ModelFolderError ? error : refuse('cannot be used', error);
    }
    if (begin === undefined || end === undefined) throw refuse('has no [CLS] and [SEP]');
    this.begin = begin;
    this.end = end;
  }

  /** The tokens of a text and their characters. */
  characters(text: string): CharacterTokens {
    const ids: number[] = [];
    const tokenOf: number[] = [];
    for (const word of wordsOf(text)) {
      const encoded = this.tokenizer.encode(word.join(''), { add_special_tokens: false });
      const places = placesOf(encoded.tokens, word.length);
      for (const place of places) tokenOf.push(place < 0 ? -1 : ids.length + place);
      ids.push(...encoded.ids);
    }
    return { ids, tokenOf: Int32Array.from(tokenOf) };
  }
}

/** Characters in the groups that are tokenised apart from one another. */
function wordsOf(text: string): string[][] {
  const words: string[][] = [];
  let open = false;
  for (const character of text) {
    const alone = ALONE.test(character);
    if (open && !alone) words[words.length - 1].push(character);
    else words.push([character]);
    open = !alone;
  }
  return words;
}

/** For each of a word's characters, which of the word's tokens covers it. */
function placesOf(tokens: readonly string[], characters: number): number[] {
  if (tokens.length === 0) return new Array<number>(characters).fill(-1);
  const lengths = tokens.map((token) => [...token.replace(/^##/, '')].length);
  if (lengths.reduce((sum, length) => sum + length) === characters)
    return lengths.flatMap((length, place) => new Array<number>(length).fill(place));
  // One unknown token for the whole word, or letters that lost accents: shared evenly.
  return Array.from({ length: characters }, (_, index) => Math.floor((index * tokens.length) / characters));
}
