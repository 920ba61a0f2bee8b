// A tokenizer.json for BERT's WordPiece (Wu et al. 2016) where a folder has only the older vocab.txt: one token a line, its place is its id.

/** What a tokenizer.json holds; its parts are read by @huggingface/tokenizers. */
export interface WordPieceFile {
  model: { type: string; vocab: Record<string, number>; [setting: string]: unknown };
  [part: string]: unknown;
}

const MARKS = ['[CLS]', '[SEP]'] as const;

/** Says what BertTokenizer does with a vocab.txt. */
export function wordPieceFromVocabulary(text: string, { lowerCase }: { lowerCase: boolean }): WordPieceFile {
  const lines = text.split(/\r?\n/);
  if (lines[lines.length - 1] === '') lines.pop();
  const vocab = Object.fromEntries(lines.map((token, id) => [token, id]));
  const mark = (id: string) => ({ SpecialToken: { id, type_id: 0 } });
  return {
    version: '1.0',
    truncation: null,
    padding: null,
    added_tokens: [],
    normalizer: {
      type: 'BertNormalizer',
      clean_text: true,
      handle_chinese_chars: true,
      strip_accents: null,
      lowercase: lowerCase,
    },
    pre_tokenizer: { type: 'BertPreTokenizer' },
    post_processor: {
      type: 'TemplateProcessing',
      single: [mark('[CLS]'), { Sequence: { id: 'A', type_id: 0 } }, mark('[SEP]')],
      pair: [],
      special_tokens: Object.fromEntries(
        MARKS.map((token) => [token, { id: token, ids: [vocab[token] ?? -1], tokens: [token] }]),
      ),
    },
    decoder: { type: 'WordPiece', prefix: '##', cleanup: true },
    model: {
      type: 'WordPiece',
      unk_token: '[UNK]',
      continuing_subword_prefix: '##',
      max_input_chars_per_word: 100,
      vocab,
    },
  };
}
