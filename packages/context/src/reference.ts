// Whose timbre the reply takes. Upstream always took the first history turn, whoever spoke; right is the agent's latest one.
import type { Dialogue, Turn } from './types';

/** A sound shorter than this says nothing about a voice. */
const SHORTEST_SECONDS = 0.3;

/** The agent's latest turn that has audio, or undefined: then the voice's own reference is used. */
export function chooseReference({ turns }: Dialogue): Turn | undefined {
  return turns.findLast(
    ({ role, audio }) => role === 'agent' && audio && audio.samples.length >= SHORTEST_SECONDS * audio.sampleRate,
  );
}
