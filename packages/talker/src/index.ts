// @gpt-talker/talker: a voice, a dialogue and a text in; speech out, whole or in chunks.
export { TalkerError, type TalkerErrorCode } from './errors';
export { Talker, type Reply, type ReplyOptions, type Sampling, type TalkerOptions, type TalkerParts } from './talker';
export { ReplyStream } from './reply-stream';
export { VoiceTokenizer } from './voice-tokenizer';
export type { Progress, ProgressListener } from './progress';
export type { Timings } from './timings';
