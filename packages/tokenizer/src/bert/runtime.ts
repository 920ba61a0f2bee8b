// What speaking needs of BERT: no TensorFlow.js here.
export { ModelFolderError, type ModelFolderErrorCode } from '../hugging-face/errors';
export { BertFeatures, type BertFeaturesFiles, type TextSpan } from './features';
export { spansOf } from './spans';
export { WordPiece, type CharacterTokens } from './word-piece';
