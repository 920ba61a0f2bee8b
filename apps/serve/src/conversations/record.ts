// A conversation as it is kept: what clients see of it, and what the talker needs to go on with it.
import type { Role } from '@gpt-talker/context';
import type { Sampling, Timings } from '@gpt-talker/talker';
import type { ConversationState, SpokenFacts } from '../engine/engine';

/** How a turn came about that was spoken here. */
export interface ReplyRecord {
  id: string;
  kept: boolean;
  seed: number;
  sampling: Sampling;
  historyTurns: number;
  speed: number;
  stopReason: SpokenFacts['stopReason'];
  warnings: string[];
  /** How often the piece that was said most often was said; absent in records of before. */
  attempts?: number;
  /** When each word is said, in seconds. */
  words?: { text: string; start: number; end: number }[];
  timings: Timings;
}

export interface TurnRecord {
  role: Role;
  speaker?: string;
  language?: string;
  text: string;
  /** ISO 8601. */
  createdAt: string;
  /** Null for a turn of text alone. */
  sound: { seconds: number; sampleRate: number } | null;
  tokens: number[] | null;
  reply?: ReplyRecord;
}

export interface ConversationRecord {
  id: string;
  /** Whose it is, as the client that began it calls them; all conversations of one can be forgotten at once. */
  user?: string;
  voice: string;
  createdAt: string;
  usedAt: string;
  historyTurns?: number;
  sampling?: Sampling;
  turns: TurnRecord[];
  /** Replies that were not kept as turns, the latest ones. */
  asides: TurnRecord[];
  /** Grows with everything that is saved: two writers notice each other. */
  revision: number;
  /** Grows with every turn: a process that remembers the conversation knows whether that still can be used. */
  version: number;
  /** Undefined while there are no turns. */
  state?: ConversationState;
  /** Bytes of all its sound. */
  soundBytes: number;
}

/** Under which name a turn's sound is kept. */
export const turnSound = (index: number): string => `turn-${index}`;
export const asideSound = (reply: string): string => `reply-${reply}`;
