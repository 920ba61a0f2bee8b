// Whose timbre the reply takes. Upstream always took the first history turn, no matter who spoke; right is the agent's latest one.
import type { Dialogue, Turn } from './types';

/** A sound shorter than this says nothing about a voice. */
const SHORTEST_SECONDS = 0.3;

/** The agent's latest turn that has audio or a style, or undefined: then the voice's own reference is used. */
export function chooseReference({ turns }: Dialogue): Turn | undefined {
  return turns.findLast((turn) => turn.role === 'agent' && isReference(turn));
}

/** Whether a turn's sound, or what is kept of it, can give a reply its timbre. */
export function isReference({ audio, style }: Turn): boolean {
  if (style) return true;
  return audio !== undefined && audio.samples.length >= SHORTEST_SECONDS * audio.sampleRate;
}
