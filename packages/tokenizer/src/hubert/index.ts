// HuBERT as a TensorFlow.js model, for reading a user's folder and exporting it. Importing this loads TensorFlow.js; to encode
// speech with exported graphs, use `HubertEncoder` of the parent entry.
export { ModelFolderError, type ModelFolderErrorCode } from '../hugging-face/errors';
export { type HubertConfig, type HubertConvolution } from './config';
export { type ChannelStatistics } from './feature-extractor';
export { readHubertFolder, type HubertFolder } from './folder';
export { hubertGraphs, type HubertGraph, type HubertGraphs } from './graphs';
export { Hubert } from './model';
