export { DatasetError, type DatasetErrorCode } from './errors';
export { readManifest, splitOf, type ManifestDialogue, type ManifestTurn } from './manifest';
export { prepare, type PrepareOptions, type PrepareReport } from './prepare';
export { readPrepared, type PreparedDialogue, type PreparedTurn } from './prepared';
