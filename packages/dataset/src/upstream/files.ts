// The files that upstream's five preparation scripts leave behind.
export const UPSTREAM_FILES = {
  /** path|speaker|language|text */
  list: 'slicer_opt.list',
  /** Seven columns, see `TextRow`. */
  text: '2-name2text.txt',
  featureLengths: '2-cnhubert-len.txt',
  /** Three columns, see `SemanticRow`. */
  semantic: '6-name2semantic.tsv',
  train: 'train.list',
} as const;

export const UPSTREAM_FOLDERS = {
  bert: '3-bert',
  ssl: '4-cnhubert',
  sound: '5-wav32k',
  lengths: 'train-len-speaker',
  ids: 'train-semantic-phoneme',
  speaker: '7-sv_cn',
} as const;
