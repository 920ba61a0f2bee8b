// Runs of two speakers with at least three turns each (NCSSD, section 3.2; upstream pipeline/step-4.py): the dialogues.
import { type CollectedTurn } from '../types';

export interface RunRules {
  /** Each of the two speakers has at least this many turns. */
  minimumTurns: number;
}

export const RUN_RULES: RunRules = { minimumTurns: 3 };

export interface Runs {
  dialogues: CollectedTurn[][];
  /** Turns that are in no dialogue. */
  left: CollectedTurn[];
}

/**
 * The longest runs of exactly two speakers, from the front, no turn in two of them. Where a third speaker ends a run that is
 * too short, the next one begins with the turns just before that speaker, which upstream gives away.
 * @param turns of one stretch, in order
 */
export function twoSpeakerRuns(turns: readonly CollectedTurn[], rules: RunRules = RUN_RULES): Runs {
  const runs: Runs = { dialogues: [], left: [] };
  let start = 0;
  while (start < turns.length) {
    const end = runEnd(turns, start);
    const run = turns.slice(start, end);
    if (isDialogue(run, rules)) {
      runs.dialogues.push(run);
      start = end;
    } else {
      const next = end === turns.length ? end : lastBlock(turns, end);
      runs.left.push(...turns.slice(start, next));
      start = next;
    }
  }
  return runs;
}

/** The first turn from `start` on that a third speaker takes. */
function runEnd(turns: readonly CollectedTurn[], start: number): number {
  const speakers = new Set<string>();
  for (let index = start; index < turns.length; index++) {
    speakers.add(turns[index].speaker);
    if (speakers.size > 2) return index;
  }
  return turns.length;
}

/** Where the turns begin that one speaker has just before `end`. */
function lastBlock(turns: readonly CollectedTurn[], end: number): number {
  let start = end - 1;
  while (start > 0 && turns[start - 1].speaker === turns[end - 1].speaker) start--;
  return start;
}

function isDialogue(run: readonly CollectedTurn[], { minimumTurns }: RunRules): boolean {
  const counts = new Map<string, number>();
  for (const { speaker } of run) counts.set(speaker, (counts.get(speaker) ?? 0) + 1);
  return counts.size === 2 && [...counts.values()].every((count) => count >= minimumTurns);
}
