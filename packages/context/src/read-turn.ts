// One turn of the history, from what was said to the segments that ConGPT reads.
import { DialogueError } from './errors';
import type { Segment, Turn, TurnTokenizer } from './types';

/** A turn as ConGPT reads it. */
export interface TurnSegments {
  /** The text and, where the turn has sound or tokens, the speech. */
  segments: Segment[];
  /** What the tokenizer left out of the text, or guessed. */
  warnings: readonly string[];
}

/**
 * Tokenizes a turn.
 * @param number the turn's place in the dialogue, from 1, for messages
 * @throws DialogueError `turn` where it cannot be read; `cause` says why
 */
export async function readTurn(turn: Turn, number: number, tokenizer: TurnTokenizer): Promise<TurnSegments> {
  const { role } = turn;
  try {
    const { warnings = [], words: _, ...text } = await tokenizer.text(turn.text, turn.language);
    const segments: Segment[] = [{ kind: 'text', role, ...text }];
    const tokens = turn.tokens ?? (turn.audio && (await tokenizer.speech(turn.audio)));
    if (tokens && tokens.length > 0) segments.push({ kind: 'speech', role, tokens });
    return { segments, warnings };
  } catch (error) {
    // Errors that are meant for people carry a textual code; others (bugs, aborts) pass as they are.
    if (!(error instanceof Error) || typeof (error as { code?: unknown }).code !== 'string') throw error;
    throw new DialogueError('turn', `turn ${number} (${role}): ${error.message}`, { cause: error });
  }
}
