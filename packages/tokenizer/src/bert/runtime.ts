// What speaking needs of BERT: no TensorFlow.js here.
export { ModelFolderError, type ModelFolderErrorCode } from '../hugging-face/errors';
export { BertFeatures, type BertFeaturesFiles, type TextStretch } from './features';
export { stretchesOf } from './stretches';
export { WordPiece, type CharacterTokens } from './word-piece';
