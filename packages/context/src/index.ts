// @gpt-talker/context: turns and dialogues, and the segments and sequences that ConGPT reads.
export type {
  Dialogue,
  Role,
  Segment,
  SpeechSegment,
  TextSegment,
  TextWord,
  TokenizedText,
  Turn,
  TurnTokenizer,
} from './types';
export { DialogueError, type DialogueErrorCode } from './errors';
export { parseDialogue, type DialogueFile } from './parse-dialogue';
export { readDialogueFile } from './read-dialogue-file';
export {
  buildContext,
  checkRoom,
  readHistory,
  type Context,
  type ContextOptions,
  type History,
  type ReplyText,
} from './build-context';
export { expectedTokens, type AlignmentPrior } from './alignment';
export { readTurn, type TurnSegments } from './read-turn';
export { memoizeTokenizer } from './memoize-tokenizer';
export { chooseReference, isReference } from './reference';
export {
  layoutSegments,
  layoutSegmentsInto,
  orderSegments,
  segmentLength,
  sequenceLength,
  type LayoutOptions,
  type LayoutPlace,
  type SequenceLayout,
  type SequenceRows,
} from './layout';
