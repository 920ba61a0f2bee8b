// Whose timbre the reply takes. Upstream always took the first history turn, whoever spoke; right is the agent's latest one.
import type { Dialogue, Turn } from './types';

/** The agent's latest turn that has audio, or undefined: then the voice's own reference is used. */
export function chooseReference({ turns }: Dialogue): Turn | undefined {
  return turns.findLast((turn) => turn.role === 'agent' && turn.audio !== undefined);
}
