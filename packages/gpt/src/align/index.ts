// Contents: which tokens of a reply belong to which phoneme of its text.
export { readEmissions, writeEmissions, type TokenEmissions } from './emissions';
export { phonemeModel, type PhonemeModel } from './phoneme-model';
export { PhonemeGuide } from './phoneme-guide';
export { TokenAligner, type AlignedPhoneme } from './token-aligner';
export {
  findFaults,
  type FaultKind,
  type FaultPrices,
  type FaultReport,
  type SpeechFault,
  type WordRange,
} from './find-faults';
