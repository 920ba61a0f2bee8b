// What the server says and is told, as far as the page needs it; the full description is at /openapi.json.

import type { Clip } from '../sound/clip';

export type Role = 'user' | 'agent';

export interface Sampling {
  topK: number;
  topP: number;
  temperature: number;
  repetitionPenalty: number;
}

export interface VoiceInfo {
  name: string;
  description: string;
  license: string;
  /** Whose speech it speaks with, and by what right, where that is stated. */
  consent?: { speaker: string; right: string };
  sampleRate: number;
  /** The names of its speakers. */
  speakers?: string[];
  /** How many turns it was trained to read. */
  historyTurns: number;
  sampling: Sampling;
}

export interface Timings {
  readingSeconds: number;
  tokensSeconds: number;
  synthesisSeconds: number;
  firstAudioSeconds: number;
  totalSeconds: number;
  realTimeFactor: number;
}

/** A word of a reply, and when it is said, in seconds. */
export interface SaidWord {
  text: string;
  start: number;
  end: number;
}

/** How a turn came about that the server spoke. */
export interface ReplyInfo {
  seed: number;
  sampling: Partial<Sampling>;
  historyTurns: number;
  stopReason: 'end-of-speech' | 'length' | 'interrupted';
  warnings: string[];
  /** How often the piece that was said most often was said. */
  attempts?: number;
  words?: SaidWord[];
  timings: Timings;
}

export interface TurnInfo {
  role: Role;
  text: string;
  speaker?: string;
  /** Of its sound; null for words alone. */
  seconds: number | null;
  /** Speech tokens, 25 a second. */
  tokens: number[] | null;
  reply?: ReplyInfo;
}

export interface ConversationInfo {
  id: string;
  voice: string;
  turns: TurnInfo[];
}

export interface ReplyRequest {
  text: string;
  seed: number;
  sampling: Partial<Sampling>;
  historyTurns?: number;
  speed?: number;
  /** One of the voice's. */
  speaker?: string;
  /** A recording whose voice the reply takes on. */
  reference?: Clip;
  /** Whether the reply becomes a turn of the conversation. */
  keep: boolean;
}

/** A reply under way: its sound as it comes. */
export interface ReplySound {
  sampleRate: number;
  chunks: AsyncIterable<Float32Array<ArrayBuffer>>;
}
