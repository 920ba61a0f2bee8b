// Corpora of conversations: readers, preparation, stores and batches.
export { DatasetError, type DatasetErrorCode } from './errors';
export { readManifest, splitOf, type ManifestDialogue, type ManifestTurn } from './manifest';
export { CORPUS_FORMATS, openCorpus, type CorpusFormat, type OpenCorpusOptions } from './corpus/open-corpus';
export { type Corpus, type CorpusListener, type SourceDialogue, type SourceTurn } from './corpus/types';
export { prepare, type PrepareOptions } from './pipeline/prepare';
export { runQueueWorker, type QueueWorkerOptions, type TaskNote } from './queue/queue-worker';
export { type QueueOptions } from './queue/queue-runner';
export { type CrewMember } from './pipeline/runner';
export { type StoredAudio } from './pipeline/audio-step';
export { UPSTREAM_FILTERS, type Filters } from './pipeline/filters';
export { type Progress } from './pipeline/progress';
export { reportText, type Named, type PrepareReport } from './pipeline/report';
export { type SpeechSpec } from './pipeline/speech-tools';
export { type TextFeatureSpec } from './pipeline/text-tools';
export {
  type SemanticQuantizer,
  type SpeechTools,
  type SslExtractor,
  type TextFeatureExtractor,
} from './pipeline/tools';
export { toolsOfVoice, type VoiceTools } from './pipeline/voice-tools';
export { type BertSpec, type HubertSpec } from './pipeline/hubert-tools';
export { openPrepared, requireSplit, withPrepared } from './store/open-prepared';
export { readTurnAudio, readTurnFeatures, readTurnSpeaker, readTurnSsl, type Features } from './store/turn-data';
export {
  type PreparedCorpus,
  type PreparedDialogue,
  type PreparedTurn,
  type SoundSpan,
  type Split,
  type Stage,
  type TurnOutline,
} from './store/types';
export { symbolTableOf, type SymbolTable } from './store/symbol-table';
export { outputError, writeAtomically, writeStreamAtomically, type AtomicOptions } from './files/atomic';
export { type RowSpan } from './files/shard';
export { type OpenUpstreamOptions } from './upstream/upstream-corpus';
export { writeUpstream, type UpstreamCounts, type WriteUpstreamOptions } from './upstream/write-upstream';
export {
  ExampleTable,
  readExample,
  rolesByTarget,
  type ExampleReference,
  type ExampleTableOptions,
} from './batching/examples';
export { readTurn, UtteranceTable, type UtteranceReference, type UtteranceTableOptions } from './batching/utterances';
export {
  EpochPlanner,
  fillRows,
  groups,
  historyLength,
  planBuckets,
  planRows,
  type BucketPlan,
  type EpochOptions,
  type RandomSource,
  type RowPlan,
  type RowPlanOptions,
} from './batching/epochs';
export { writePreview, type PreviewOptions } from './preview/preview';
