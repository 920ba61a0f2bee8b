// @gpt-talker/context: turns and dialogues, and the segments and sequences that ConGPT reads.
export type { Dialogue, Role, Segment, SpeechSegment, TextSegment, TokenizedText, Turn, TurnTokenizer } from './types';
export { DialogueError, type DialogueErrorCode } from './errors';
export { parseDialogue, readDialogueFile, type DialogueFile } from './parse-dialogue';
export { buildContext, type Context, type ContextOptions, type ReplyText } from './build-context';
export { rememberTurns } from './remember-turns';
export { chooseReference } from './reference';
export {
  layoutSegments,
  orderSegments,
  segmentLength,
  sequenceLength,
  type AlignmentPrior,
  type LayoutOptions,
  type SequenceLayout,
  type SequenceRows,
} from './layout';
