// @gpt-talker/talker: a voice, a dialogue and a text in; speech out, whole or in chunks, once or in a conversation that is kept.
export { Conversation, type AddedTurn, type ConversationOptions, type ConversationReplyOptions } from './conversation';
export { type ConversationState } from './conversation-state';
export { TalkerError, type TalkerErrorCode } from './errors';
export { lengthWarnings, type References } from './timbre';
export { Talker, type Provider, type TalkerOptions, type TalkerParts } from './talker';
export type {
  Reply,
  ReplyChunk,
  ReplyMark,
  ReplyOptions,
  ReplyPhoneme,
  ReplyPiece,
  ReplyWord,
  Sampling,
} from './reply';
export type { Retake } from './say-piece';
export { ReplyStream } from './reply-stream';
export { FASTEST, SLOWEST } from './speed';
export { VoiceTokenizer } from './voice-tokenizer';
export type { Progress, ProgressListener } from './progress';
export type { Timings } from './timings';
export { INSTRUCTION_WORDS, readInstructions, type Instructed } from './instructions';
export type { ScriptChunk, ScriptLine, ScriptOptions, ScriptReading, ScriptTurn } from './script';
export { subRip, webVtt, type SubtitleOptions, type TimedWord } from './subtitles';
export { doubtOf, type SaidPiece, type SpeechDoubt } from './said-or-not';
