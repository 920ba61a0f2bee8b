// What the server says and is told, as far as the page needs it; the full description is at /openapi.json.

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

/** How a turn came about that the server spoke. */
export interface ReplyInfo {
  seed: number;
  sampling: Partial<Sampling>;
  historyTurns: number;
  stopReason: 'end-of-speech' | 'length' | 'interrupted';
  warnings: string[];
  timings: Timings;
}

export interface TurnInfo {
  role: Role;
  text: string;
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
  /** Whether the reply becomes a turn of the conversation. */
  keep: boolean;
}

/** A reply under way: its sound as it comes. */
export interface ReplySound {
  sampleRate: number;
  chunks: AsyncIterable<Float32Array<ArrayBuffer>>;
}
