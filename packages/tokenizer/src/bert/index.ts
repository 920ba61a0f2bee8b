// BERT as a TensorFlow.js model, for reading a user's folder and exporting it. Importing this loads TensorFlow.js; to make
// features with an exported graph, use `BertFeatures` of the parent entry.
export { ModelFolderError, type ModelFolderErrorCode } from '../hugging-face/errors';
export { type BertConfig } from './config';
export { readBertFolder, type BertFolder, type ReadBertOptions } from './folder';
export { bertGraph, type BertGraph } from './graph';
export { Bert, type BertOptions } from './model';
export { wordPieceFromVocabulary, type WordPieceFile } from './vocabulary';
