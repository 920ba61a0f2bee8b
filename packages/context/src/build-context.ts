// From a conversation to what ConGPT reads: T1 A1 T2 A2 … Tn, n being the reply (GPT-Talker, section 3.2). The agent's own
// earlier turns are part of it.
import { DialogueError } from './errors';
import { sequenceLength } from './layout';
import type { Dialogue, Segment, Turn, TurnTokenizer } from './types';

export interface ContextOptions {
  /** How many turns before the reply are read; the voice's `layout.historyTurns` where nothing else is wanted. */
  historyTurns: number;
  /** The most positions, phonemes and tokens, that the voice holds; the reply needs at least one more than the context. */
  maxPositions?: number;
  signal?: AbortSignal;
  /** Told before each history turn is read: how many are done, and how many there are. */
  onTurn?: (done: number, turns: number) => void;
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
 * Tokenizes the last `historyTurns` turns and the reply's text.
 * @throws DialogueError `turn` where a turn cannot be read (numbered from 1 within the whole dialogue), `too-long` where the
 *   voice cannot hold it; whatever the tokenizer throws for the reply's own text
 */
export async function buildContext(
  dialogue: Dialogue,
  reply: ReplyText,
  tokenizer: TurnTokenizer,
  options: ContextOptions,
): Promise<Context> {
  const { historyTurns, maxPositions = Infinity, signal, onTurn } = options;
  if (!Number.isInteger(historyTurns) || historyTurns < 0) {
    throw new RangeError(`historyTurns is ${historyTurns}; give a whole number of at least 0`);
  }
  // The reply's text first: it is cheap, and wrong more often than what has already been said.
  const { warnings: ownWarnings = [], ...speakable } = await tokenizer.text(reply.text, reply.language);
  const warnings = [...ownWarnings];
  const first = Math.max(0, dialogue.turns.length - historyTurns);
  const window = dialogue.turns.slice(first);
  const segments: Segment[] = [];
  for (const [index, turn] of window.entries()) {
    signal?.throwIfAborted();
    onTurn?.(index, window.length);
    segments.push(...(await readTurn(turn, first + index + 1, tokenizer, warnings)));
  }
  segments.push({ kind: 'text', role: 'agent', ...speakable });
  const positions = sequenceLength(segments);
  if (positions >= maxPositions) {
    throw new DialogueError(
      'too-long',
      `the reply's text and ${window.length} history turns take ${positions} positions (phonemes and speech tokens), but this voice holds ` +
        `${maxPositions}, the reply included; use a smaller history window or shorter turns`,
    );
  }
  return { segments, positions, historyTurns: window.length, warnings };
}

async function readTurn(turn: Turn, number: number, tokenizer: TurnTokenizer, notes: string[]): Promise<Segment[]> {
  const { role } = turn;
  try {
    const { warnings = [], ...text } = await tokenizer.text(turn.text, turn.language);
    notes.push(...warnings.map((warning) => `turn ${number}: ${warning}`));
    const segments: Segment[] = [{ kind: 'text', role, ...text }];
    const tokens = turn.audio && (await tokenizer.speech(turn.audio));
    if (tokens && tokens.length > 0) segments.push({ kind: 'speech', role, tokens });
    return segments;
  } catch (error) {
    // Errors that are meant for people carry a textual code; others (bugs, aborts) pass as they are.
    if (!(error instanceof Error) || typeof (error as { code?: unknown }).code !== 'string') throw error;
    throw new DialogueError('turn', `turn ${number} (${role}): ${error.message}`, { cause: error });
  }
}
