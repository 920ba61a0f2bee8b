// From a conversation to what ConGPT reads: T1 A1 T2 A2 … Tn, n being the reply (GPT-Talker, section 3.2). The agent's own
// earlier turns are part of it.
import { DialogueError } from './errors';
import { sequenceLength } from './layout';
import { readTurn } from './read-turn';
import type { Dialogue, Segment, TurnTokenizer } from './types';

export interface ContextOptions {
  /** How many turns before the reply are read; the voice's `layout.historyTurns` where nothing else is wanted. */
  historyTurns: number;
  /** The most positions, phonemes and tokens, that the voice holds; the reply needs at least one more than the context. */
  maxPositions?: number;
  signal?: AbortSignal;
  /** Told before each history turn is read: how many are done, and how many there are. */
  onTurn?: (done: number, turns: number) => void;
}

/** The turns before a reply, as ConGPT reads them. */
export interface History {
  /** Of each turn of the window: its text and, where it has sound, its speech. */
  turns: Segment[][];
  /** What the tokenizer left out or guessed, with the turn's number. */
  warnings: string[];
}

export interface Context {
  /** In the order of the conversation; the last one is the text that the reply is to speak. */
  segments: Segment[];
  /** Phonemes and speech tokens together. */
  positions: number;
  /** How many turns of the dialogue were read. */
  historyTurns: number;
  /** What the tokenizer left out or guessed, with the turn's number where it is of the history. */
  warnings: string[];
}

/** What is to be said next, by the agent. */
export interface ReplyText {
  text: string;
  language?: string;
}

/**
 * Tokenizes the last `historyTurns` turns.
 * @throws DialogueError `turn` where a turn cannot be read (numbered from 1 within the whole dialogue)
 */
export async function readHistory(
  dialogue: Dialogue,
  tokenizer: TurnTokenizer,
  { historyTurns, signal, onTurn }: Omit<ContextOptions, 'maxPositions'>,
): Promise<History> {
  if (!Number.isInteger(historyTurns) || historyTurns < 0) {
    throw new RangeError(`historyTurns is ${historyTurns}; give a whole number of at least 0`);
  }
  const first = Math.max(0, dialogue.turns.length - historyTurns);
  const window = dialogue.turns.slice(first);
  const history: History = { turns: [], warnings: [] };
  for (const [index, turn] of window.entries()) {
    signal?.throwIfAborted();
    onTurn?.(index, window.length);
    const number = first + index + 1;
    const { segments, warnings } = await readTurn(turn, number, tokenizer);
    history.turns.push(segments);
    history.warnings.push(...warnings.map((warning) => `turn ${number}: ${warning}`));
  }
  return history;
}

/**
 * Tokenizes the last `historyTurns` turns and the reply's text.
 * @throws as `readHistory`; DialogueError `too-long` where the voice cannot hold it; whatever the tokenizer throws for the reply's
 *   own text
 */
export async function buildContext(
  dialogue: Dialogue,
  reply: ReplyText,
  tokenizer: TurnTokenizer,
  { maxPositions = Infinity, ...options }: ContextOptions,
): Promise<Context> {
  // The reply's text first: it is cheap, and wrong more often than what has already been said.
  const { warnings = [], words: _, ...speakable } = await tokenizer.text(reply.text, reply.language);
  const history = await readHistory(dialogue, tokenizer, options);
  const segments: Segment[] = [...history.turns.flat(), { kind: 'text', role: 'agent', ...speakable }];
  const historyTurns = history.turns.length;
  const positions = checkRoom(segments, historyTurns, maxPositions);
  return { segments, positions, historyTurns, warnings: [...warnings, ...history.warnings] };
}

/**
 * How many positions a history and the text of a reply take.
 * @throws DialogueError `too-long` where they leave the reply no position
 */
export function checkRoom(segments: readonly Segment[], historyTurns: number, maxPositions: number): number {
  const positions = sequenceLength(segments);
  if (positions < maxPositions) return positions;
  throw new DialogueError(
    'too-long',
    `the reply's text and ${historyTurns} history turns take ${positions} positions (phonemes and speech tokens), but this voice holds ` +
      `${maxPositions}, the reply included; use a smaller history window or shorter turns`,
  );
}
