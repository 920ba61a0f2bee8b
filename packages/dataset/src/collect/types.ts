// What the collection steps pass on: spans of time, who speaks in them and what is said.

export interface Span {
  startSeconds: number;
  endSeconds: number;
}

/** A span in which one speaker speaks; names mean something within one scene only. */
export interface SpeakerSpan extends Span {
  speaker: string;
}

/** Something said. Without a speaker where it is not clear who says it. */
export interface Utterance extends Span {
  text: string;
  speaker?: string;
}

/** One turn of a dialogue: utterances of one speaker up to the end of a sentence. */
export interface CollectedTurn extends Span {
  text: string;
  speaker: string;
}

export const secondsOf = ({ startSeconds, endSeconds }: Span): number => endSeconds - startSeconds;

/** How long two spans overlap, in seconds. */
export function overlapSeconds(first: Span, second: Span): number {
  const start = Math.max(first.startSeconds, second.startSeconds);
  return Math.max(0, Math.min(first.endSeconds, second.endSeconds) - start);
}

/** Records keep times to a tenth of a millisecond, finer than a sample at 8 kHz. */
export function rounded(seconds: number): number {
  return Math.round(seconds * 1e4) / 1e4;
}
